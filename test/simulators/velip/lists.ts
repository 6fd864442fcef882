import { dateOf, timeOf } from './clock';
import { ok, Refusal, type Answer } from './envelope';
import type { Params, Upload } from './input';
import { parseCsvList, parseJsonList, type ParsedList } from './listParser';
import type { DestinationList } from './records';
import { num, orNull, type Visit, type World } from './world';

/** `CreateDestinationBase`: a destination list from JSON or a file (velip.md section 10.1). */
export function createDestinationBase(world: World, { fn, params }: Visit): Answer {
	const upload = params.uploads[0];
	const data = params.value('datajson');
	if (params.brokenMultipart !== undefined || (!upload && !params.has('datajson')))
		throw new Refusal(230, 'Error BASE no data');
	const parsed = upload
		? readFile(world, upload, () => new Refusal(205, 'file refused'))
		: parseJsonList(data, world.options.restRecords === 'accept');
	const list =
		parsed &&
		store(world, params, parsed, params.text('name'), params.text('ctid'), {
			file: upload?.filename ?? '',
			bytes: upload?.content.length ?? sizeOf(data),
		});
	if (!list) throw new Refusal(230, 'Erro na base: nenhum número válido');
	world.store.accept(fn, { ctid: list.ctid });
	return ok(
		{
			cdlc_id: num(world, list.id),
			num_dest: num(world, list.destinations.length),
			base_size: num(world, list.bytes),
		},
		{},
		{ http: world.options.legacy201 ? 201 : 200, accepted: 1 },
	);
}

/** Reads an uploaded list; undefined when its content is no list. `refusal` is for other kinds of file. */
export function readFile(
	world: World,
	upload: Upload,
	refusal: () => Refusal,
): ParsedList | undefined {
	const head = upload.content.toString('latin1', 0, 4);
	const extension = /\.(csv|json|txt)$/i.exec(upload.filename ?? '')?.[1]?.toLowerCase();
	if (extension === undefined || head.startsWith('MZ') || head === '\x7fELF') throw refusal();
	return extension === 'json'
		? parseJsonList(upload.content.toString('utf8'), world.options.restRecords === 'accept')
		: parseCsvList(upload.content);
}

/** Stores a list with at least one good number; undefined otherwise. */
export function store(
	world: World,
	params: Params,
	parsed: ParsedList,
	name: string | undefined,
	ctid: string | undefined,
	source: { file: string; bytes: number },
): DestinationList | undefined {
	for (const note of parsed.notes) params.violation('datajson', note);
	if (parsed.destinations.length === 0) return undefined;
	const now = world.clock.now();
	const stamp = `${dateOf(now)}_${timeOf(now)}`.replace(/\D/g, '');
	const list: DestinationList = {
		id: world.store.nextId('list', 701),
		name: name ?? `API_json_${stamp}`,
		ctid,
		...source,
		active: true,
		deleted: false,
		createdAt: now,
		destinations: parsed.destinations,
	};
	world.store.lists.set(list.id, list);
	return list;
}

export function sizeOf(data: unknown): number {
	return Buffer.byteLength(typeof data === 'string' ? data : JSON.stringify(data ?? ''));
}

/** `GetDestinationsList`: lists, and switches them on and off (section 10.2). */
export function getDestinationsList(world: World, { params }: Visit): Answer {
	const ctid = params.text('ctid');
	const id = params.text('cdlc_id');
	const search = params.text('search');
	const state = params.word('list', ['1', '0', 'all'], '1');
	const maxreg = params.softInt('maxreg', 100, 1);
	const matches = (list: DestinationList): boolean => {
		if (ctid !== undefined) return list.ctid === ctid;
		if (id !== undefined) return String(list.id) === id;
		if (search === undefined) return true;
		const wanted = plain(search);
		return plain(list.name).includes(wanted) || plain(list.file).includes(wanted);
	};
	const found = [...world.store.lists.values()]
		.filter((list) => state === 'all' || list.active === (state === '1'))
		.filter(matches)
		.reverse()
		.slice(0, maxreg);
	const setactive = params.word('setactive', ['', '0', '1'], '');
	if (setactive !== '') {
		if (ctid === undefined && id === undefined && search === undefined)
			params.doubtful('setactive', 'With an empty filter: every matching list is changed');
		for (const list of found) {
			if (list.deleted && setactive === '1')
				params.violation('setactive', 'A purged list must not be reactivated');
			list.active = setactive === '1';
		}
	}
	const lists = found.map((list) => ({
		cdlc_id: num(world, list.id),
		cdlc_active: num(world, Number(list.active)),
		cdlc_ctid: orNull(list.ctid),
		cdlc_name: list.name,
		cdlc_file: list.file === '' ? 'null' : list.file,
		cdlc_date: dateOf(list.createdAt),
		cdlc_num: num(world, list.destinations.length),
		cdlc_deleted: num(world, Number(list.deleted)),
	}));
	return ok({}, { lists });
}

/** Case and accents are ignored. */
function plain(text: string): string {
	return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
