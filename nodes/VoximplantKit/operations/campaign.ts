import { ParameterError } from '../../shared/http/errors';
import { choice, decimal, flag, integer, text } from '../../shared/operation/field';
import {
	agentCampaignFields,
	assertAgentRules,
	changedMode,
	mediaRegion,
	mode,
	pace,
	withSwitch,
} from './agentFields';
import { kitOperation } from './base';
import { assertChanges } from './changes';
import {
	dialingStrategy,
	NUMBER_LOCALS,
	numberFields,
	phoneNumbers,
	planned,
	PLANNED_LOCALS,
	region,
	strategyOf,
	supervisors,
	supervisorsOf,
	workingTime,
} from './campaignFields';
import { optional, ref } from './fields';

const RECHECK = 'look for its title with Campaign: Get Many';

/** The longest titles: campaigns with agents have what PDS has, automated ones less (§5.5, §5.6). */
const MAX_TITLE = { automated: 40, agent: 255 } as const;

const titleOf = (kind: keyof typeof MAX_TITLE) =>
	text({
		displayName: 'Title',
		required: true,
		maxLength: MAX_TITLE[kind],
		placeholder: 'e.g. Spring reminders',
		description: `Title of the campaign, up to ${MAX_TITLE[kind]} characters`,
	});

const maxLines = integer({
	displayName: 'Lines',
	default: 10,
	min: 1,
	max: 3000,
	description: 'How many calls run at once',
});

const maxAttempts = integer({
	displayName: 'Attempts',
	default: 10,
	min: 1,
	max: 140,
	description: 'How often a contact is called at most',
});

const taskPriorityStrategy = choice({
	displayName: 'Order of Attempts',
	default: 'first_attempts',
	additional: true,
	options: [
		{ name: 'First Attempts Before Repeated Ones', value: 'first_attempts' },
		{ name: 'Repeated Attempts Before First Ones', value: 'repeated_attempts' },
	],
	description: 'Which contacts are called first',
});

/** Fields that are sent under other names, or put together. */
const LOCALS = [...NUMBER_LOCALS, ...PLANNED_LOCALS, 'dialingStrategy', 'supervisors'] as const;

interface Shared {
	phoneNumberIds?: number[];
	callerIdIds?: number[];
	sipNumberIds?: number[];
	workingTimeFrom?: string;
	workingTimeTo?: string;
	dialingStrategy: Parameters<typeof strategyOf>[0];
	supervisors?: Parameters<typeof supervisorsOf>[0];
	plannedDateStart?: string;
	plannedDateEnd?: string;
}

function composed(params: Shared, needed: { numbers: boolean; strategy: boolean }) {
	return {
		phone_numbers: phoneNumbers(params, needed.numbers),
		working_time: workingTime(params.workingTimeFrom, params.workingTimeTo),
		dialing_strategy: strategyOf(params.dialingStrategy, needed.strategy),
		supervisors: supervisorsOf(params.supervisors),
	};
}

/** Checked before anything is sent. @throws ParameterError */
function assertShared(params: Shared, needed: { numbers: boolean; strategy: boolean }): void {
	composed(params, needed);
	const { plannedDateStart: start, plannedDateEnd: end } = params;
	if (start === undefined || end === undefined || start < end) return;
	throw new ParameterError('"End" is not after "Start"');
}

const WHOLE = { numbers: true, strategy: true };
const PART = { numbers: false, strategy: false };

export const createAutomated = kitOperation({
	resource: 'campaign',
	name: 'createAutomated',
	displayName: 'Create Automated',
	action: 'Create an automated campaign',
	description: 'Make a draft of a campaign that runs a scenario for each contact, without agents',
	method: 'campaigns/create',
	safety: 'spends',
	recheck: RECHECK,
	fields: {
		title: titleOf('automated'),
		scenarioId: ref.outgoingScenario(
			'Scenario that runs for each contact; it must be an outgoing one',
		),
		...numberFields,
		region,
		maxLines,
		maxAttempts,
		dialingStrategy,
		...planned,
		taskPriorityStrategy,
		supervisors,
	},
	local: LOCALS,
	prepare(params) {
		assertShared(params, WHOLE);
		return params;
	},
	body: (params) => composed(params, WHOLE),
	identify: ({ title: name }) => ({ title: name }),
});

/** What campaigns with agents have in dialer 2.0 beside what PDS has (§5.6). */
const operatorFields = {
	predictiveMode: choice({
		displayName: 'Predictive Mode',
		default: 'abandon_rate',
		additional: true,
		options: [
			{ name: 'By Abandonment Rate', value: 'abandon_rate' },
			{ name: 'By How Busy Agents Are', value: 'agent_busy_factor' },
		],
		description: 'What the mode Predictive goes by',
	}),
	agentBusyFactor: decimal({
		displayName: 'Agent Busy Factor',
		additional: true,
		min: 0,
		description:
			'How busy agents shall be, in the unit of your Kit; for Predictive Mode "By How Busy Agents Are"',
	}),
	priority: integer({
		displayName: 'Priority',
		additional: true,
		min: 1,
		max: 10,
		description: 'Priority of the campaign among others, from 1 to 10',
	}),
	agentsCanEndCalls: flag({
		displayName: 'Agents Can End Calls',
		additional: true,
		default: true,
		description: 'Whether agents may end calls',
	}),
	clientWaitingMediaEnabled: flag({
		displayName: 'Waiting Audio',
		additional: true,
		default: true,
		description: 'Whether callees hear an audio while they wait',
	}),
	afterserviceTimeLimitSec: integer({
		displayName: 'After-Call Work (Seconds)',
		additional: true,
		min: 1,
		max: 600,
		description: 'How long agents have after a call',
	}),
	useTags: flag({
		displayName: 'Use Tags',
		additional: true,
		default: true,
		description: 'Whether agents mark calls with tags',
	}),
	useTopics: flag({
		displayName: 'Use Topics',
		additional: true,
		default: true,
		description: 'Whether agents mark calls with topics',
	}),
	topicsSetId: text({
		displayName: 'Topics Set ID',
		additional: true,
		placeholder: 'e.g. 4',
		pattern: { test: /^\d+$/, message: 'needs an ID, which has digits only' },
		description: 'Topics that agents choose from',
	}),
	useWrapUpCodes: flag({
		displayName: 'Use Wrap-Up Codes',
		additional: true,
		default: true,
		description: 'Whether agents end calls with a wrap-up code',
	}),
	...mediaRegion,
	...agentCampaignFields,
	...pace,
};

const optionalAttempts = integer({
	displayName: 'Attempts',
	additional: true,
	min: 1,
	max: 140,
	description: 'How often a contact is called at most',
});

export const createAgent = kitOperation({
	resource: 'campaign',
	name: 'createAgent',
	displayName: 'Create With Agents',
	action: 'Create a campaign with agents',
	description: 'Make a draft of a campaign that gives answered calls to agents',
	method: 'campaigns/createAgent',
	safety: 'spends',
	recheck: RECHECK,
	fields: {
		title: titleOf('agent'),
		...numberFields,
		mode,
		dialingStrategy,
		maxAttempts: optionalAttempts,
		...planned,
		...operatorFields,
		taskPriorityStrategy,
		supervisors,
	},
	local: LOCALS,
	prepare(params) {
		assertShared(params, WHOLE);
		assertAgentRules(params);
		return params;
	},
	body: (params) => ({ ...composed(params, WHOLE), ...withSwitch(params) }),
	identify: ({ title: name }) => ({ title: name }),
});

/** The same fields where none of them has to change; none has a default then. */
const changedShared = {
	phoneNumberIds: optional(numberFields.phoneNumberIds),
	callerIdIds: optional(numberFields.callerIdIds),
	sipNumberIds: numberFields.sipNumberIds,
	dialingStrategy: { ...dialingStrategy, additional: true as const },
	maxAttempts: optionalAttempts,
	...planned,
	taskPriorityStrategy,
	supervisors,
};

export const updateAutomated = kitOperation({
	resource: 'campaign',
	name: 'updateAutomated',
	displayName: 'Update Automated',
	action: 'Update an automated campaign',
	description: 'Change a campaign without agents; what is not given stays as it is',
	method: 'campaigns/update',
	safety: 'idempotent',
	fields: {
		id: ref.automatedCampaign('Campaign that changes'),
		title: optional(titleOf('automated')),
		...changedShared,
		scenarioId: optional(ref.outgoingScenario('Scenario that runs for each contact')),
		region: { ...region, additional: true as const },
		maxLines: { ...maxLines, additional: true as const },
	},
	local: LOCALS,
	prepare(params) {
		assertChanges(params);
		assertShared(params, PART);
		return params;
	},
	body: (params) => composed(params, PART),
	identify: ({ id }) => ({ id: Number(id) }),
});

export const updateAgent = kitOperation({
	resource: 'campaign',
	name: 'updateAgent',
	displayName: 'Update With Agents',
	action: 'Update a campaign with agents',
	description: 'Change a campaign with agents; what is not given stays as it is',
	method: 'campaigns/updateAgent',
	safety: 'idempotent',
	fields: {
		id: ref.agentCampaign('Campaign that changes'),
		title: optional(titleOf('agent')),
		...changedShared,
		mode: changedMode,
		...operatorFields,
	},
	local: LOCALS,
	prepare(params) {
		assertChanges(params);
		assertShared(params, PART);
		assertAgentRules(params);
		return params;
	},
	body: (params) => ({ ...composed(params, PART), ...withSwitch(params) }),
	identify: ({ id }) => ({ id: Number(id) }),
});
