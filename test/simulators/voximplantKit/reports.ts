import { matches } from './history';
import { ok, refusals, Refusal, type Answer } from './envelope';
import { momentText } from './moments';
import type { Report } from './records';
import { int, ints, moment, need, phoneFilter, word, type Visit } from './rules';
import { method, type Method, type Methods, type World } from './world';
import { makeXlsx } from './xlsx';

const format = word('csv', 'xlsx');

/** Sections 5.3 and 5.4. */
export const reportMethods: Methods = {
	'v3/history/exportCallsHistoryReport': method(
		{
			datetime_start: moment,
			datetime_end: moment,
			call_direction: word('incoming', 'outgoing', 'all'),
			scenario_ids: ints,
			campaign_ids: ints,
			phone: phoneFilter,
			format,
		},
		{},
		(world, values, visit) => {
			const { datetime_start: from, datetime_end: to, format: _, ...filter } = values;
			const calls = world.store.calls.filter((call) => matches(call, { from, to, ...filter }));
			const rows = calls.map((call) => [
				String(call.id),
				momentText(call.startedAt),
				call.phoneA,
				call.phoneB,
				String(call.duration),
				call.code,
			]);
			const head = ['id', 'datetime_start', 'phone_a', 'phone_b', 'duration', 'completion_code'];
			return order(world, visit.method, values.format ?? 'csv', [head, ...rows]);
		},
	),
	'v3/report/getReportStatus': method({ report_id: need(int()) }, {}, (world, values) => {
		const report = find(world, values.report_id);
		return ok({ report_id: report.id, processed: report.processed });
	}),
	'v3/report/downloadReport': method({ report_id: need(int()) }, {}, (world, values) => {
		const report = find(world, values.report_id);
		if (!report.processed) throw refusals.state('Report is not processed yet');
		if (report.broken) throw new Refusal(500, 'Report could not be created', 200);
		return download(report);
	}),
	'v3/history/exportStatusHistoryReport': named((world) => [
		['user_id', 'status', 'status_start_date', 'status_end_date'],
		...world.store.statusHistory.map((row) => [
			String(row.user_id),
			row.status,
			momentText(row.start),
			momentText(row.end),
		]),
	]),
	'v3/report/exportAgentHistoryReport': named(agents),
	'v3/report/exportQueueHistoryReport': named((world) => [
		['queue_id', 'title'],
		...[...world.store.queues.values()].map((queue) => [String(queue.id), queue.title]),
	]),
	'v3/report/exportTagsReport': named((world) => [
		['tag_id', 'tag_name'],
		...[...world.store.tags].map(([id, title]) => [String(id), title]),
	]),
	'v3/report/exportCampaignReport': named((world) => campaigns(world, 'kit2')),
	'v3/report/exportAgentCampaignReport': named((world) => campaigns(world, 'pds')),
	'v3/report/exportAgentCampaignAttemptsReport': named((world) => [
		['call_id', 'agent_campaign_id', 'contact_id', 'attempt', 'completion_code'],
		...world.store.calls
			.filter((call) => call.dialer === 'pds')
			.map((call) =>
				[call.id, call.campaignId, call.contactId, call.attempt, call.code].map(String),
			),
	]),
	'v3/report/exportDncList': named((world) => [
		['id', 'list_id', 'number', 'comment'],
		...[...world.store.dncContacts.values()].map((row) =>
			[row.id, row.list_id, row.number, row.comment ?? ''].map(String),
		),
	]),
};

/** An export whose parameters the page does not know: it takes any, and makes CSV unless `format` says otherwise. */
function named(rows: (world: World) => string[][]): Method {
	return {
		paged: false,
		writes: false,
		contactCentre: false,
		run: (world, { method: name, raw }: Visit) =>
			order(world, name, raw.body.get('format') === 'xlsx' ? 'xlsx' : 'csv', rows(world)),
	};
}

function agents({ store }: World): string[][] {
	const rows = [...store.users.values()].map((user) => [String(user.id), user.name, user.status]);
	return [['user_id', 'username', 'status'], ...rows];
}

function campaigns({ store }: World, dialer: 'kit2' | 'pds'): string[][] {
	const rows = store
		.campaignsOf(dialer)
		.map(({ id, title, stat }) => [String(id), title, String(stat.total), String(stat.success)]);
	return [['campaign_id', 'title', 'contacts', 'success'], ...rows];
}

/** Orders a report; it is ready after `reportMs`. */
function order(
	{ store, options, scheduler }: World,
	name: string,
	kind: Report['format'],
	rows: string[][],
): Answer {
	const id = store.nextId('report', 777);
	const report: Report = { id, method: name, format: kind, rows, processed: false };
	store.reports.set(id, report);
	if (options.lifecycle === 'auto')
		scheduler.after(options.reportMs, () => {
			report.processed = true;
		});
	return ok({ report_id: id });
}

function find({ store }: World, id: number): Report {
	const report = store.reports.get(id);
	if (!report) throw refusals.missing('Report', id);
	return report;
}

function download({ id, format: kind, rows }: Report): Answer {
	if (kind === 'xlsx')
		return {
			file: makeXlsx(rows),
			type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
			name: `report_${id}.xlsx`,
		};
	const lines = rows.map((row) => row.map(cell).join(','));
	return { file: Buffer.from(`${lines.join('\n')}\n`), type: 'text/csv', name: `report_${id}.csv` };
}

function cell(value: string): string {
	return /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
