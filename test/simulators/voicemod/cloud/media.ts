import { makeWav } from '../../core/wav';

/** The type of an audio file by its first bytes, undefined for anything else. */
export function audioType(file: Buffer): string | undefined {
	const start = file.toString('latin1', 0, 12);
	if (start.startsWith('RIFF') && start.endsWith('WAVE')) return 'audio/wav';
	if (start.startsWith('OggS')) return 'audio/ogg';
	if (start.startsWith('fLaC')) return 'audio/flac';
	if (start.slice(4, 8) === 'ftyp') return 'audio/mp4';
	if (file.length > 3 && file.readUInt32BE(0) === 0x1a45dfa3) return 'audio/webm';
	const isMpegFrame = file[0] === 0xff && ((file[1] ?? 0) & 0xe0) === 0xe0;
	if (start.startsWith('ID3') || isMpegFrame) return 'audio/mpeg';
	return undefined;
}

/** Bytes that pass for an audio file of this kind and depend on the name only. */
export function makeAudio(format: string, name: string): Buffer {
	const content = Buffer.from(`simulated ${format} ${name}`);
	switch (format) {
		case 'mp3':
			return Buffer.concat([Buffer.from([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0, 0]), content]);
		case 'ogg':
			return Buffer.concat([Buffer.from('OggS'), content]);
		case 'mp4':
			return Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypmp42'), content]);
		default:
			return makeWav(0.25, 300 + content.length);
	}
}

/** A real PNG of one transparent pixel. */
export const PIXEL = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
	'base64',
);
