import type { IDataObject } from 'n8n-workflow';

import { CallError } from '../../shared/http/errors';
import { isRecord } from '../../shared/http/json';
import { asText } from '../../shared/http/redact';
import type { Reply } from '../../shared/http/request';
import { choice, flag, integer } from '../../shared/operation/field';
import type { Call, Follow, Outcome } from '../../shared/operation/operation';
import { defineOperation } from '../../shared/operation/operation';
import { methodRequest, readAnswer, unreadable } from '../api';
import { methodOf } from '../catalogue';
import { extraParameters, namedValues, only, wire } from './base';
import { downloadFields, readFile } from './download';
import { callDirection, idField, phoneFilter, refs, shown, utcDate } from './fields';
import { assertPeriod } from './idList';

/** Kit makes reports in its own time: export, ask until it is ready, download (voximplant-kit.md §5.4). */

const CALLS = 'history/exportCallsHistoryReport';

const kind = choice({
	displayName: 'Report',
	default: CALLS,
	options: [
		{ name: 'Agent History', value: 'report/exportAgentHistoryReport' },
		{ name: 'Agent Status History', value: 'history/exportStatusHistoryReport' },
		{ name: 'Call History', value: CALLS },
		{ name: 'Campaign', value: 'report/exportCampaignReport' },
		{ name: 'Do-Not-Call List', value: 'report/exportDncList' },
		{ name: 'PDS Campaign', value: 'report/exportAgentCampaignReport' },
		{ name: 'PDS Campaign Attempts', value: 'report/exportAgentCampaignAttemptsReport' },
		{ name: 'Queue History', value: 'report/exportQueueHistoryReport' },
		{ name: 'Tags', value: 'report/exportTagsReport' },
	],
	description:
		'What the report is about. Only Call History has fields of its own here; the parameters of all others are in the API reference of your account and go into Extra Parameters.',
});

const isCalls = { kind: [CALLS] };
const isCallsFromInside = { '/kind': [CALLS] };

const exportFields = {
	kind,
	datetimeStart: shown(
		utcDate({
			displayName: 'From',
			description: 'Start of the period. Times without a zone are those of the workflow.',
		}),
		isCalls,
	),
	datetimeEnd: shown(
		utcDate({
			displayName: 'To',
			description: 'End of the period. Times without a zone are those of the workflow.',
		}),
		isCalls,
	),
	callDirection: shown({ ...callDirection, description: 'Which calls are reported' }, isCalls),
	format: shown(
		choice({
			displayName: 'Format',
			default: 'xlsx',
			options: [
				{ name: 'CSV', value: 'csv' },
				{ name: 'Excel (XLSX)', value: 'xlsx' },
			],
			description: 'Kind of the file',
		}),
		isCalls,
	),
	scenarioIds: shown(
		refs('searchScenarios', 'Scenario Names or IDs', { additional: true }),
		isCallsFromInside,
	),
	campaignIds: shown(
		refs('searchCampaigns', 'Campaign Names or IDs', { additional: true }),
		isCallsFromInside,
	),
	phone: shown(
		phoneFilter('Phone', 'Only calls from or to this number, or a part of it'),
		isCallsFromInside,
	),
	extraParameters,
};

const SENT = [
	'datetimeStart',
	'datetimeEnd',
	'callDirection',
	'format',
	'scenarioIds',
	'campaignIds',
	'phone',
] as const;

type ExportParams = Partial<Record<(typeof SENT)[number], unknown>> & {
	kind: (typeof kind)['value'];
	datetimeStart?: string;
	datetimeEnd?: string;
	extraParameters?: unknown;
};

function exportRequest(calls: ReadonlyArray<Call<ExportParams>>) {
	const params = only(calls);
	const values = {
		...wire(params, SENT),
		phone: typeof params.phone === 'string' ? params.phone.replace('+', '') : undefined,
		...namedValues(params.extraParameters, 'Extra Parameters'),
	};
	// A report that nobody fetches costs nothing, so asking twice does no harm.
	return methodRequest(methodOf(params.kind ?? CALLS), values, 'idempotent');
}

function assertExport<P extends ExportParams>(params: P): P {
	assertPeriod(params.datetimeStart, params.datetimeEnd);
	return params;
}

/** The ID of a report that was ordered; the name is documented for one kind only (§5.3). */
function readOrdered(reply: Reply): Outcome[] {
	const { body, result } = readAnswer(reply);
	const given = isRecord(result) ? (result.report_id ?? result.id) : result;
	const id = asText(given ?? '');
	if (!/^\d+$/.test(id)) throw unreadable('no report ID');
	return [{ raw: body, data: { report_id: Number(id) } }];
}

function statusRequest(id: unknown) {
	return methodRequest(methodOf('report/getReportStatus'), { report_id: id }, 'read');
}

function readStatus(reply: Reply): { body: IDataObject; data: IDataObject; isFinal: boolean } {
	const { body, result } = readAnswer(reply);
	const row = isRecord(result) ? result : {};
	// Asking on would not help.
	if (row.processed === undefined)
		throw new CallError('Kit does not say whether the report is ready');
	const processed = [true, 1, '1', 'true'].includes(row.processed as string);
	return { body, data: { ...(row as IDataObject), processed }, isFinal: processed };
}

function fileRequest(id: unknown) {
	return methodRequest(methodOf('report/downloadReport'), { report_id: id }, 'read');
}

function readReport(reply: Reply, id: number, field: string | undefined): Outcome {
	const [outcome] = readFile(reply, { report_id: id }, `report-${id}`, field);
	return outcome ?? { error: unreadable('nothing') };
}

const waitMinutes = integer({
	displayName: 'Wait at Most (Minutes)',
	default: 10,
	min: 1,
	max: 1440,
	description: 'How long to wait for the report',
});

const EVERY_MS = 2_000;

export const exportReport = defineOperation({
	resource: 'report',
	name: 'export',
	displayName: 'Export',
	action: 'Export a report',
	description: 'Order a report; Get Status says when it is ready, and Download gets it',
	safety: 'idempotent',
	fields: exportFields,
	prepare: assertExport,
	request: exportRequest,
	read: readOrdered,
});

/** How a report is asked for until it is ready. */
const asking = {
	everyMs: EVERY_MS,
	isFinal: ({ processed }: IDataObject) => processed === true,
	request: ({ report_id: id }: IDataObject) => statusRequest(id),
	read: readStatus,
};

const untilReady: Follow<{ wait: boolean; waitMinutes?: number }> = {
	...asking,
	limitMs: (params) => (params.wait ? (params.waitMinutes ?? 10) * 60_000 : undefined),
	giveUp: (problem) => ({ processed: false, ...(problem && { problem }) }),
};

const reportId = idField('Report ID', 'The "report_id" from Export', '777');

export const getReportStatus = defineOperation({
	resource: 'report',
	name: 'getStatus',
	displayName: 'Get Status',
	action: 'Get the status of a report',
	description: 'Find out whether a report is ready, and wait for it if you like',
	safety: 'read',
	fields: {
		reportId,
		wait: flag({
			displayName: 'Wait Until Ready',
			description:
				'Whether to ask until the report is ready. When the time is over the workflow goes on with "processed" false.',
		}),
		waitMinutes: shown(waitMinutes, { wait: [true] }),
	},
	identify: ({ reportId: id }) => ({ report_id: Number(id) }),
	request: (calls) => statusRequest(only(calls).reportId),
	read(reply, calls) {
		const { body, data } = readStatus(reply);
		return [{ raw: body, data: { report_id: Number(only(calls).reportId), ...data } }];
	},
	until: untilReady,
});

export const downloadReport = defineOperation({
	resource: 'report',
	name: 'download',
	displayName: 'Download',
	action: 'Download a report',
	description: 'Get a report that is ready as a file',
	safety: 'read',
	fields: { reportId, ...downloadFields },
	identify: ({ reportId: id }) => ({ report_id: Number(id) }),
	request: (calls) => fileRequest(only(calls).reportId),
	read(reply, calls) {
		const { reportId: id, binaryPropertyName } = only(calls);
		return [readReport(reply, Number(id), binaryPropertyName)];
	},
});

const untilDownloaded: Follow<{ waitMinutes: number; binaryPropertyName?: string }> = {
	...asking,
	limitMs: (params) => params.waitMinutes * 60_000,
	last: ({ binaryPropertyName }, { report_id: id }) => ({
		request: fileRequest(id),
		read: (reply) => readReport(reply, Number(id), binaryPropertyName),
	}),
	giveUp(problem, { report_id: id }) {
		const why = problem ?? 'it was not ready in time';
		return new CallError(`Report ${asText(id)} was ordered and not downloaded: ${why}`, {
			hint: `Get it later with Report: Download and the ID ${asText(id)}.`,
		});
	},
};

export const exportAndDownload = defineOperation({
	resource: 'report',
	name: 'exportAndDownload',
	displayName: 'Export and Download',
	action: 'Export and download a report',
	description: 'Order a report, wait until it is ready, and get it as a file',
	safety: 'idempotent',
	fields: { ...exportFields, waitMinutes, ...downloadFields },
	prepare: assertExport,
	request: exportRequest,
	read: readOrdered,
	until: untilDownloaded,
});
