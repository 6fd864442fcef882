import { DAY, dateOf, dayOf, HOUR, isDate, startOfDay, timeOf } from './clock';
import { ok, Refusal, type Answer } from './envelope';
import type { Delivery } from './events';
import { routeOf } from './events';
import type { Params } from './input';
import { formatNumber, maskNumber, maskRuns } from './phones';
import type { Call } from './records';
import { num, orNull, type Visit, type World } from './world';

const PAGE_CAP = 5000;
const PAGE_DEFAULT = 1000;

/** Counts requests of `GetCallStatus` against its limits (velip.md section 6.7). */
export class StatusLimits {
	private listTimes: number[] = [];
	private readonly lookUps = new Map<number, number>();

	/** Refuses with 429 and Retry-After, or counts. */
	take(world: World, kind: 'list' | 'point'): void {
		const now = world.clock.now();
		if (kind === 'list') {
			this.listTimes = this.listTimes.filter((at) => at > now - HOUR);
			const [first] = this.listTimes;
			if (first !== undefined && this.listTimes.length >= world.options.listRequestsPerHour)
				throw tooMany('list requests limit exceeded', first + HOUR - now);
			this.listTimes.push(now);
			return;
		}
		const today = dayOf(now);
		const used = this.lookUps.get(today) ?? 0;
		if (used >= this.allowance(world, today))
			throw tooMany('look-ups limit exceeded', startOfDay(dateOf(now)) + DAY - now);
		this.lookUps.set(today, used + 1);
	}

	reset(): void {
		this.listTimes = [];
		this.lookUps.clear();
	}

	/** 500 + 40 x (mean calls a day over 30 days + calls today). */
	private allowance({ store, options }: World, today: number): number {
		let month = 0;
		for (let day = today - 30; day < today; day++) month += store.callsOnDay(day);
		return options.lookUpsPerDay + options.lookUpsPerCall * (month / 30 + store.callsOnDay(today));
	}
}

function tooMany(status: string, waitMs: number): Refusal {
	return new Refusal(
		429,
		status,
		429,
		{},
		{},
		{
			'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))),
		},
	);
}

/** `GetCallStatus`: one call, many, or a re-push (section 7.2). */
export function getCallStatus(world: World, visit: Visit, limits: StatusLimits): Answer {
	const { params } = visit;
	const { options } = world;
	const ctid = params.text('ctid');
	const cdId = params.text('cd_id');
	const matches = ctid === undefined || ctid === 'null' ? undefined : world.store.callsOfCtid(ctid);
	const isPoint = matches ? matches.length <= 1 : ctid === undefined && cdId !== undefined;
	const fields: Record<string, unknown> = {};
	if (!isPoint && options.allowedIps.length === 0) {
		if (options.unregisteredIpLists === 'refuse')
			throw new Refusal(105, 'IP not registered for list requests', 403);
		if (options.unregisteredIpLists === 'warn')
			fields.warning = 'List requests from unregistered IPs will be refused';
	}
	limits.take(world, isPoint ? 'point' : 'list');

	const page = isPoint
		? { calls: matches ?? onlyCall(world, cdId ?? ''), fields: {} }
		: listCalls(world, params, matches);
	Object.assign(fields, page.fields);
	const shown = page.calls.filter(
		(call) => call.status !== undefined || options.pendingCalls === 'null',
	);
	// Section 7.2: only a ctid that matches one call returns the full number.
	const masked = !visit.access.fullNumbers && !(isPoint && matches !== undefined);
	if (masked) fields.numbers_masked = true;
	const row = rowWriter(world, params, masked);
	const rurl = params.url('rurl');
	if (rurl === undefined) return ok(fields, { calls: shown.map(row) });
	push(world, params, rurl, shown, row, fields);
	return ok(fields);
}

function onlyCall(world: World, cdId: string): Call[] {
	const call = world.store.findCall(cdId);
	return call ? [call] : [];
}

interface Page {
	calls: Call[];
	fields: Record<string, unknown>;
}

/** Filters and pages; bad filters give an empty list. */
function listCalls(world: World, params: Params, ofCtid: Call[] | undefined): Page {
	const source = ofCtid ?? candidates(world, params);
	const from = bound(params, ['date_start', 'dini'], -Infinity);
	const to = bound(params, ['date_end', 'dend'], Infinity, DAY);
	const onlyDtmf = params.softInt('onlydtmf', 0, 0, 1) === 1;
	const withoutCtid = params.text('ctid') === 'null';
	const wanted = (call: Call): boolean =>
		call.createdAt >= from &&
		call.createdAt < to &&
		(!onlyDtmf || call.digits.length > 0) &&
		(!withoutCtid || call.ctid === undefined);

	const asked = params.softInt('maxreg', PAGE_DEFAULT, -1);
	if (asked === 0) params.doubtful('maxreg', '0 meant "no limit" in the old manual only');
	const size = asked === -1 ? PAGE_CAP : Math.min(asked || PAGE_DEFAULT, PAGE_CAP);
	const descending = world.options.callOrder === 'desc';
	const cursor = params.has('last_id') ? params.softInt('last_id', 0, 0) : undefined;
	const step = descending ? -1 : 1;
	let index = descending ? source.length - 1 : 0;
	if (cursor !== undefined)
		index = descending ? lowerBound(source, cursor) - 1 : lowerBound(source, cursor + 1);
	const calls: Call[] = [];
	let hasMore = false;
	for (; index >= 0 && index < source.length; index += step) {
		const call = source[index];
		if (!call || !wanted(call)) continue;
		if (calls.length === size) {
			hasMore = true;
			break;
		}
		calls.push(call);
	}
	// Section 7.2: pagination is present when `maxreg` is set.
	if (!params.has('maxreg') && cursor === undefined) return { calls, fields: {} };
	const pagination: Record<string, unknown> = {
		has_more: hasMore,
		next_id: hasMore ? num(world, calls.at(-1)?.num ?? 0) : 'null',
	};
	if (asked > PAGE_CAP)
		Object.assign(pagination, { maxreg_capped: true, maxreg_applied: num(world, PAGE_CAP) });
	return { calls, fields: { pagination } };
}

function candidates({ store }: World, params: Params): Call[] {
	const campaign = params.text('cp_id');
	if (campaign !== undefined) return store.callsOfCampaign(Number(campaign));
	const cpid = params.text('cpid');
	if (cpid === undefined) return store.calls;
	const batch = store.batches.get(cpid);
	return batch === undefined ? [] : store.callsOfCampaign(batch);
}

/** A date as the first moment inside or after the period; a bad one matches nothing. */
function bound(params: Params, names: string[], fallback: number, add = 0): number {
	const date = params.text(...names);
	if (date === undefined) return fallback;
	if (!isDate(date)) params.violation(names[0] ?? '', `Not a date YYYY-MM-DD: ${date}`);
	return startOfDay(date) + add;
}

/** Index of the first call with a number of at least `num`. */
function lowerBound(calls: readonly Call[], wanted: number): number {
	let low = 0;
	let high = calls.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((calls[middle]?.num ?? Infinity) < wanted) low = middle + 1;
		else high = middle;
	}
	return low;
}

type RowWriter = (call: Call) => Record<string, unknown>;

function rowWriter(world: World, params: Params, masked: boolean): RowWriter {
	const { options } = world;
	const numtype = params.word('numtype', ['', '0DDD', 'DDD'], '');
	let origin = params.text('origin') ?? 'api';
	if (!/^[\w-]{1,32}$/.test(origin)) {
		params.violation('origin', `Does not fit [a-zA-Z0-9_-]{1,32}: ${origin}`);
		origin = 'api';
	}
	const decimal = (value: number): string => value.toFixed(3).replace('.', ',');
	const moment = (time: number | undefined): string => (time === undefined ? 'null' : timeOf(time));
	return (call) => {
		const row: Record<string, unknown> = {
			cd_id: options.rowCallId === 'full' ? `c_${call.num}` : call.num,
			cd_status: orNull(call.status),
		};
		if (call.machine) row.cd_amdasw = call.machine;
		Object.assign(row, {
			cp_id: orNull(call.campaignId),
			cpid: orNull(call.cpid),
			ctid: orNull(call.ctid),
			origin,
			dest: masked ? maskNumber(call.dest) : formatNumber(call.dest, numtype),
			date: dateOf(call.dialledAt ?? call.createdAt),
			time_dial: moment(call.dialledAt),
			time_start: moment(call.answeredAt),
			time_end: call.answeredAt === undefined ? 'null' : moment(call.endedAt),
			dur: num(world, call.seconds),
		});
		call.digits.forEach((digit, index) => {
			row[`resp_${index + 1}`] = digit;
		});
		row.route = routeOf(call.dest);
		row.rate = decimal(options.prices.call);
		row.value = decimal(call.value);
		if (call.recorded > 0) {
			row.cdr_url = `${world.baseUrl}/recordings/${call.num}.wav`;
			row.cdr_sec = num(world, call.recorded);
		}
		for (const [name, value] of Object.entries(call.columns ?? {}))
			row[name] = masked ? maskRuns(value) : value;
		return row;
	};
}

/** Sends the results to `rurl` (section 7.2). */
function push(
	world: World,
	params: Params,
	url: string,
	calls: Call[],
	row: RowWriter,
	fields: Record<string, unknown>,
): void {
	const headers: Record<string, string> = {};
	for (const line of (params.text('rurl_headers') ?? '').split(/\r?\n/)) {
		const colon = line.indexOf(':');
		if (colon > 0)
			headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
		else if (line.trim() !== '') params.violation('rurl_headers', `Not "Name: value": ${line}`);
	}
	const user = params.text('rurl_user');
	if (user !== undefined) {
		const pair = `${user}:${params.text('rurl_password') ?? ''}`;
		headers.authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
	}
	const type = params.text('rurl_type');
	const format =
		type === undefined ? world.options.callbackFormat : type === 'json' ? 'json' : 'form';
	const method = params.word('rurl_method', ['POST', 'GET'], world.options.callbackMethod);
	const delivery: Delivery = { url, headers, format, method };
	if (format === 'json' && method === 'POST' && world.options.pushJson === 'batch') {
		const body = { return: { status: 'OK', status_code: '0', ...fields }, calls: calls.map(row) };
		world.events.pushBody(body, delivery);
		return;
	}
	for (const call of calls) world.events.push(call, String(row(call).dest), delivery);
}
