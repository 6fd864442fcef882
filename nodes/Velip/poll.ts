import { createHash } from 'node:crypto';

import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import { ParameterError, toNodeError } from '../shared/http/errors';
import { asText } from '../shared/http/redact';
import { openClient } from '../shared/operation/connect';
import type { Line } from '../shared/operation/operation';
import { unlocated } from '../shared/operation/parse';
import { readEnvelope } from './api';
import { readEvent } from './events';
import { callListRequest, callRows, nextId, PAGE_ROWS } from './operations/callRecords';
import { positiveId } from './operations/fields';
import { velip } from './provider';

/**
 * What is saved between polls. The order and the moment in which Velip shows records are not
 * documented, so the cursor is a day: everything since then is read again and what was seen is
 * left out. Asking again from any saved state is harmless.
 */
interface State {
	/** First day that is still read, as Velip counts days. */
	since?: string;
	/** Results that were given out, by day: a call may come again with another one. */
	seen?: Record<string, string[]>;
	/** Where a reading that was cut short goes on, and the day that it moves the cursor to. */
	resume?: { lastId: string; from: string };
	/** Whether the calls from before the activation are noted. */
	started?: boolean;
	/** What was asked for, as text: of another list nothing has been seen. */
	filters?: string;
	/** Moments of the list requests of the last hour. */
	requests?: number[];
}

interface Options {
	callStates?: string[];
	onlyDtmf?: boolean;
	cpid?: string;
	lookBackDays?: number;
	maxRequests?: number;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const SAMPLES = 10;
const DEFAULT_REQUESTS = 150;

/** A day in Brasília, where Velip's dates are taken to belong (velip.md §6.2). */
export function brasiliaDay(at: number): string {
	return new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Sao_Paulo' }).format(at);
}

interface Filters {
	readonly cp_id?: string;
	readonly cpid?: string;
	readonly onlydtmf?: number;
}

function filtersOf(context: IPollFunctions, options: Options): Filters {
	const campaign = asText(unlocated(context.getNodeParameter('cpId', ''))).trim();
	// Velip answers a wrong ID with an empty list, for ever (velip.md §7.2).
	if (campaign !== '' && !positiveId.test.test(campaign)) {
		throw new ParameterError(`"Campaign" ${positiveId.message}`);
	}
	return {
		cp_id: campaign || undefined,
		cpid: options.cpid?.trim() || undefined,
		onlydtmf: options.onlyDtmf ? 1 : undefined,
	};
}

const isFinished = ({ state }: IDataObject) => state !== 'pending';

/** What tells one result from another (velip.md §14.5); from its content where it has no ID. */
function resultKey(row: IDataObject): string {
	const id = [row.cd_id, row.ctid].find((value) => !['', '0'].includes(asText(value ?? '').trim()));
	if (id !== undefined)
		return [id, row.cd_status, row.dur].map((part) => asText(part ?? '')).join(':');
	return createHash('sha256').update(JSON.stringify(row)).digest('base64').slice(0, 16);
}

/** The day of a row; a date in any other form is kept for as long as it may still be read. */
function dayOf(row: IDataObject): string {
	const day = asText(row.date ?? '').slice(0, 10);
	return /^\d{4}-\d{2}-\d{2}$/.test(day) ? day : brasiliaDay(Date.now() + DAY_MS);
}

/** A poll of a person who tries the node: some calls of the last days, and nothing is noted. */
async function sample(client: Line, filters: Filters): Promise<IDataObject[]> {
	const now = Date.now();
	const request = callListRequest({
		...filters,
		date_start: brasiliaDay(now - DAY_MS),
		date_end: brasiliaDay(now + DAY_MS),
		maxreg: 1000,
	});
	const rows = await client.call(request, (reply) => callRows(readEnvelope(reply)));
	return rows.filter(isFinished).slice(-SAMPLES);
}

interface Reading {
	readonly rows: IDataObject[];
	/** The page that was not read any more, for want of requests or time. */
	readonly cutAt?: string;
}

async function readSince(
	client: Line,
	filters: Filters,
	start: { since: string; lastId?: string },
	mayAsk: () => boolean,
): Promise<Reading> {
	const rows: IDataObject[] = [];
	const asked = new Set<string | undefined>();
	for (let lastId = start.lastId; ;) {
		if (asked.has(lastId)) return { rows };
		if (!mayAsk()) return { rows, cutAt: lastId ?? '' };
		asked.add(lastId);
		const request = callListRequest({
			...filters,
			date_start: start.since,
			date_end: brasiliaDay(Date.now() + DAY_MS),
			maxreg: PAGE_ROWS,
			last_id: lastId,
		});
		const envelope = await client.call(request, readEnvelope);
		for (const row of callRows(envelope)) if (isFinished(row)) rows.push(row);
		lastId = nextId(envelope);
		if (lastId === undefined) return { rows };
	}
}

/** Lets through so many requests an hour, counted over polls, and only within the time of this one. */
function allowance(context: IPollFunctions, state: State, options: Options): () => boolean {
	const limit = options.maxRequests ?? DEFAULT_REQUESTS;
	const started = Date.now();
	// Older hosts have no such budget.
	const budgetMs = (context as Partial<IPollFunctions>).getPollBudgetMs?.() ?? Infinity;
	return () => {
		const now = Date.now();
		const recent = (state.requests ?? []).filter((at) => at > now - HOUR_MS);
		if (recent.length >= limit || now - started > budgetMs * 0.8) return false;
		state.requests = [...recent, now];
		return true;
	};
}

function later(a: string, b: string): string {
	return a > b ? a : b;
}

interface Period {
	/** First day that was read. */
	readonly since: string;
	/** First day of the next reading, when this one has come to its end. */
	readonly from: string;
}

/** Notes new rows as seen, moves the cursor, and gives out what is new. */
function take(state: State, { rows, cutAt }: Reading, { since, from }: Period) {
	const next = cutAt === undefined ? later(since, from) : since;
	const kept = Object.entries(state.seen ?? {}).map(([day, ids]): [string, Set<string>] => [
		day,
		new Set(ids),
	]);
	const seen = new Map(kept);
	const known = new Set(kept.flatMap(([, ids]) => [...ids]));
	const fresh = rows.filter((row) => {
		const key = resultKey(row);
		const isNew = !known.has(key);
		known.add(key);
		// What Velip still gives out is not forgotten, whatever day it names: it would come again.
		const day = later(dayOf(row), next);
		seen.set(day, (seen.get(day) ?? new Set()).add(key));
		return isNew;
	});
	const remembered = [...seen].filter(([day]) => day >= next);
	Object.assign(state, {
		since: next,
		resume: cutAt ? { lastId: cutAt, from } : undefined,
		seen: Object.fromEntries(remembered.map(([day, ids]) => [day, [...ids]])),
	});
	return fresh;
}

/**
 * New finished calls since the last poll. Nothing is lost; a call comes twice only when n8n stops
 * between giving it out and saving that it did.
 */
export async function poll(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	try {
		const options = context.getNodeParameter('options', {}) as Options;
		const filters = filtersOf(context, options);
		const client = await openClient(context, velip);
		const { callStates = [] } = options;
		const isWanted = ({ state }: IDataObject) =>
			callStates.length === 0 || callStates.includes(asText(state));
		const output = (rows: IDataObject[]) => {
			const events = rows.filter(isWanted).map((row) => ({ json: readEvent(row) }));
			return events.length === 0 ? null : [events];
		};
		if (context.getMode() === 'manual') return output(await sample(client, filters));

		const state = context.getWorkflowStaticData('node') as State;
		const asked = JSON.stringify(filters);
		// After a change of the filters it begins anew.
		const { resume, started, since: saved }: State = state.filters === asked ? state : {};
		const from = resume?.from ?? brasiliaDay(Date.now() - (options.lookBackDays ?? 1) * DAY_MS);
		// Days before the saved one have been forgotten, also when more of them are asked for now.
		const since = saved ?? from;
		const start = { since, lastId: resume?.lastId };
		const reading = await readSince(client, filters, start, allowance(context, state, options));
		const fresh = take(state, reading, { since, from });
		state.filters = asked;
		state.started = started === true || reading.cutAt === undefined;
		// What had finished before the workflow was published is not news.
		return started === true ? output(fresh) : null;
	} catch (error) {
		throw toNodeError(context.getNode(), error);
	}
}
