import type { IDataObject } from 'n8n-workflow';

import { ParameterError } from '../shared/http/errors';
import { asText } from '../shared/http/redact';
import type { Reply } from '../shared/http/request';
import type { Choice, Lookup } from '../shared/operation/lookup';
import { functionRequest, readEnvelope } from './api';
import { listOf } from './values';

function choices(reply: Reply, key: string, toChoice: (row: IDataObject) => Choice): Choice[] {
	return listOf(readEnvelope(reply).answer, key)
		.map(toChoice)
		.filter(({ value }) => value !== '');
}

const words = (...parts: unknown[]) =>
	parts
		.map((part) => asText(part ?? '').trim())
		.filter(Boolean)
		.join(', ');

function labelled(title: unknown, ...details: unknown[]): string {
	const more = words(...details);
	return `${asText(title ?? '')}${more === '' ? '' : ` (${more})`}`.trim();
}

/** As many as somebody looks through; the search finds the rest. */
const MOST_CHOICES = 200;

/** Velip's own search where it has one; otherwise the answer is filtered here. */
const listRequest = (fn: string, fixed: Record<string, unknown> = {}): Lookup['request'] =>
	function (_, search) {
		return functionRequest(
			fn,
			{ ...fixed, search: search || undefined, maxreg: MOST_CHOICES },
			'read',
		);
	};

/** The choices of resource locators (velip.md §18, "Dropdowns from the API"). */
export const lookups: Readonly<Record<string, Lookup>> = {
	searchVoices: {
		request: () => functionRequest('GetTTSVoices', {}, 'read'),
		read: (reply) =>
			choices(reply, 'voices', (row) => ({
				name: labelled(
					row.cdwv_tit ?? row.cdwv_name,
					row.cdwv_language,
					row.cdwv_company,
					// Calls with them are refused (velip.md §6.6).
					/^eleven/i.test(asText(row.cdwv_name ?? '')) ? 'for audios only' : undefined,
				),
				value: asText(row.cdwv_name ?? ''),
			})).sort((a, b) => a.name.localeCompare(b.name)),
	},
	searchAudios: {
		searches: true,
		request: listRequest('GetAudiosList'),
		read: (reply) =>
			choices(reply, 'audios', (row) => ({
				name: labelled(row.cdw_name, row.cdw_file, row.cdw_date),
				value: asText(row.cdw_file ?? ''),
			})),
	},
	searchCampaigns: {
		searches: true,
		request: listRequest('GetCampaignsList'),
		read: (reply) =>
			choices(reply, 'campaigns', (row) => ({
				name: labelled(row.cp_name, row.cp_id, row.cp_date_start),
				value: asText(row.cp_id ?? ''),
			})),
	},
	searchLists: {
		searches: true,
		request: listRequest('GetDestinationsList', { list: 'all' }),
		read: (reply) =>
			choices(reply, 'lists', (row) => ({
				name: labelled(
					row.cdlc_name,
					row.cdlc_id,
					`${asText(row.cdlc_num ?? '?')} numbers`,
					Number(row.cdlc_active) === 0 ? 'inactive' : undefined,
					// Its numbers are gone, and Velip says not to use it again (velip.md §10.2).
					Number(row.cdlc_deleted) === 1 ? 'purged' : undefined,
				),
				value: asText(row.cdlc_id ?? ''),
			})),
	},
	searchQueues: {
		request: () => functionRequest('GetCenterQueues', {}, 'read'),
		read: (reply) =>
			choices(reply, 'queues', (row) => ({
				name: labelled(row.name, row.queue_id, row.type_description),
				value: asText(row.queue_id ?? ''),
			})),
	},
	searchTemplates: {
		request(param) {
			const line = param('appId');
			if (/^\d+$/.test(line)) return functionRequest('GetWATemplates', { app_id: line }, 'read');
			throw new ParameterError('Fill in "Line ID" first, then choose the template');
		},
		read: (reply) =>
			choices(reply, 'templates', (row) => ({
				name: labelled(row.cwt_name, row.cwt_language, row.cwt_category),
				value: `${asText(row.cwt_name ?? '')}|${asText(row.cwt_language ?? '')}`,
			})),
	},
};
