import { Refusal } from './envelope';
import type { Params, Upload } from './input';

/** Extensions of velip.md section 8.1, `name_up`. */
const EXTENSIONS = 'wav mp3 mpeg ogg opus m4a mp4 aac 3gp amr webm'.split(' ');
const EXECUTABLES = 'exe dll bat cmd com msi php sh js jar vbs'.split(' ');
/** The harmless test file every virus scanner knows. */
const TEST_VIRUS = 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE';
const MIN_BYTES = 100;

/** Audio that was sent, with the name it is stored under. */
export interface SentAudio {
	filename: string;
	content: Buffer;
	contentType: string;
}

/** The uploaded audio: a file, raw bytes, or `audio64`; undefined when there is none (section 8.1). */
export function readAudio(params: Params): SentAudio | undefined {
	if (params.brokenMultipart !== undefined)
		throw new Refusal(226, `multipart discarded ${params.brokenMultipart}`);
	const upload = params.uploads[0];
	const encoded = params.text('audio64');
	if (!upload && encoded === undefined) return undefined;
	const modes = [upload !== undefined, encoded !== undefined, params.has('text')];
	if (modes.filter(Boolean).length > 1)
		params.violation('audio', 'text, file, audio64 and raw bytes exclude each other');
	const sent = upload ? fromUpload(params, upload) : fromBase64(params, encoded ?? '');
	refuseDangerous(sent);
	if (sent.content.length < MIN_BYTES) throw new Refusal(223, `size up=${sent.content.length}`);
	return sent;
}

function fromUpload(params: Params, upload: Upload): SentAudio {
	const name = params.text('name_up', 'nome_up') ?? upload.filename ?? '';
	if (name === '') throw new Refusal(222, 'no name_up');
	const filename = safeName(name);
	const extension = extensionOf(filename);
	if (EXECUTABLES.includes(extension)) throw new Refusal(205, 'not allowed executable file');
	if (!EXTENSIONS.includes(extension)) throw new Refusal(227, 'audio file extension not allowed');
	return { filename, content: upload.content, contentType: typeOf(extension) };
}

/** Base64, plain, url-safe or as a data URL; the type is detected from the content. */
function fromBase64(params: Params, encoded: string): SentAudio {
	const data = encoded
		.replace(/^data:audio\/[\w.+-]+;base64,/i, '')
		.replace(/\s/g, '')
		.replaceAll('-', '+')
		.replaceAll('_', '/');
	if (!/^[A-Za-z0-9+/]+={0,2}$/.test(data) || data.replace(/=+$/, '').length % 4 === 1)
		throw new Refusal(224, 'invalid base64 in audio64');
	const content = Buffer.from(data, 'base64');
	const extension = detect(content);
	const name = params.text('name_up', 'nome_up') ?? `audio.${extension}`;
	return { filename: safeName(name), content, contentType: typeOf(extension) };
}

function refuseDangerous({ content }: SentAudio): void {
	const head = content.toString('latin1', 0, 512);
	if (head.startsWith('MZ') || head.startsWith('\x7fELF') || head.startsWith('<?php'))
		throw new Refusal(205, 'not allowed executable file');
	if (head.includes(TEST_VIRUS)) throw new Refusal(205, 'Virus infected file');
}

/** Folders are dropped; characters outside letters, digits and `.-_` become `_`. */
function safeName(name: string): string {
	const base = name.split(/[/\\]/).at(-1) ?? '';
	return base.replace(/[^A-Za-z0-9._-]/g, '_');
}

function extensionOf(name: string): string {
	return /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

function detect(content: Buffer): string {
	const head = content.toString('latin1', 0, 12);
	if (head.startsWith('RIFF')) return 'wav';
	if (head.startsWith('OggS')) return 'ogg';
	return head.slice(4, 8) === 'ftyp' ? 'm4a' : 'mp3';
}

/** Section 7.4: downloads are `audio/mpeg` or `audio/x-wav`. */
function typeOf(extension: string): string {
	return extension === 'wav' ? 'audio/x-wav' : 'audio/mpeg';
}
