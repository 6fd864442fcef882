import { createHash } from 'node:crypto';
import { dateOf, isDate, isTime } from './clock';
import { Refusal } from './envelope';
import type { Params } from './input';
import { parseJsonList } from './listParser';
import { readFile, sizeOf, store as storeList } from './lists';
import { CREDENTIALS } from './params';
import type { Campaign } from './records';
import { readSmsAction } from './smsAction';
import { findVoice } from './voices';
import type { World } from './world';

type Schedule = Pick<Campaign, 'dateStart' | 'dateEnd' | 'timeStart' | 'timeEnd'>;
type Pace = Pick<
	Campaign,
	'speed' | 'resends' | 'timeResends' | 'maxAnswered' | 'noBlock' | 'group' | 'wanted'
>;

/** Codes 220 to 223: strict dates and times (velip.md sections 6.2 and 9.1). */
export function readSchedule(world: World, params: Params, source?: Campaign): Schedule {
	const dateStart = params.text('date_start') ?? dateOf(world.clock.now());
	if (!isDate(dateStart)) throw new Refusal(220, 'Invalid date start');
	const dateEnd = params.text('date_end') ?? dateStart;
	if (!isDate(dateEnd)) throw new Refusal(221, 'Invalid date end');
	if (dateEnd < dateStart) throw new Refusal(221, 'Invalid date end: before date start');
	const timeStart = params.text('time_start') ?? source?.timeStart ?? '00:00:00';
	if (!isTime(timeStart)) throw new Refusal(222, 'Invalid time start');
	const timeEnd = params.text('time_end') ?? source?.timeEnd ?? '23:59:59';
	if (!isTime(timeEnd)) throw new Refusal(223, 'Invalid time end');
	return { dateStart, dateEnd, timeStart: withSeconds(timeStart), timeEnd: withSeconds(timeEnd) };
}

export function withSeconds(time: string): string {
	return time.length === 5 ? `${time}:00` : time;
}

/** Codes 212 to 218, 227, 231, 250: pace and switches. A clone inherits what is not given. */
export function readPace(world: World, params: Params, source?: Campaign): Pace {
	const whole = (
		name: string,
		fallback: number,
		range: [number, number],
		code: number,
		text: string,
	): number => {
		const value = params.int(name, fallback, ...range);
		if (Number.isNaN(value)) throw new Refusal(code, text);
		return value;
	};
	const speed = params.text('vel') ?? source?.speed ?? 'max';
	if (speed !== 'max' && !isSpeed(speed)) throw new Refusal(214, 'Invalid speed limit');
	whole('mobile', 1, [0, 1], 213, 'allow mobile - invalid');
	whole('limit_name', 1, [0, 2], 227, 'Invalid limit name');
	params.softInt('xnum', 1, 0, 1);
	const group = params.text('group') ?? source?.group ?? '0';
	if (group !== '0' && !Object.hasOwn(world.options.groups, group))
		throw new Refusal(250, 'Group not found');
	const maxAnswered = whole(
		'max_answered',
		source?.maxAnswered ?? 0,
		[0, Infinity],
		212,
		'limits answered calls invalid',
	);
	const resends = whole('resends', source?.resends ?? 0, [0, 3], 215, 'Invalid number of resends');
	const timeResends = whole(
		'time_resends',
		source?.timeResends ?? 30,
		[1, 240],
		216,
		'Invalid interval between resends',
	);
	const noBlock = whole('no_block', source?.noBlock ?? 0, [0, 1], 218, 'Invalid - disables PROCON');
	const wanted = whole('cp_ativo', 1, [0, 1], 231, 'cp_ativo invalid') === 1 ? 1 : 0;
	return { speed, group, maxAnswered, resends, timeResends, noBlock, wanted };
}

function isSpeed(speed: string): boolean {
	return /^\d{1,3}$/.test(speed) && Number(speed) >= 1 && Number(speed) <= 100;
}

/** Codes 240 to 244, 280, 281: the audio of every slot. */
export function checkAudio(world: World, params: Params, isClone: boolean): string {
	const exists = (id: string): boolean =>
		/^(tf)?\d+$/.test(id) && world.store.audios.has(Number(id.replace('tf', '')));
	const slots: Array<[string, number, string]> = [
		['amd', 241, 'AMD audio not found'],
		['contentno', 243, 'contentno audio not found'],
		['contentfail', 244, 'contentfail audio not found'],
	];
	for (let index = 2; index <= 8; index++) slots.push([`content${index}`, 242, 'Audio not found']);
	for (let index = 0; index <= 9; index++) slots.push([`cont${index}`, 242, 'Audio not found']);

	const text = params.text('text');
	const url = params.text('urlcontent');
	const content = params.text('content');
	if (text !== undefined) {
		const voice = params.text('voice') ?? 'fad';
		if (!findVoice(voice)) throw new Refusal(281, 'TTS error');
	} else if (url !== undefined) {
		if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
			throw new Refusal(280, 'Error get audio url');
	} else if (!params.has('audio64') && !isClone && (content === undefined || !exists(content)))
		throw new Refusal(240, 'Initial audio not found');
	for (const [name, code, status] of slots) {
		const id = params.text(name);
		if (id !== undefined && !exists(id)) throw new Refusal(code, status);
	}
	return content ?? '';
}

/** Codes 217, 219, 252, 290, 291, 300 to 305: what belongs to one flavour only. */
export function readFlavour(params: Params): Campaign['type'] {
	const type = params.text('cp_type') ?? '0';
	if (type !== '0' && type !== '4' && type !== '6') throw new Refusal(217, 'cd_type invalid');
	readSmsAction(params, type === '0');
	if (type === '4') {
		if (Number.isNaN(params.int('nans', 1, 1, 3))) throw new Refusal(290, 'Invalid nans');
		if (Number.isNaN(params.int('dtime', 7, 4, 15)))
			throw new Refusal(291, 'Invalid response time');
	}
	if (type === '6') {
		const filter = params.text('fdtmf');
		if (filter !== undefined && !/^[a-z_0-9]+\|.+$/i.test(filter))
			throw new Refusal(219, 'Invalid DTMF filter');
		const column = params.text('compw');
		if (column !== undefined && !['cod_cli', 'extra1', 'extra2', 'extra3'].includes(column))
			throw new Refusal(252, 'Invalid compw');
		params.softInt('ndigval', 1, 1);
	}
	return type;
}

/** The id of the given list, or of the inline one (codes 205 to 207, 251, 270). */
export function readList(world: World, params: Params): number {
	const upload = params.uploads[0];
	const data = params.value('datajson');
	const inline = upload !== undefined || params.has('datajson');
	if (params.brokenMultipart !== undefined) throw new Refusal(262, 'Error in parameters');
	if (inline) {
		const parsed = upload
			? readFile(world, upload, () => new Refusal(205, 'not allowed executable file'))
			: parseJsonList(data, world.options.restRecords === 'accept');
		if (!parsed) {
			if (!upload) throw new Refusal(206, 'datajson is not valid JSON');
			if (/\.json$/i.test(upload.filename ?? ''))
				throw new Refusal(207, 'JSON file is not valid JSON');
			throw new Refusal(270, 'Error generating list');
		}
		const source = {
			file: upload?.filename ?? '',
			bytes: upload?.content.length ?? sizeOf(data),
		};
		const list = storeList(world, params, parsed, params.text('name'), undefined, source);
		if (!list) throw new Refusal(270, 'Error generating list');
		return list.id;
	}
	const list = world.store.lists.get(Number(params.text('cdlc_id')));
	// Section 10.2: campaigns refuse inactive lists.
	if (!list?.active || list.deleted) throw new Refusal(251, 'Invalid base ID');
	return list.id;
}

/** The same for requests with the same parameters, whatever their credential (section 9.1, `request_id`). */
export function fingerprint(params: Params): string {
	const values = params.entries
		.filter(([name]) => !CREDENTIALS.includes(name))
		.map(([name, value]) => [name, typeof value === 'number' ? String(value) : value])
		.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
	const hash = createHash('sha256').update(JSON.stringify(values));
	for (const upload of params.uploads) hash.update(upload.content);
	return hash.digest('hex');
}
