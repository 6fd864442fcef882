import { ERRORS, idOf } from './checks';
import { toNumber } from './events';
import type { AlphaSmsBehaviour } from './options';
import type { Store } from './store';

/**
 * Answer of `status` (alphasms.md section 4.13) by own id, or by gateway id, which is undocumented but in use. `replies`
 * appears for two-way Viber only.
 */
export function statusData(
	item: Record<string, unknown>,
	options: AlphaSmsBehaviour,
	store: Store,
): Record<string, unknown> | string {
	for (const name of Object.keys(item)) {
		if (!['type', 'id', 'msg_id'].includes(name))
			store.violation('status', name, 'The page lists no such field for this type');
	}
	const byGatewayId = item.id === undefined && item.msg_id !== undefined;
	const wanted = idOf(byGatewayId ? item.msg_id : item.id);
	if (wanted === undefined) return ERRORS.field('id');
	const message = byGatewayId ? store.findByMsgId(wanted) : store.findById(wanted);
	if (!message) return ERRORS.notFound;
	const id = message.id ?? String(message.msgId);
	const data: Record<string, unknown> = {
		id: options.stringIds ? id : toNumber(id),
		msg_id: options.stringIds ? String(message.msgId) : message.msgId,
		type: message.channel,
		status: message.status,
	};
	if (message.status === 'REPLIED') data.replies = message.replies;
	return data;
}
