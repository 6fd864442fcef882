/** Reports: waiting, files, and what is said when there is none. */
import type { INodeExecutionData } from 'n8n-workflow';

import { readFile } from '../../nodes/VoximplantKit/operations/download';
import { exportAndDownload } from '../../nodes/VoximplantKit/operations/report';
import { until } from '../simulators/testSupport';
import { startVoximplantKitSimulator } from '../simulators/voximplantKit';
import { runKit, type Simulator } from './support/voximplantKit';

let sim: Simulator;
const DOWNLOAD = '/api/v3/report/downloadReport';
const STATUS = '/api/v3/report/getReportStatus';

beforeAll(async () => {
	// None is ready before the test says so.
	sim = await startVoximplantKitSimulator({ reportMs: 3_600_000 });
	sim.seedCalls(3, { phone: '15551230030' });
});

beforeEach(() => sim.faults.clear());

afterAll(async () => await sim.close());

function contentOf(item: INodeExecutionData | undefined, field = 'data'): Buffer {
	return Buffer.from(item?.binary?.[field]?.data ?? '', 'base64');
}

function asked(path: string, since: number): number {
	return sim.log.slice(since).filter((entry) => entry.path === path).length;
}

/** Lets all reports become ready once somebody has heard that they are not. */
async function readyWhenAsked(since = sim.log.length): Promise<void> {
	await until(() =>
		sim.log.slice(since).some(({ path, status }) => path === STATUS && status === 200),
	);
	sim.finishReports();
}

test('one operation orders, asks until it is ready, and gives the file', async () => {
	const since = sim.log.length;
	const ready = readyWhenAsked();
	const { outputs, error } = await runKit(sim, 'report/exportAndDownload', {
		format: 'csv',
		binaryPropertyName: 'report',
	});
	await ready;
	expect(error).toBeUndefined();
	const [item] = outputs[0] ?? [];
	const text = contentOf(item, 'report').toString();
	expect(text).toMatch(/^id,datetime_start/);
	expect(text.trim().split('\n')).toHaveLength(4);
	expect(item?.json).toEqual({
		report_id: expect.any(Number) as number,
		processed: true,
		fileName: expect.stringMatching(/^report-\d+\.csv$/) as string,
		mimeType: 'text/csv',
		fileSize: text.length,
	});
	expect(item?.pairedItem).toEqual({ item: 0 });
	expect(asked(STATUS, since)).toBe(2);
	expect(asked(DOWNLOAD, since)).toBe(1);
});

test('the same in steps: order, wait, download', async () => {
	const ordered = await runKit(sim, 'report/export', { format: 'xlsx' });
	const reportId = String(ordered.json[0]?.report_id);
	const early = await runKit(sim, 'report/getStatus', { reportId });
	expect(early.json).toEqual([{ report_id: Number(reportId), processed: false }]);
	const none = await runKit(sim, 'report/download', { reportId });
	expect(none.error?.message).toContain('not processed yet');
	expect(none.error?.description).toContain('Report: Get Status');

	const [ready] = await Promise.all([
		runKit(sim, 'report/getStatus', { reportId, wait: true }),
		readyWhenAsked(),
	]);
	expect(ready.json).toEqual([{ report_id: Number(reportId), processed: true }]);
	const since = sim.log.length;
	await runKit(sim, 'report/getStatus', { reportId, wait: true });
	expect(asked(STATUS, since)).toBe(1);

	const { outputs } = await runKit(sim, 'report/download', { reportId });
	const [item] = outputs[0] ?? [];
	expect(contentOf(item).toString('latin1').slice(0, 2)).toBe('PK');
	expect(item?.json.fileName).toBe(`report-${reportId}.xlsx`);
});

test('a file of a name of its own keeps it', async () => {
	sim.setOptions({ reportFileName: true });
	const { json } = await runKit(sim, 'report/export', { format: 'csv' });
	sim.finishReports();
	const { outputs } = await runKit(sim, 'report/download', {
		reportId: String(json[0]?.report_id),
	});
	sim.setOptions({ reportFileName: false });
	expect(outputs[0]?.[0]?.binary?.data?.fileName).toBe(`report_${json[0]?.report_id}.csv`);
});

test('an error in JSON instead of the file is no file', async () => {
	const body = JSON.stringify({ success: false, result: { error: 'Report is gone', code: 404 } });
	sim.faults.add({ kind: 'okWithError', path: DOWNLOAD, body });
	const { error, outputs } = await runKit(
		sim,
		'report/download',
		{ reportId: '777' },
		{ onError: 'continueRegularOutput' },
	);
	expect(error).toBeUndefined();
	expect(outputs[0]?.[0]?.json.error).toContain('Report is gone');
	expect(outputs[0]?.[0]?.binary).toBeUndefined();
});

test('nor is it under the type of a file', async () => {
	const body = JSON.stringify({ success: false, result: { error: 'Report is gone', code: 404 } });
	const reply = { status: 200, headers: {}, bytes: Buffer.from(body), source: '' };
	for (const type of ['', 'application/octet-stream', 'text/csv']) {
		const headers = { 'content-type': type };
		expect(() => readFile({ ...reply, headers }, {}, 'x')).toThrow('Report is gone');
	}
	const csv = { ...reply, bytes: Buffer.from('id;{"success":false}') };
	expect(readFile(csv, {}, 'x')).toHaveLength(1);
});

describe('a report that was ordered and cannot be had says its ID', () => {
	test('when the download fails', async () => {
		const body = JSON.stringify({ success: false, result: { error: 'strange reason', code: 422 } });
		sim.faults.add({ kind: 'status', status: 422, path: DOWNLOAD, body });
		const [{ error }] = await Promise.all([
			runKit(sim, 'report/exportAndDownload', {}),
			readyWhenAsked(),
		]);
		expect(error?.message).toMatch(/Report \d+ was ordered and not downloaded: .*strange reason/);
		expect(error?.description).toMatch(/Report: Download and the ID \d+/);
	});

	test('when asking fails', async () => {
		const body = JSON.stringify({ success: false, result: { error: 'no rights', code: 403 } });
		sim.faults.add({ kind: 'status', status: 403, path: STATUS, body });
		const { json } = await runKit(
			sim,
			'report/exportAndDownload',
			{},
			{ onError: 'continueRegularOutput' },
		);
		expect(json[0]?.error).toMatch(/Report \d+ was ordered and not downloaded: .*no rights/);
	});

	test('when the time is over', () => {
		const error = exportAndDownload.until?.giveUp(undefined, { report_id: 778 });
		expect((error as Error).message).toBe(
			'Report 778 was ordered and not downloaded: it was not ready in time',
		);
	});
});

test('an answer without an ID is no success', async () => {
	const body = JSON.stringify({ success: true, result: true });
	sim.faults.add({ kind: 'okWithError', body, times: 'always' });
	const { error } = await runKit(sim, 'report/export', { kind: 'report/exportTagsReport' });
	expect(error?.message).toContain('no report ID');
});

test('only the fields of the chosen report are sent', async () => {
	const since = sim.log.length;
	await runKit(sim, 'report/export', {
		kind: 'report/exportTagsReport',
		datetimeStart: '2026-07-01T00:00:00',
		format: 'csv',
		additionalFields: { phone: '155512' },
	});
	const body = new URLSearchParams(String(sim.log.slice(since)[0]?.body));
	expect([...body.keys()]).toEqual(['access_token']);
	const wrong = await runKit(sim, 'report/export', {
		datetimeStart: '2026-07-02T00:00:00',
		datetimeEnd: '2026-07-01T00:00:00',
	});
	expect(wrong.error?.message).toContain('"To" is before "From"');
});
