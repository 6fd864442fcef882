import type { IDataObject } from 'n8n-workflow';

import { ParameterError } from '../../shared/http/errors';
import { choice, flag, text } from '../../shared/operation/field';
import { assignments } from '../../shared/operation/fieldLists';
import { kitList, kitOperation, rowsOf } from './base';
import { idFilter, include, phoneNumber, ref, shown } from './fields';

/** One client notes this limit of a variable's value (voximplant-kit.md §5.2). */
const MAX_VALUE = 255;

function assertVariables(variables: Readonly<Record<string, unknown>> | undefined): void {
	for (const [name, value] of Object.entries(variables ?? {})) {
		const { length } = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
		if (length <= MAX_VALUE) continue;
		throw new ParameterError(
			`"Variables": "${name}" has ${length} characters; Kit takes ${MAX_VALUE} at most`,
		);
	}
}

export const variables = assignments({
	displayName: 'Variables',
	description:
		'Variables for the scenario. They come back in "call_data" of the call history, so one with an ID of yours finds the call again.',
});

const callerNumber = {
	callerType: choice({
		displayName: 'Call From',
		default: 'phoneNumberId',
		options: [
			{ name: 'A Caller ID', value: 'callerId', description: 'A verified number of your own' },
			{ name: 'A Phone Number', value: 'phoneNumberId', description: 'A number bought in Kit' },
		],
		description: 'Which number the callee sees',
	}),
	phoneNumberId: shown(ref.phoneNumber('Number that calls'), { callerType: ['phoneNumberId'] }),
	callerId: shown(
		text({
			displayName: 'Caller ID',
			required: true,
			placeholder: 'e.g. 15557654321',
			pattern: { test: /^\+?\d{3,15}$/, message: 'needs 3 to 15 digits' },
			description: 'Verified number that is shown: the number itself, not its ID',
		}),
		{ callerType: ['callerId'] },
	),
};

export const runScenario = kitOperation({
	resource: 'scenario',
	name: 'run',
	displayName: 'Run',
	action: 'Run a scenario',
	description: 'Call a phone number and run an outgoing scenario',
	method: 'scenario/runScenario',
	safety: 'spends',
	recheck: 'look for the number with Call: Get Many',
	fields: {
		scenarioId: ref.outgoingScenario('Scenario that runs; it must be an outgoing one'),
		phone: phoneNumber({
			displayName: 'To',
			description:
				'Number that is called, with country code. Blanks, brackets and dashes are removed.',
		}),
		...callerNumber,
		variables,
	},
	local: ['callerType'],
	prepare(params) {
		assertVariables(params.variables);
		return params;
	},
	identify: ({ scenarioId, phone }) => ({ scenario_id: Number(scenarioId), phone }),
	simplify: () => ({}),
});

export const getScenarios = kitList({
	resource: 'scenario',
	name: 'getAll',
	displayName: 'Get Many',
	action: 'Get many scenarios',
	description: 'Get the scenarios of the account',
	method: 'scenario/searchScenarios',
	fields: {
		scenarioType: choice({
			displayName: 'Kind',
			default: 'all',
			options: [
				{ name: 'All', value: 'all' },
				{ name: 'Incoming', value: '2' },
				{ name: 'Outgoing', value: '1' },
			],
			description: 'Which scenarios are returned',
		}),
		id: idFilter('Scenario ID', 'Only the scenario with this ID', '17828'),
		folderId: idFilter('Folder ID', 'Only scenarios in this folder', '3'),
		title: text({
			displayName: 'Title',
			additional: true,
			placeholder: 'e.g. Reminder',
			description: 'Only scenarios with this title',
		}),
		withCampaigns: include('Campaigns', 'the campaigns that use the scenario'),
		withPhones: include('Phone Numbers', 'the phone numbers of the scenario'),
	},
	body: ({ scenarioType }) => ({
		scenario_type: scenarioType === 'all' ? undefined : scenarioType,
	}),
});

/** The shape of a variable is not documented: a name, or an object (voximplant-kit.md §5.2). */
function variableRow(row: unknown): IDataObject {
	return typeof row === 'object' && row !== null ? (row as IDataObject) : { name: row as string };
}

export const getVariables = kitOperation({
	resource: 'scenario',
	name: 'getVariables',
	displayName: 'Get Variables',
	action: 'Get the variables of a scenario',
	description: 'Get the variables that a scenario takes',
	method: 'scenario/getScenarioVariables',
	fields: {
		scenarioId: ref.scenario('Scenario whose variables are returned'),
		requiredOnly: flag({
			displayName: 'Only Required',
			description: 'Whether to return only variables that the scenario needs',
		}),
	},
	simplify: (result) => rowsOf(result).map(variableRow),
});
