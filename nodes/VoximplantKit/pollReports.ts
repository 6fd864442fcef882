import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import type { Line } from '../shared/operation/operation';
import { CallError, ParameterError } from '../shared/http/errors';
import { isRecord } from '../shared/http/json';
import { asText } from '../shared/http/redact';
import { settle } from '../shared/http/settle';
import { methodRequest, readAnswer } from './api';
import { methodOf } from './catalogue';
import { filterIds } from './operations/idList';
import { stateOf } from './poll';

/** The reports that were given out. */
interface State {
	done: string[];
}

const STATUS = methodOf('report/getReportStatus');
const MOST_REMEMBERED = 1000;

async function isProcessed(client: Line, id: string): Promise<boolean> {
	const { result } = await client.call(methodRequest(STATUS, { report_id: id }), readAnswer);
	if (!isRecord(result) || result.processed === undefined) {
		throw new CallError(`Voximplant Kit does not say whether report ${id} is ready`);
	}
	return [true, 1, '1', 'true'].includes(result.processed as never);
}

/** Reports that have become ready. Kit has no list of reports, so their IDs are named. */
export async function pollReports(
	context: IPollFunctions,
	client: Line,
): Promise<INodeExecutionData[]> {
	const ids = filterIds(context.getNodeParameter('reportIds', ''), 'Report IDs');
	if (ids.length === 0) throw new ParameterError('"Report IDs" is empty');
	const isSample = context.getMode() === 'manual';
	const state = isSample ? {} : stateOf<State>(context, 'reports');
	const done = new Set(state.done);
	const items: INodeExecutionData[] = [];
	let problem: Error | undefined;
	for (const id of new Set(ids)) {
		if (done.has(id)) continue;
		const { value: processed, error } = await settle(async () => await isProcessed(client, id));
		// A report that is gone must not hold back the others.
		problem ??= error;
		if (error instanceof CallError && error.stopsRun) break;
		if (processed === undefined || (!processed && !isSample)) continue;
		items.push({
			json: {
				event: 'reportReady',
				report_id: Number(id),
				processed,
				deliveryKey: `report:${id}`,
			},
		});
	}
	if (problem !== undefined && items.length === 0) throw problem;
	for (const { json } of items) done.add(asText(json.report_id));
	state.done = [...done].slice(-MOST_REMEMBERED);
	return items;
}
