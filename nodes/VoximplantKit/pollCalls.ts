import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import type { Line } from '../shared/operation/operation';
import { CallError } from '../shared/http/errors';
import { isRecord } from '../shared/http/json';
import { asText, redact, redactDeep } from '../shared/http/redact';
import { settle } from '../shared/http/settle';
import { methodRequest, readAnswer } from './api';
import { methodOf } from './catalogue';
import { PAGE_ROWS, rowsOf } from './operations/base';
import { filterIds } from './operations/idList';
import { stateOf, withinBudget } from './poll';
import { callRow, isoDate, utcText } from './values';

/**
 * What is saved between polls. A call enters the history with the moment of its start and settles
 * later (voximplant-kit.md §5.3), so a window that reaches back is read again each time and what
 * was given out is left out.
 */
interface State {
	/** Start of the window that is still read, ISO 8601. */
	since: string;
	/** Moment of start of the calls that were given out, by ID. */
	seen: Record<string, string>;
	/** Where a reading that was cut short goes on. */
	resume: { from: string; to: string; cursor: string };
	/** Whether the calls from before the activation are noted. */
	started: boolean;
}

interface Options {
	callDirection?: string;
	completionCodes?: string[];
	lookBackMinutes?: number;
	scenarioIds?: unknown;
	unsettled?: boolean;
}

const MINUTE_MS = 60_000;
const DEFAULT_LOOK_BACK = 120;
const SAMPLES = 10;
const HISTORY = methodOf('history/searchCalls');

interface Window {
	readonly from: string;
	readonly to: string;
	readonly cursor?: string;
}

interface Reading {
	readonly rows: IDataObject[];
	/** The page that was not read any more, for want of time. */
	readonly cutAt?: string;
}

function request(options: Options, { from, to, cursor }: Window, limit = PAGE_ROWS) {
	const ids = filterIds(options.scenarioIds, 'Scenario IDs');
	return methodRequest(HISTORY, {
		from: utcText(from),
		to: utcText(to),
		call_direction: options.callDirection,
		scenario_ids: ids.length > 0 ? ids.map(Number) : undefined,
		with_scenarios: true,
		with_tags: true,
		with_wrap_up_code: true,
		limit,
		cursor,
	});
}

async function readPage(client: Line, options: Options, window: Window) {
	const answer = await client.call(request(options, window), readAnswer);
	// IDs are kept between polls, so nothing else may pass as one.
	const rows = rowsOf(answer.result).filter(
		(row) => isRecord(row) && /^\d{1,20}$/.test(asText(row.id ?? '')),
	);
	// What is given out and what n8n stores must not show the token, whatever Kit answers.
	const clean = redactDeep(rows, client.secrets) as IDataObject[];
	return { rows: clean, cursor: redact(asText(answer.meta.cursor ?? ''), client.secrets) };
}

async function readWindow(
	client: Line,
	options: Options,
	window: Window,
	mayAsk: () => boolean,
): Promise<Reading> {
	const rows: IDataObject[] = [];
	const asked = new Set<string>();
	for (let { cursor = '' } = window; ;) {
		asked.add(cursor);
		const page = await readPage(client, options, { ...window, cursor: cursor || undefined });
		for (const row of page.rows) rows.push(row);
		({ cursor } = page);
		if (page.rows.length === 0 || cursor === '' || asked.has(cursor)) return { rows };
		// The first page is always read, so that there is progress however short the time is.
		if (!mayAsk()) return { rows, cutAt: cursor };
	}
}

const isProcessing = ({ processing }: IDataObject) =>
	[true, 1, '1', 'true'].includes(processing as never);

function startOf(row: IDataObject, fallback: string): string {
	const moment = isoDate(row.datetime_start);
	return typeof moment === 'string' && !Number.isNaN(Date.parse(moment)) ? moment : fallback;
}

function earliest(to: string, backMs: number): string {
	return new Date(Date.parse(to) - backMs).toISOString();
}

/** Calls that were not given out yet; notes them. `isDue` says whether a call is ready for it. */
function takeFresh(
	state: Partial<State>,
	rows: readonly IDataObject[],
	fallback: string,
	isDue: (row: IDataObject) => boolean,
): IDataObject[] {
	const seen = { ...state.seen };
	const fresh = rows.filter((row) => {
		const id = asText(row.id);
		if (Object.hasOwn(seen, id) || !isDue(row)) return false;
		seen[id] = startOf(row, fallback);
		return true;
	});
	state.seen = seen;
	return fresh;
}

/** Moves the window on and forgets the calls that it does not reach any more. */
function moveOn(state: Partial<State>, reading: Reading, window: Window, backMs: number): void {
	const { cutAt } = reading;
	state.resume =
		cutAt === undefined ? undefined : { from: window.from, to: window.to, cursor: cutAt };
	if (cutAt !== undefined) return;
	// Never back again: with a longer "Look Back" what was forgotten already would come once more.
	const since = later(state.since ?? '', earliest(window.to, backMs));
	state.started = true;
	state.since = since;
	// Kit may list a call before its start is in the window, and asks with whole seconds only.
	const listed = new Set(reading.rows.map(({ id }) => asText(id)));
	const from = Math.floor(Date.parse(since) / 1000) * 1000;
	const kept = Object.entries(state.seen ?? {}).filter(
		([id, start]) => listed.has(id) || Date.parse(start) >= from,
	);
	state.seen = Object.fromEntries(kept);
}

function isWanted(row: IDataObject, { completionCodes = [] }: Options): boolean {
	return completionCodes.length === 0 || completionCodes.includes(asText(row.completion_code));
}

function toItems(rows: readonly IDataObject[], options: Options): INodeExecutionData[] {
	return rows
		.filter((row) => isWanted(row, options))
		.map((row) => ({
			json: { event: 'callFinished', ...callRow(row), deliveryKey: `call:${asText(row.id)}` },
		}));
}

function isForgotten(error: Error): boolean {
	return error instanceof CallError && error.outcome === 'refused' && !error.stopsRun;
}

/** Reads on where the last poll stopped; when Kit does not know that place any more, all again. */
async function readOn(
	client: Line,
	options: Options,
	{ resume }: Partial<State>,
	whole: Window,
	mayAsk: () => boolean,
): Promise<{ reading: Reading; window: Window }> {
	if (resume !== undefined) {
		const { value, error } = await settle(
			async () => await readWindow(client, options, resume, mayAsk),
		);
		// A place that is forgotten may look like the end of the list.
		if (error === undefined && value.rows.length > 0) return { reading: value, window: resume };
		if (error !== undefined && !isForgotten(error)) throw error;
	}
	return { reading: await readWindow(client, options, whole, mayAsk), window: whole };
}

/** Calls that have ended since the last poll. */
export async function pollCalls(
	context: IPollFunctions,
	client: Line,
): Promise<INodeExecutionData[]> {
	const options = context.getNodeParameter('options', {}) as Options;
	const now = new Date().toISOString();
	const backMs = (options.lookBackMinutes ?? DEFAULT_LOOK_BACK) * MINUTE_MS;
	const from = earliest(now, backMs);
	if (context.getMode() === 'manual') {
		const lastWeek = earliest(now, 7 * 24 * 60 * MINUTE_MS);
		const { rows } = await readPage(client, options, { from: lastWeek, to: now });
		return toItems(rows, options).slice(0, SAMPLES);
	}

	const state = stateOf<State>(context, 'calls');
	const { started: wasStarted = false } = state;
	const whole = { from: state.since ?? from, to: now };
	const { reading, window } = await readOn(client, options, state, whole, withinBudget(context));
	// What is about to leave the window is given out as it is, so that nothing gets lost.
	const lastChance = new Date(Date.parse(from) + backMs / 4).toISOString();
	const isDue = (row: IDataObject) =>
		options.unsettled === true || !isProcessing(row) || startOf(row, now) < lastChance;
	const fresh = takeFresh(state, reading.rows, window.to, isDue);
	moveOn(state, reading, window, backMs);
	// What had ended before the workflow was published is not news.
	return wasStarted ? toItems(fresh, options) : [];
}

function later(a: string, b: string): string {
	return a > b ? a : b;
}
