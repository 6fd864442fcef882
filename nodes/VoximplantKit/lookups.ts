import type { IDataObject } from 'n8n-workflow';

import { ParameterError } from '../shared/http/errors';
import { isRecord } from '../shared/http/json';
import { asText } from '../shared/http/redact';
import type { Choice, FixedLookup, Lookup } from '../shared/operation/lookup';
import { readAnswer } from './api';
import type { MethodName } from './catalogue';
import { CATALOGUE, methodOf } from './catalogue';
import { hasMore, listRequest, PAGE_ROWS, rowsOf } from './operations/base';

type Param = Parameters<Lookup['request']>[0];
type Values = Readonly<Record<string, unknown>>;

interface ListLookup {
	readonly method: MethodName;
	/** What narrows the list, beside the filter; may depend on other parameters of the form. */
	readonly values?: Values | ((param: Param) => Values);
	label(row: IDataObject): string;
	/** The ID unless given. */
	value?(row: IDataObject): unknown;
}

function toChoice({ label, value = ({ id }) => id }: ListLookup, row: unknown): Choice[] {
	if (!isRecord(row)) return [];
	const record = row as IDataObject;
	const id = asText(value(record) ?? '');
	return id === '' ? [] : [{ name: label(record).trim() || id, value: id }];
}

function lookup(spec: ListLookup): Lookup {
	const method = methodOf(spec.method);
	const { values = {} } = spec;
	return {
		// Whether Kit's own filters take a part of a title is not known, so the choices are filtered here.
		request(param, _, page) {
			const narrowed = typeof values === 'function' ? values(param) : values;
			return listRequest(method, narrowed, PAGE_ROWS, { page });
		},
		read: (reply) => rowsOf(readAnswer(reply).result).flatMap((row) => toChoice(spec, row)),
		...(method.paging === 'pages' && { more: (reply) => hasMore(readAnswer(reply)) }),
	};
}

/** A title with details; those that are false or missing are left out. */
function labelled(title: unknown, ...details: unknown[]): string {
	const more = details
		.map((part) => (part === false ? '' : asText(part ?? '').trim()))
		.filter(Boolean)
		.join(', ');
	return `${asText(title ?? '')}${more === '' ? '' : ` (${more})`}`.trim();
}

const campaigns = (type?: 'automated' | 'operator') =>
	lookup({
		method: 'campaigns/search',
		// Without a type only those with agents are returned (voximplant-kit.md §5.6).
		values: { type: type === undefined ? ['automated', 'operator'] : [type] },
		label: (row) => labelled(row.title, row.id, row.status),
	});

const scenarios = (type?: number) =>
	lookup({
		method: 'scenario/searchScenarios',
		values: { scenario_type: type },
		label: (row) => labelled(row.title, row.id),
	});

const isNumber = (value: unknown) => /^\d+$/.test(asText(value ?? ''));

/** A list of contacts; those that came by the API have no file and so no name. */
function listLabel(row: IDataObject): string {
	const campaign = row.agent_campaign_id;
	const count = row.total_contacts_count ?? row.call_item_count;
	return labelled(
		row.file_name ?? 'List',
		row.id,
		isNumber(campaign) && `campaign ${asText(campaign)}`,
		row.status,
		isNumber(count) && `${asText(count)} contacts`,
	);
}

const METHODS: readonly Choice[] = CATALOGUE.map(({ name, version, host, reads }) => ({
	name: labelled(
		name.replace('/', ': '),
		version,
		host !== 'api' && `${host} host`,
		reads && 'reads',
	),
	value: name,
})).sort((a, b) => a.name.localeCompare(b.name));

/** The choices of resource locators and of fields that take several. */
export const lookups: Readonly<Record<string, Lookup | FixedLookup>> = {
	searchMethods: { choices: METHODS },
	searchScenarios: scenarios(),
	searchOutgoingScenarios: scenarios(1),
	searchCampaigns: campaigns(),
	searchAutomatedCampaigns: campaigns('automated'),
	searchAgentCampaigns: campaigns('operator'),
	searchLists: lookup({
		method: 'campaigns/searchLists',
		values(param) {
			const campaign = param('campaignId');
			if (isNumber(campaign)) return { campaign_id: campaign };
			throw new ParameterError('Choose the campaign first, or give the ID of the list');
		},
		label: listLabel,
	}),
	searchPdsLists: lookup({
		method: 'agentCampaigns/searchCampaignLists',
		values(param) {
			const campaign = param('additionalFields.campaignId');
			return isNumber(campaign) ? { agent_campaign_id: campaign } : {};
		},
		label: listLabel,
	}),
	searchPdsCampaigns: lookup({
		method: 'agentCampaigns/searchCampaigns',
		label: (row) => labelled(row.title, row.id, row.status),
	}),
	searchLegacyCampaigns: lookup({
		method: 'outbound/searchCampaigns',
		label: (row) => labelled(row.title, row.id, row.status),
	}),
	searchNumbers: lookup({
		method: 'phone/searchNumbers',
		label: (row) => labelled(row.phone_number, row.id, row.phone_country_code),
	}),
	// The rows of SIP numbers are not documented (voximplant-kit.md §5.12).
	searchSipNumbers: lookup({
		method: 'sipNumber/searchSipNumber',
		label: (row) => labelled(row.title ?? row.name ?? row.sip_number ?? row.number, row.id),
	}),
	searchCallerIds: lookup({
		method: 'callerid/searchCallerIDs',
		label: (row) => labelled(row.callerid_number, row.id),
	}),
	searchQueues: lookup({
		method: 'queues/searchQueues',
		label: (row) => labelled(row.acd_queue_title ?? row.acd_queue_name, row.id),
	}),
	searchGroups: lookup({
		method: 'usergroup/searchGroups',
		label: (row) => labelled(row.group_title, row.id),
	}),
	searchUsers: lookup({
		method: 'user/searchUsers',
		label: (row) => labelled(row.full_name ?? row.username, row.id, row.email),
	}),
	searchTags: lookup({ method: 'tags/searchTags', label: (row) => labelled(row.tag_name, row.id) }),
	searchTopics: lookup({
		method: 'topics/searchTopics',
		label: (row) => labelled(row.topic_name ?? row.title ?? row.name, row.id),
	}),
	// The rows of these two are not documented (voximplant-kit.md §10).
	searchDncLists: lookup({
		method: 'dnc/searchDncList',
		label: (row) => labelled(row.title ?? row.name ?? row.list_name, row.id),
	}),
	searchTemplates: lookup({
		method: 'whatsappHsmTemplates/search',
		label: (row) => labelled(row.title ?? row.name ?? row.template_name, row.id),
	}),
	searchAgentStatuses: lookup({
		method: 'agentStatuses/searchStatuses',
		label: (row) => labelled(row.title, row.key),
		value: (row) => row.key,
	}),
};
