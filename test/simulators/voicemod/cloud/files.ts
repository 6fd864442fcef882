import { text, type SimulatorRequest, type SimulatorResponse } from '../../core/http';
import { redirect } from '../../core/faultActions';
import { makeAudio, PIXEL } from './media';
import type { Store, StoredFile } from './store';
import type { VoicemodBehaviour } from './options';

const HOP = /^\/cdn\/(\d+)(\/.*)$/;
const SOUND = /^\/sounds\/([0-9a-f-]{36})\.(mp3|ogg)$/;
const IMAGE = /^\/images\/([0-9a-f-]{36})(?:-[sm])?\.png$/;

/** The download host: no credentials, redirects, binary (voicemod.md section C.2.4). */
export function serveFile(
	store: Store,
	options: VoicemodBehaviour,
	request: SimulatorRequest,
): SimulatorResponse {
	const call = `${request.method} ${request.path}`;
	for (const header of ['authorization', 'x-api-key', 'cookie'])
		if (request.headers[header] !== undefined)
			store.notes.violation(call, header, 'A credential on the way to a download host');
	if (request.method !== 'GET') return text('Method Not Allowed', 405);
	const hop = HOP.exec(request.path);
	const hops = Number(hop?.[1] ?? 0);
	const path = hop?.[2] ?? request.path;
	const file = fileAt(store, path);
	if (!file) return text('Not Found', 404);
	if (hops < options.downloadRedirects) return redirect(302, `/cdn/${hops + 1}${path}`);
	return { status: 200, headers: { 'content-type': file.type }, body: file.content };
}

function fileAt(store: Store, path: string): StoredFile | undefined {
	const [, sound, format = ''] = SOUND.exec(path) ?? [];
	if (sound !== undefined && store.sounds.some(({ id }) => id === sound))
		return {
			content: makeAudio(format, sound),
			type: format === 'ogg' ? 'audio/ogg' : 'audio/mpeg',
		};
	const image = IMAGE.exec(path)?.[1];
	if (image !== undefined && store.sounds.some(({ id }) => id === image))
		return { content: PIXEL, type: 'image/png' };
	return store.files.get(path);
}
