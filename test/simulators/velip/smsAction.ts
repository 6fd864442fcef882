import { Refusal } from './envelope';
import type { Params } from './input';

const ACTIONS = ['ok', 'nae', 'oknae', 'dtmf1'];

/** The SMS after a call, shared by `MakeTTSCall` and `CreateCampaign` (velip.md sections 5, 7.1 and 9.1). */
export function readSmsAction(
	params: Params,
	isSimple: boolean,
): { action: string; text: string; keys: string[] } | undefined {
	const action = params.text('sms_action');
	const text = params.text('sms_text');
	if (action === undefined && text === undefined) return undefined;
	if (!isSimple) throw new Refusal(300, 'Sms only in type 0');
	if (action === undefined) throw new Refusal(301, 'Sms no action');
	if (text === undefined) throw new Refusal(302, 'Sms no text');
	if (!ACTIONS.includes(action)) throw new Refusal(304, 'Invalid sms_action');
	const plain = text.normalize('NFD').replace(/\p{M}/gu, '');
	if (plain.length > 160) throw new Refusal(305, 'Sms text 160 characters');
	const keys = (params.text('sms_dtmf') ?? '1').split(/[\s,]+/).filter(Boolean);
	return { action, text: plain, keys };
}
