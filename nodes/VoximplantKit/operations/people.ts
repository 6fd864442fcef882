import type { IDataObject } from 'n8n-workflow';

import { isRecord } from '../../shared/http/json';
import { choice, text } from '../../shared/operation/field';
import { tidyRow } from '../values';
import { having, kitList, kitOperation } from './base';
import { include, refs, statusKeys, utcDate, ZONE_NAME } from './fields';
import { assertPeriod } from './idList';

/** Unix seconds as ISO text; anything else as it is. */
function fromUnix(value: unknown): unknown {
	const seconds = typeof value === 'number' && value > 0 && value < 1e11 ? value : undefined;
	return seconds === undefined ? value : new Date(seconds * 1000).toISOString();
}

/** Two dates of a user are Unix seconds, all others are texts (voximplant-kit.md §3.7, §5.10). */
function userRow(row: unknown): IDataObject {
	const tidied = tidyRow(row);
	const dates = ['createdon', 'lastlogin', 'deletedon'].filter((name) => name in tidied);
	return {
		...tidied,
		...Object.fromEntries(dates.map((name) => [name, fromUnix(tidied[name])])),
	} as IDataObject;
}

export const getUsers = kitList({
	resource: 'user',
	name: 'getAll',
	displayName: 'Get Many',
	action: 'Get many users',
	description: 'Get the users of the account with their call and chat status',
	method: 'user/searchUsers',
	fields: {
		id: refs('searchUsers', 'User Names or IDs', { additional: true }),
		callStatuses: statusKeys('Call Status Names or IDs'),
	},
	local: ['callStatuses'],
	picks: ({ callStatuses }) => having('call_status', callStatuses),
	row: userRow,
});

export const getGroups = kitList({
	resource: 'userGroup',
	name: 'getAll',
	displayName: 'Get Many',
	action: 'Get many user groups',
	description: 'Get the user groups of the account',
	method: 'usergroup/searchGroups',
	fields: { id: refs('searchGroups', 'User Group Names or IDs', { additional: true }) },
});

export const getQueues = kitList({
	resource: 'queue',
	name: 'getAll',
	displayName: 'Get Many',
	action: 'Get many queues',
	description:
		'Get the queues of the account. Filters of other operations take the ID, not "acd_queue_id".',
	method: 'queues/searchQueues',
	fields: { withUsers: include('Users', 'the users of the queue with their status and skills') },
});

export const getAgentStatuses = kitList({
	resource: 'agentStatus',
	name: 'getAll',
	displayName: 'Get Many',
	action: 'Get many agent statuses',
	description: 'Get the statuses that agents can have, those of the system and your own',
	method: 'agentStatuses/searchStatuses',
	fields: {},
});

export const getStatusHistory = kitList({
	resource: 'agentStatus',
	name: 'getHistory',
	displayName: 'Get History',
	action: 'Get the status history of agents',
	description:
		'Get when agents had which status, the newest first. "duration" is in seconds; nobody in "changed_by" means the system.',
	method: 'history/searchStatuses',
	fields: {
		from: utcDate({
			displayName: 'From',
			required: true,
			description: 'Start of the period. Times without a zone are those of the workflow.',
		}),
		to: utcDate({
			displayName: 'To',
			required: true,
			description: 'End of the period. Times without a zone are those of the workflow.',
		}),
		userIds: refs('searchUsers', 'User Names or IDs', { additional: true }),
		statuses: statusKeys('Status Names or IDs'),
	},
	local: ['statuses'],
	picks: ({ statuses }) => having('status', statuses),
	prepare(params) {
		assertPeriod(params.from, params.to);
		return params;
	},
});

/**
 * One row per agent and interval. Its dates are UTC as everywhere; when a time zone was asked for
 * they may be in that one, so they stay as Kit writes them (voximplant-kit.md §5.10).
 */
function metricRows(result: unknown, { timezone }: { timezone?: string }): IDataObject[] {
	const stat = isRecord(result) && isRecord(result.stat) ? result.stat : {};
	return Object.entries(stat).flatMap(([agent, intervals]) =>
		Object.entries(isRecord(intervals) ? intervals : {}).map(([interval, entry]): IDataObject => {
			const { metrics, ...rest } = isRecord(entry) ? entry : {};
			const figures = isRecord(metrics) ? metrics : {};
			const row = { user_id: Number(agent), interval, ...rest, ...figures };
			return timezone === undefined ? tidyRow(row) : (row as IDataObject);
		}),
	);
}

export const getAgentMetrics = kitOperation({
	resource: 'metric',
	name: 'getAgentCalls',
	displayName: 'Get Agent Calls',
	action: 'Get call metrics of agents',
	description: 'Get how many calls agents had and how long they were in each status, up to now',
	method: 'realtimeMetrics/getAgentsMetricsCalls',
	fields: {
		agentIds: refs('searchUsers', 'Agent Names or IDs', { required: true }),
		interval: choice({
			displayName: 'Interval',
			default: 'since12am',
			options: [
				{ name: 'Last 24 Hours', value: 'last24h' },
				{ name: 'Since Midnight', value: 'since12am' },
			],
			description:
				'Period that the metrics are about. Others, if your account has them, go into the parameter "interval" of Extra Parameters.',
		}),
		timezone: text({
			displayName: 'Time Zone',
			placeholder: 'e.g. Europe/Madrid',
			pattern: { test: ZONE_NAME, message: 'is a name like Europe/Madrid' },
			description: 'Where midnight is; decided by Kit unless given',
		}),
	},
	simplify: metricRows,
});
