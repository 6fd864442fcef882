import { ok, Refusal, type Answer } from './envelope';
import type { Visit, World } from './world';

const TYPES: Record<string, readonly string[]> = {
	MakeMessenger: ['text', 'image', 'audio', 'video', 'file', 'document'],
	MakeInstagram: ['text', 'image', 'audio', 'video'],
};

/** `MakeMessenger` and `MakeInstagram`: here 200 in `status_code` is success (velip.md section 13.1). */
export function makeSocial(world: World, { fn, params }: Visit): Answer {
	const { store, options } = world;
	const isMessenger = fn === 'MakeMessenger';
	const id = params.text('app_id', 'v8l_id');
	if (id === undefined) throw new Refusal(210, 'No app_id');
	const dest = params.text('dest');
	if (dest === undefined) throw new Refusal(220, 'No dest');
	const data = params.text('mdata');
	if (data === undefined) throw new Refusal(225, 'No mdata');
	const line = options.lines.find((known) => String(known.id) === id);
	if (line?.channel !== (isMessenger ? 'messenger' : 'instagram'))
		throw new Refusal(230, 'Line not found');
	if (line.lacks === 'pageToken') throw new Refusal(233, 'No page access token');
	if (isMessenger && line.lacks === 'pageId') throw new Refusal(234, 'No page ID');
	const type = params.text('mtype') ?? 'text';
	if (!TYPES[fn]?.includes(type)) {
		params.violation('mtype', `Not one of ${TYPES[fn]?.join(', ')}: ${type}`);
		throw graphError(100, 'Invalid parameter');
	}
	if (type !== 'text' && !/^https?:\/\//i.test(data))
		throw graphError(100, 'Invalid parameter: url');
	const outside = options.session === 'closed' || (options.steerByPhone && dest.endsWith('10'));
	if (outside) throw graphError(10, 'This message is sent outside of allowed window.');
	if (!isMessenger && options.steerByPhone && dest.endsWith('51'))
		throw graphError(551, "This person isn't available right now.");

	const message = store.addMessage({ fn, dest, text: data, status: 'OK' });
	store.accept(fn, { dest });
	return ok({ messageId: `m_${message.id}`, cdls_id: message.id }, {}, { code: 200, accepted: 1 });
}

/** The HTTP code of Graph in `status_code`, its error code in the text. */
function graphError(code: number, text: string): Refusal {
	return new Refusal(400, `ERROR (#${code}) ${text}`);
}
