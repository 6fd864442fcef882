/** Everything that tests of the Voximplant Kit node share: credentials, and good parameters of every operation. */
import type { IDataObject } from 'n8n-workflow';

import { startVoximplantKitSimulator } from '../../simulators/voximplantKit';
import type { RunOptions, RunResult } from './engine';
import { runNode } from './engine';
import type { Case } from './kitCase';
import { assigned, at, one } from './kitCase';
import { MORE_CASES, type MoreWorld, populateMore } from './voximplantKitMore';

export type Simulator = Awaited<ReturnType<typeof startVoximplantKitSimulator>>;

export function kitCredentials(sim: Simulator, more: IDataObject = {}) {
	const { api, messaging, cti } = sim.hosts;
	return {
		voximplantKitApi: {
			domain: sim.domain,
			accessToken: sim.apiKey,
			region: 'custom',
			apiHost: api,
			messagingHost: messaging,
			ctiHost: cti,
			...more,
		},
	};
}

type Options = Partial<Omit<RunOptions, 'parameters'>>;

/** Runs `<resource>/<operation>` of the Voximplant Kit node. */
export async function runKit(
	sim: Simulator,
	name: string,
	parameters: IDataObject = {},
	options: Options = {},
): Promise<RunResult> {
	const [resource, operation] = name.split('/');
	return await runNode({
		node: 'voximplantKit',
		credentials: kitCredentials(sim),
		...options,
		parameters: { resource, operation, ...parameters },
	});
}

/** IDs of things that exist at the simulator. */
export interface World extends MoreWorld {
	automated: number;
	agent: number;
	/** A draft with a start of its own. */
	planned: number;
	list: number;
	contact: number;
	taskUuid: string;
	call: number;
}

async function first(
	sim: Simulator,
	name: string,
	parameters: IDataObject,
	options: Options = {},
): Promise<IDataObject> {
	const { json, error } = await runKit(sim, name, parameters, options);
	if (error) throw error;
	return json[0] ?? {};
}

const AUTOMATED = {
	title: 'Reminders',
	scenarioId: '17828',
	phoneNumberIds: [610],
	region: 'europe',
	maxLines: 10,
	maxAttempts: 2,
};

const PLANNED = {
	...AUTOMATED,
	title: 'Planned',
	additionalFields: { plannedDateStart: '={{ $now.plus({ days: 1 }) }}' },
};

const AGENT = { title: 'With agents', phoneNumberIds: [610], mode: 'predictive' };

/** Makes one of each kind of thing. */
export async function populate(sim: Simulator): Promise<World> {
	const automated = Number((await first(sim, 'campaign/createAutomated', AUTOMATED)).id);
	const agent = Number((await first(sim, 'campaign/createAgent', AGENT)).id);
	const planned = Number((await first(sim, 'campaign/createAutomated', PLANNED)).id);
	await first(sim, 'campaignContact/append', {
		campaignId: String(automated),
		phone1: '15551230031',
	});
	const list = Number(
		(await first(sim, 'campaignList/getAll', { campaignId: String(automated) })).id,
	);
	const contact = await first(sim, 'campaignContact/getAll', { listId: String(list) });
	sim.seedCalls(1, { phone: '15551230030' });
	const call = sim.calls().at(-1);
	return {
		automated,
		agent,
		planned,
		list,
		contact: Number(contact.id),
		taskUuid: String(contact.task_uuid),
		call: Number(call?.id),
		...(await populateMore(async (...rest) => await first(sim, ...rest))),
	};
}

const inState =
	(status: 'draft' | 'scheduled' | 'ongoing' | 'paused') => (sim: Simulator, world: World) =>
		sim.setCampaignStatus('kit2', world.automated, status);
const automatedId = ({ automated }: World) => ({ id: at('list', String(automated)) });

/** Cases of the resources that are in this file; others have their own (see `CASES`). */
const CORE: readonly Case[] = [
	one('scenario/run', 'v3/scenario/runScenario', {
		scenarioId: at('list', '17828'),
		phone: '+1 (555) 123-0032',
		callerType: 'phoneNumberId',
		phoneNumberId: at('id', '610'),
		variables: assigned({ name: 'Ana', order: 'A-7' }),
	}),
	one('scenario/getAll', 'v3/scenario/searchScenarios', {
		returnAll: true,
		scenarioType: '1',
		additionalFields: { withPhones: true },
	}),
	one('scenario/getVariables', 'v3/scenario/getScenarioVariables', { scenarioId: '17828' }),
	one('call/getAll', 'v4/history/searchCalls', {
		from: '2020-01-01T00:00:00',
		to: '2040-01-01T00:00:00',
		returnAll: true,
		additionalFields: { withTags: true, withScenarios: true, completionCodes: ['Call_Answered'] },
	}),
	one('call/get', 'v4/history/searchCalls', ({ call }) => ({
		id: String(call),
		additionalFields: { withCalls: true },
	})),
	one('call/downloadRecording', 'v4/history/searchCalls', ({ call }) => ({ id: String(call) })),
	one('call/addTags', 'v3/calls/bindTags', ({ call }) => ({
		callId: String(call),
		bound: [12, 34],
	})),
	one('call/addTopics', 'v3/calls/bindTopics', ({ call }) => ({
		callId: String(call),
		bound: '1, 2',
	})),
	one('campaign/createAutomated', 'v3/campaigns/create', {
		...AUTOMATED,
		title: 'Second',
		dialingStrategy: {
			entry: [
				{ key: 'phone1', name: 'Mobile', maxAttempts: 2, intervalMin: '30', dialUpTimeSec: 15 },
				{ key: 'phone2', maxAttempts: 1, dialUpTimeSec: 20 },
			],
		},
		additionalFields: {
			plannedDateStart: '={{ $now.plus({ days: 1 }) }}',
			plannedDateEnd: '={{ $now.plus({ days: 2 }) }}',
			workingTimeFrom: '09:30',
			workingTimeTo: '19:00',
			timezone: 'Europe/Madrid',
			taskPriorityStrategy: 'first_attempts',
			supervisors: { entry: [{ supervisorId: '1217', permission: 'editor' }] },
			dncListIds: [897],
		},
	}),
	one('campaign/createAgent', 'v3/campaigns/createAgent', {
		...AGENT,
		title: 'Third',
		additionalFields: {
			abandonmentRate: 3,
			predictiveMode: 'abandon_rate',
			priority: 5,
			userIds: [1218],
			voicemailDetectionEnabled: true,
			voicemailDetectionModel: 'us',
			voicemailDetectionTimeoutSec: 2.5,
			afterserviceTimeLimitSec: 30,
		},
	}),
	one('campaign/updateAutomated', 'v3/campaigns/update', ({ automated }) => ({
		id: String(automated),
		additionalFields: { title: 'Renamed', maxLines: 5 },
	})),
	one('campaign/updateAgent', 'v3/campaigns/updateAgent', ({ agent }) => ({
		id: String(agent),
		additionalFields: { title: 'Renamed too', priority: 7 },
	})),
	one('campaign/get', 'v3/campaigns/search', automatedId),
	one('campaign/getAll', 'v3/campaigns/search', {
		kind: 'all',
		additionalFields: { statuses: ['draft', 'ongoing', 'paused', 'scheduled'], withUsers: true },
	}),
	one('campaign/start', 'v3/campaigns/start', automatedId, inState('draft')),
	one('campaign/pause', 'v3/campaigns/pause', automatedId, inState('ongoing')),
	one('campaign/resume', 'v3/campaigns/resume', automatedId, inState('paused')),
	one('campaign/schedule', 'v3/campaigns/schedule', ({ planned }) => ({ id: String(planned) })),
	one('campaign/returnToDraft', 'v3/campaigns/draft', automatedId, inState('scheduled')),
	one(
		'campaign/stop',
		'v3/campaigns/stop',
		({ agent }) => ({ id: String(agent) }),
		(sim, { agent }) => sim.setCampaignStatus('kit2', agent, 'ongoing'),
	),
	one(
		'campaign/delete',
		'v3/campaigns/delete',
		({ agent }) => ({ id: String(agent) }),
		(sim, { agent }) => sim.setCampaignStatus('kit2', agent, 'draft'),
	),
	one('campaignContact/append', 'v3/campaigns/appendContacts', ({ automated }) => ({
		campaignId: at('id', String(automated)),
		phone1: '15551230033',
		timezone: 'America/Aruba',
		variables: assigned({ deal: 'https://crm.example.com/7' }),
		additionalFields: { taskPriority: 10 },
	})),
	one('campaignContact/getAll', 'v3/campaigns/searchContacts', ({ list }) => ({
		listId: String(list),
		status: 'any',
	})),
	one('campaignContact/changePriority', 'v3/campaigns/editCallListTasksPriority', (world) => ({
		listId: String(world.list),
		tasks: { entry: [{ taskUuid: world.taskUuid, taskPriority: 100 }] },
	})),
	one('campaignContact/cancel', 'v3/campaigns/cancelContact', ({ contact }) => ({
		contactIds: String(contact),
	})),
	one('campaignList/getAll', 'v3/campaigns/searchLists', ({ automated }) => ({
		campaignId: String(automated),
	})),
	one('campaignList/cancel', 'v3/campaigns/cancelLists', ({ automated, list }) => ({
		campaignId: String(automated),
		listIds: String(list),
	})),
	one('account/getInfo', 'v3/account/getAccountInfo'),
	one('apiRequest/callMethod', 'v3/user/searchUsers', {
		method: at('list', 'user/searchUsers'),
		specify: 'fields',
		fields: { entry: [{ name: 'id', value: '[1221]' }] },
	}),
];

/** Good parameters of every operation. */
export const CASES: readonly Case[] = [...CORE, ...MORE_CASES];
