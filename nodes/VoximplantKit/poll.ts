import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import type { Client } from '../shared/http/client';
import { toNodeError } from '../shared/http/errors';
import { openClient } from '../shared/operation/connect';
import type { Connection } from './api';
import { pollCampaigns } from './pollCampaigns';
import { pollCalls } from './pollCalls';
import { pollReports } from './pollReports';
import { voximplantKit } from './provider';

/** One kind of news that can be asked for. */
export type Poll = (
	context: IPollFunctions,
	client: Client<Connection>,
) => Promise<INodeExecutionData[]>;

const POLLS: Readonly<Record<string, Poll>> = {
	callFinished: pollCalls,
	campaignStatusChanged: pollCampaigns,
	reportReady: pollReports,
};

/** Longest part of n8n's time for a poll that is used; what is left goes on with the next one. */
const SHARE_OF_BUDGET = 0.8;

/** Whether this poll may ask once more. Older hosts have no time budget. */
export function withinBudget(context: IPollFunctions): () => boolean {
	const started = Date.now();
	const budgetMs = (context as Partial<IPollFunctions>).getPollBudgetMs?.() ?? Infinity;
	return () => Date.now() - started < budgetMs * SHARE_OF_BUDGET;
}

/** The state of one kind of poll; a node that is switched to another kind starts anew. */
export function stateOf<S extends object>(context: IPollFunctions, kind: string): Partial<S> {
	const all = context.getWorkflowStaticData('node') as Record<string, IDataObject>;
	all[kind] ??= {};
	// Read again: n8n notices changes only through what it gives out.
	return all[kind] as Partial<S>;
}

/**
 * News since the last poll. Nothing is lost; an event comes twice only when n8n stops between
 * giving it out and saving that it did. A test run returns samples and notes nothing.
 */
export async function poll(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	try {
		const ask = POLLS[context.getNodeParameter('event', 'callFinished') as string] ?? pollCalls;
		const items = await ask(context, await openClient(context, voximplantKit));
		return items.length === 0 ? null : [items];
	} catch (error) {
		throw toNodeError(context.getNode(), error);
	}
}
