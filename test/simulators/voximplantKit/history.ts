import { callFields, commentTexts } from './callRecord';
import { ok, refusals, type Answer } from './envelope';
import { momentText } from './moments';
import { paged } from './paging';
import type { Call } from './records';
import {
	bool,
	idList,
	int,
	ints,
	moment,
	need,
	phoneFilter,
	text,
	word,
	type Visit,
} from './rules';
import { method, type Methods, type World } from './world';

const flags = {
	with_scenarios: bool,
	with_tags: bool,
	with_calls: bool,
	with_comments: bool,
	with_wrap_up_code: bool,
};

const filters = {
	from: moment,
	to: moment,
	id: int(),
	phone: phoneFilter,
	phone_full_text: bool,
	call_direction: word('incoming', 'outgoing', 'all'),
	scenario_ids: ints,
	queue_ids: ints,
	campaign_ids: ints,
	...flags,
};

type Flags = Partial<Record<keyof typeof flags, boolean>>;
interface Filter {
	from?: number;
	to?: number;
	id?: number;
	phone?: string;
	phone_full_text?: boolean;
	call_direction?: 'incoming' | 'outgoing' | 'all';
	scenario_ids?: number[];
	queue_ids?: number[];
	campaign_ids?: number[];
}

/** Section 5.3. */
export const historyMethods: Methods = {
	'v4/history/searchCalls': method(
		{ ...filters, limit: int(1), cursor: text() },
		{},
		(world, values, visit) => {
			noteFuture(world, values, visit);
			return searchByCursor(world, values, visit);
		},
	),
	'v3/history/searchCalls': method(filters, { paged: true }, (world, values, { raw }) => {
		const found = world.store.calls.filter((call) => matches(call, values));
		const show = (call: Call): unknown => historyRow(world, call, values);
		return paged(found, show, raw, world.options, { perPageInBody: true, newestFirst: true });
	}),
	'v3/history/searchStatuses': method(
		{ from: need(moment), to: need(moment), user_ids: idList },
		{ paged: true, contactCentre: true },
		(world, { from, to, user_ids: users }, { raw }) => {
			const rows = world.store.statusHistory
				.filter((row) => row.start <= to && row.end >= from)
				.filter((row) => users === undefined || users.includes(row.user_id))
				.sort((a, b) => a.start - b.start || a.id - b.id);
			return paged(
				rows,
				({ id, user_id, status, start, end, next_status, changed_by }) => ({
					id,
					user_id,
					status,
					status_start_date: momentText(start),
					status_end_date: momentText(end),
					next_status,
					changed_by,
					duration: Math.round((end - start) / 1000),
				}),
				raw,
				world.options,
				{ newestFirst: true },
			);
		},
	),
	'v3/calls/bindTags': method(
		{ call_id: need(int()), tags: need(ints) },
		{ writes: true },
		(world, values) => {
			const call = world.store.call(values.call_id);
			if (!call) throw refusals.missing('Call', values.call_id);
			for (const tag of values.tags)
				if (!world.store.tags.has(tag)) throw refusals.missing('Tag', tag);
			call.tags = [...new Set([...call.tags, ...values.tags])];
			return ok(true);
		},
	),
	'v3/calls/bindTopics': method(
		{ call_id: need(int()), topics: need(ints) },
		{ writes: true },
		(world, values) => {
			const call = world.store.call(values.call_id);
			if (!call) throw refusals.missing('Call', values.call_id);
			call.topics = [...new Set([...call.topics, ...values.topics])];
			return ok(true);
		},
	),
};

/** Clients cut `to` to the present; whether the server needs that is not known. */
function noteFuture({ clock }: World, { to }: Filter, { notes, method: name }: Visit): void {
	if (to !== undefined && to > clock.now() + 60_000)
		notes.undocumented(name, 'to', 'In the future');
}

/** Whether a call passes the filters. */
export function matches(call: Call, filter: Filter): boolean {
	const { from, to, id, phone, call_direction: direction } = filter;
	if (id !== undefined && call.id !== id) return false;
	if (from !== undefined && call.startedAt < from) return false;
	// The text has whole seconds, so the last second counts to its end.
	if (to !== undefined && call.startedAt > to + 999) return false;
	if (phone !== undefined && !phoneMatches(call, phone, filter.phone_full_text === true))
		return false;
	if (direction === 'incoming' && !call.incoming) return false;
	if (direction === 'outgoing' && call.incoming) return false;
	return (
		isIn(call.scenarioId, filter.scenario_ids) &&
		isIn(call.queueId, filter.queue_ids) &&
		isIn(call.campaignId, filter.campaign_ids)
	);
}

function isIn(id: number | null, wanted: number[] | undefined): boolean {
	return wanted === undefined || (id !== null && wanted.includes(id));
}

function phoneMatches(call: Call, phone: string, whole: boolean): boolean {
	const phones = [call.phoneA, call.phoneB];
	return phones.some((own) => (whole ? own === phone : own.includes(phone)));
}

function searchByCursor(
	world: World,
	values: Filter & Flags & { limit?: number; cursor?: string },
	visit: Visit,
): Answer {
	const { options, store } = world;
	const asked = values.limit ?? options.maxHistoryLimit;
	const limit = Math.min(asked, options.maxHistoryLimit);
	if (asked > limit)
		visit.notes.undocumented(visit.method, 'limit', `More than ${options.maxHistoryLimit}`);
	const ascending = options.historyOrder === 'asc';
	const after = values.cursor === undefined ? undefined : readCursor(values.cursor);
	const found: Call[] = [];
	let more = false;
	const { calls } = store;
	const step = ascending ? 1 : -1;
	for (let at = startIndex(calls, after, ascending); at >= 0 && at < calls.length; at += step) {
		const call = calls[at];
		if (!call || !matches(call, values)) continue;
		if (found.length === limit) {
			more = true;
			break;
		}
		found.push(call);
	}
	const full = found.length === limit;
	const last = found.at(-1);
	const goesOn = more || (full && options.cursorAfterFullPage);
	const cursor = goesOn && last ? writeCursor(last.id) : noCursor(options.lastCursor);
	const rows = found.map((call) => historyRow(world, call, values));
	return ok(rows, cursor === undefined ? { limit } : { limit, cursor });
}

/** Position of the first call after the cursor. */
function startIndex(calls: readonly Call[], after: number | undefined, ascending: boolean): number {
	if (after === undefined) return ascending ? 0 : calls.length - 1;
	let low = 0;
	let high = calls.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		const id = calls[middle]?.id ?? Infinity;
		if (ascending ? id <= after : id < after) low = middle + 1;
		else high = middle;
	}
	return ascending ? low : low - 1;
}

function writeCursor(id: number): string {
	return Buffer.from(`c:${id}`).toString('base64');
}

function readCursor(cursor: string): number {
	const match = /^c:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString('utf8'));
	if (!match) throw refusals.invalid('cursor', 'not one of this server');
	return Number(match[1]);
}

function noCursor(kind: 'null' | 'empty' | 'absent'): string | null | undefined {
	if (kind === 'absent') return undefined;
	return kind === 'null' ? null : '';
}

/** A row of the history; cost, recording and `processing` settle later. */
export function historyRow(world: World, call: Call, show: Flags): Record<string, unknown> {
	const scenario = world.store.scenarios.get(call.scenarioId ?? 0);
	const answered = call.code === 'Call_Answered';
	return {
		...callFields(world, call, call.settled),
		calllist_item_id: call.contactId,
		domain_id: 4242,
		call_resources: '[]',
		call_records: JSON.stringify(
			call.settled && call.recorded ? [{ duration: call.duration, call_id: 1 }] : [],
		),
		call_status: world.options.oldHistoryTypes ? Number(answered) : answered,
		recalc: false,
		campaign_id: call.campaignId,
		processing: !call.settled,
		scenario_version_id: scenario ? 55 : null,
		has_call_logs: true,
		user_group_id: call.groupId,
		callback_at: call.wrapUp?.callback_at ?? null,
		source_type: call.source,
		...(show.with_wrap_up_code ? { wrap_up_code: call.wrapUp } : {}),
		...(show.with_tags
			? { tags: call.tags.map((id) => ({ id, tag_name: world.store.tags.get(id) })) }
			: {}),
		...(show.with_comments ? { comments: commentTexts(call) } : {}),
		...(show.with_scenarios
			? { scenario: scenario ? { id: scenario.id, title: scenario.title } : null }
			: {}),
	};
}
