import { readAudio } from './audioInput';
import { DAY, dateOf, isDate, startOfDay } from './clock';
import { ok, Refusal, type Answer } from './envelope';
import type { Params } from './input';
import type { Audio } from './records';
import { findVoice } from './voices';
import { makeWav, wavSeconds } from '../core/wav';
import { num, type FileAnswer, type Visit, type World } from './world';

const TYPES = ['tts', 'upload', 'rec', 'ttsvar'] as const;

/** `CreateAudioFile`: synthesizes or uploads an audio asset (velip.md section 8.1). */
export function createAudioFile(world: World, { fn, params }: Visit): Answer {
	const sent = readAudio(params);
	const text = params.text('text');
	if (!sent && text === undefined) throw new Refusal(220, 'no audio or text');
	checkValues(params);
	const voice = params.text('voice') ?? 'fad';
	if (!sent && !findVoice(voice)) throw new Refusal(281, 'Error creat audio');
	const seconds = sent
		? (wavSeconds(sent.content) ?? sent.content.length / 4000)
		: Math.max(1, (text ?? '').length / 15);
	const type = params.word('type', TYPES, sent ? 'upload' : 'tts');
	const audio: Audio = {
		num: world.store.nextId('audio', 12345),
		name: params.text('name') ?? sent?.filename ?? (text ?? '').slice(0, 50),
		filename: sent?.filename ?? 'tts.wav',
		seconds: Math.round(seconds * 10) / 10,
		type,
		text: text ?? '',
		hidden: params.text('dis')?.toUpperCase() === 'NO',
		createdAt: world.clock.now(),
		...expiry(world, params, sent !== undefined),
		contentType: sent?.contentType ?? 'audio/x-wav',
		content: sent?.content ?? makeWav(Math.min(seconds, 2)),
	};
	world.store.audios.set(audio.num, audio);
	world.store.accept(fn, {});
	return ok(
		{
			cdw_file: `tf${audio.num}`,
			cdw_file_test: `tft${audio.num}`,
			cdw_name: audio.name,
			// Section 4: the trailing spaces are kept on purpose.
			'cdw_sec ': num(world, audio.seconds),
			'cdw_expires ': audio.expires,
			'cdw_type ': audio.type,
		},
		{},
		{ http: world.options.legacy201 ? 201 : 200, accepted: 1 },
	);
}

function checkValues(params: Params): void {
	params.softInt('rate', 0, -6, 6);
	params.softInt('delsilence', 1, 1, 3);
	params.softInt('incsilence', 0, 0);
	params.softInt('cdg_id', 0, 0);
	const speed = params.text('speed');
	if (speed !== undefined && !(Number(speed) > 0))
		params.violation('speed', `Not a positive number: ${speed}`);
	for (const [name, word] of [
		['mp3', 'no'],
		['ttswrt', '1'],
	] as const) {
		const value = params.text(name);
		if (value !== undefined && value !== word)
			params.violation(name, `The page knows "${word}" only: ${value}`);
	}
	if ((params.text('name')?.length ?? 0) > 50)
		params.doubtful('name', 'More than 50 characters (old manual)');
}

/** Text lives until the next day unless `ttswrt=1`, everything else 5 years. */
function expiry(
	world: World,
	params: Params,
	isUpload: boolean,
): Pick<Audio, 'expires' | 'expiresAt'> {
	const now = world.clock.now();
	const asked = params.text('expires');
	if (asked !== undefined && !isDate(asked))
		params.violation('expires', `Not a date YYYY-MM-DD: ${asked}`);
	const days = isUpload || params.text('ttswrt') === '1' ? 5 * 365 : 1;
	const expires = asked !== undefined && isDate(asked) ? asked : dateOf(now + days * DAY);
	// The asset is good through the day it expires on.
	return { expires, expiresAt: startOfDay(expires) + DAY };
}

/** `GetAudiosList`: visible, unexpired assets (section 8.2). */
export function getAudiosList(world: World, { params }: Visit): Answer {
	const type = params.word('type', ['todas', 'tts', 'upload', 'rec'], 'todas');
	const search = params.text('search')?.toLowerCase();
	const maxreg = params.softInt('maxreg', 100, 1);
	const now = world.clock.now();
	const audios = [...world.store.audios.values()]
		.filter((audio) => !audio.hidden && audio.expiresAt > now)
		.filter((audio) => type === 'todas' || audio.type === type)
		.filter(
			(audio) =>
				search === undefined ||
				[audio.name, `tf${audio.num}`, audio.text].some((field) =>
					field.toLowerCase().includes(search),
				),
		)
		.slice(0, maxreg)
		.map((audio) => ({
			cdw_file: `tf${audio.num}`,
			cdw_name: audio.name,
			cdw_sec: num(world, audio.seconds),
			cdw_date: dateOf(audio.createdAt),
			cdw_expires: audio.expires,
			cdw_type: audio.type,
		}));
	return ok({}, { audios });
}

/** `PlayAudioFile`: downloads an asset or a recording (section 7.4). */
export function playAudioFile(world: World, { params, range }: Visit): FileAnswer {
	const noHeader = params.text('noheader') === 'yes';
	const recid = params.text('recid');
	if (recid !== undefined) {
		const call = isSpelledRight(world, recid) ? world.store.findCall(recid) : undefined;
		if (!call) throw refuse(world, 230, 'Audio id is not valid');
		if (call.recorded === 0) throw refuse(world, 250, 'No audio file');
		const file = makeWav(call.recorded);
		return serve(file, 'audio/x-wav', `rec_${call.num}.wav`, range, noHeader);
	}
	const audio = findAudio(world, params);
	if (audio.expiresAt <= world.clock.now()) throw refuse(world, 240, 'Audio out of date');
	return serve(audio.content, audio.contentType, audio.filename, range, noHeader);
}

function findAudio(world: World, params: Params): Audio {
	const id = params.text('cdw_id');
	const file = params.text('cdw_file');
	const test = params.text('cdw_file_test');
	if (id === undefined && file === undefined && test === undefined)
		throw refuse(world, 220, 'No audio ID');
	let digits: string | undefined;
	if (id !== undefined) digits = /^\d+$/.exec(id)?.[0];
	else if (file !== undefined)
		digits = isSpelledRight(world, file) ? /^(?:tf)?(\d+)$/.exec(file)?.[1] : undefined;
	else digits = /^(?:tft?)?(\d+)$/.exec(test ?? '')?.[1];
	const audio = digits === undefined ? undefined : world.store.audios.get(Number(digits));
	if (!audio) throw refuse(world, 230, 'Audio id is not valid');
	return audio;
}

/** Open question 6: digits, the prefixed form, or both. */
function isSpelledRight({ options }: World, id: string): boolean {
	const digits = /^\d+$/.test(id);
	return options.playIds === 'both' || (options.playIds === 'digits') === digits;
}

function refuse(world: World, code: number, status: string): Refusal {
	return new Refusal(code, status, world.options.playErrorStatus);
}

/** The bytes, or the part of them that was asked for. */
export function serve(
	file: Buffer,
	type: string,
	name: string,
	range: string | undefined,
	noHeader = false,
): FileAnswer {
	const headers: Record<string, string> = noHeader
		? { 'content-type': 'application/octet-stream' }
		: {
				'content-type': type,
				'content-disposition': `inline; filename="${name}"`,
				'accept-ranges': 'bytes',
			};
	const match = noHeader ? null : /^bytes=(\d*)-(\d*)$/.exec(range ?? '');
	if (!match || (match[1] === '' && match[2] === '')) return { http: 200, headers, file };
	const last = file.length - 1;
	const start = match[1] === '' ? Math.max(0, file.length - Number(match[2])) : Number(match[1]);
	const end = match[1] === '' || match[2] === '' ? last : Math.min(Number(match[2]), last);
	if (start > end) {
		const contentRange = { 'content-range': `bytes */${file.length}` };
		return { http: 416, headers: { ...headers, ...contentRange }, file: Buffer.alloc(0) };
	}
	const contentRange = { 'content-range': `bytes ${start}-${end}/${file.length}` };
	return {
		http: 206,
		headers: { ...headers, ...contentRange },
		file: file.subarray(start, end + 1),
	};
}
