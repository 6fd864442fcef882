import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import type { Line } from '../shared/operation/operation';
import { isRecord } from '../shared/http/json';
import { asText, redactDeep } from '../shared/http/redact';
import type { ApiRequest } from '../shared/http/request';
import { readAnswer } from './api';
import { methodOf } from './catalogue';
import { listRequest, nextPage, PAGE_ROWS, rowsOf } from './operations/base';
import { filterIds } from './operations/idList';
import { stateOf } from './poll';
import { tidyRow } from './values';

interface State {
	/** The last known status of each campaign, by kind and ID. */
	statuses: Record<string, string>;
	/** Kinds that were read before; all campaigns of another one would look new. */
	kinds: string[];
}

interface Options {
	campaignIds?: unknown;
	campaignStatuses?: string[];
}

type Kind = 'automated' | 'agent' | 'pds';

/** Without a type Kit gives out the campaigns with agents only (voximplant-kit.md §5.6). */
const REQUESTS: Readonly<Record<Kind, ApiRequest>> = {
	automated: listRequest(methodOf('campaigns/search'), { type: ['automated'] }),
	agent: listRequest(methodOf('campaigns/search'), { type: ['operator'] }),
	pds: listRequest(methodOf('agentCampaigns/searchCampaigns'), {}, PAGE_ROWS, { sort: '-id' }),
};

const SAMPLES = 10;
const MAX_PAGES = 200;

async function readCampaigns(client: Line, kind: Kind): Promise<IDataObject[]> {
	const rows: IDataObject[] = [];
	const seen = new Set<string>();
	let request: ApiRequest | undefined = REQUESTS[kind];
	for (let page = 0; request !== undefined && page < MAX_PAGES; page++) {
		const [found, next]: [unknown[], ApiRequest | undefined] = await client.call(
			request,
			(reply) => [rowsOf(readAnswer(reply).result), nextPage(reply, request as ApiRequest)],
		);
		const clean = redactDeep(found, client.secrets) as unknown[];
		const fresh = clean.filter(
			(row): row is IDataObject =>
				isRecord(row) && /^\d{1,20}$/.test(asText(row.id ?? '')) && !seen.has(asText(row.id)),
		);
		for (const row of fresh) {
			seen.add(asText(row.id));
			rows.push(row);
		}
		// A page that repeats the one before would go on for ever.
		request = fresh.length === 0 ? undefined : next;
	}
	return rows;
}

function toItem(kind: Kind, row: IDataObject, previous?: string): INodeExecutionData {
	const status = asText(row.status);
	return {
		json: {
			event: 'campaignStatusChanged',
			kind,
			...tidyRow(row),
			previousStatus: previous ?? null,
			deliveryKey: `campaign:${kind}:${asText(row.id)}:${previous ?? 'new'}:${status}`,
		},
	};
}

/** Campaigns whose status is another one than at the last poll. */
export async function pollCampaigns(
	context: IPollFunctions,
	client: Line,
): Promise<INodeExecutionData[]> {
	const options = context.getNodeParameter('options', {}) as Options;
	const kinds = context.getNodeParameter('campaignKinds', []) as Kind[];
	const ids = new Set(filterIds(options.campaignIds, 'Campaign IDs'));
	const { campaignStatuses = [] } = options;
	const isWanted = (row: IDataObject) =>
		(ids.size === 0 || ids.has(asText(row.id))) &&
		(campaignStatuses.length === 0 || campaignStatuses.includes(asText(row.status)));

	const isSample = context.getMode() === 'manual';
	const state = isSample ? {} : stateOf<State>(context, 'campaigns');
	const before = state.statuses ?? {};
	const known = state.kinds ?? [];
	const statuses: Record<string, string> = {};
	const items: INodeExecutionData[] = [];
	for (const kind of kinds) {
		for (const row of await readCampaigns(client, kind)) {
			const key = `${kind}:${asText(row.id)}`;
			const status = asText(row.status);
			statuses[key] = status;
			const isNews = known.includes(kind) && before[key] !== status;
			if ((isNews || isSample) && isWanted(row)) items.push(toItem(kind, row, before[key]));
		}
	}
	if (isSample) return items.slice(0, SAMPLES);
	// Only now, when all was read: a failure half way leaves everything for the next poll.
	state.statuses = { ...before, ...statuses };
	// A kind that was switched off meanwhile begins anew.
	state.kinds = kinds;
	return items;
}
