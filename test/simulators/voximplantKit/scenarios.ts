import { ok, Refusal, refusals } from './envelope';
import { asText, isPhone, momentText } from './moments';
import { paged } from './paging';
import type { Scenario } from './records';
import { bool, int, need, object, phone, text, type Visit } from './rules';
import { method, type Methods, type World } from './world';

/** Seen as a limit by one client (voximplant-kit.md section 5.2). */
const VARIABLE_LENGTH = 255;

/** Section 5.2. */
export const scenarioMethods: Methods = {
	'v3/scenario/runScenario': method(
		{
			scenario_id: need(int()),
			phone: need(phone),
			caller_id: text(),
			phone_number_id: int(),
			variables: object,
		},
		{ writes: true },
		(world, values, visit) => {
			const { store, options } = world;
			const scenario = store.scenarios.get(values.scenario_id);
			if (!scenario) throw refusals.missing('Scenario', values.scenario_id);
			if (scenario.type !== 1) throw refusals.invalid('scenario_id', 'not an outgoing scenario');
			const from = caller(world, values.caller_id, values.phone_number_id, visit);
			if (options.balance < options.prices.call)
				throw new Refusal(402, 'Insufficient funds on balance', options.fundsStatus);
			checkVariables(values.variables ?? {}, visit);
			store.accepted.add(visit.method, scenario.id, values.phone);
			world.dialer.start({
				phone: values.phone,
				from,
				scenarioId: scenario.id,
				data: { phone: values.phone, ...values.variables },
				source: 'scenario',
			});
			return ok(true);
		},
	),
	'v3/scenario/searchScenarios': method(
		{
			id: int(),
			folder_id: int(),
			scenario_type: int(1, 2),
			title: text(),
			with_campaigns: bool,
			with_phones: bool,
		},
		{ paged: true },
		(world, values, { raw }) => {
			const rows = [...world.store.scenarios.values()].filter(
				(row) =>
					(values.id === undefined || row.id === values.id) &&
					(values.folder_id === undefined || row.folderId === values.folder_id) &&
					(values.scenario_type === undefined || row.type === values.scenario_type) &&
					(values.title === undefined || contains(row.title, values.title)),
			);
			const { with_campaigns, with_phones } = values;
			return paged(
				rows,
				(row) => show(world, row, with_campaigns, with_phones),
				raw,
				world.options,
			);
		},
	),
	'v3/scenario/getScenarioVariables': method(
		{ scenario_id: need(int()), required_only: bool },
		{},
		(world, values) => {
			const scenario = world.store.scenarios.get(values.scenario_id);
			if (!scenario) throw refusals.missing('Scenario', values.scenario_id);
			// The shape of an element is an open question (section 10).
			const variables = scenario.variables.map((name, index) => ({ name, required: index === 0 }));
			return ok(values.required_only ? variables.filter(({ required }) => required) : variables);
		},
	),
};

/** Whether a text holds another one, whatever the case. */
export function contains(whole: string, part: string): boolean {
	return whole.toLowerCase().includes(part.toLowerCase());
}

/** The number shown to the callee (sections 5.2 and 8). */
function caller(
	{ store, options }: World,
	callerId: string | undefined,
	numberId: number | undefined,
	visit: Visit,
): string {
	if (callerId !== undefined && numberId !== undefined)
		visit.notes.violation(visit.method, 'caller_id', 'Both caller_id and phone_number_id');
	if (numberId !== undefined) {
		const number = store.numbers.get(numberId);
		if (!number) throw refusals.missing('Phone number', numberId);
		if (!number.active) throw refusals.invalid('phone_number_id', 'not active');
		return number.number;
	}
	if (callerId === undefined) throw refusals.invalid('caller_id', 'or phone_number_id is needed');
	const byId = options.callerId === 'number' ? undefined : store.callerIds.get(Number(callerId));
	if (byId) return byId.number;
	if (options.callerId === 'id' || !isPhone(callerId))
		throw refusals.invalid('caller_id', `unknown: ${callerId}`);
	return callerId.replace(/^\+/, '');
}

function checkVariables(variables: Record<string, unknown>, { notes, method: name }: Visit): void {
	for (const [key, value] of Object.entries(variables)) {
		if (typeof value !== 'string') notes.undocumented(name, `variables.${key}`, 'Not a text');
		if (asText(value).length > VARIABLE_LENGTH)
			notes.undocumented(name, `variables.${key}`, `Longer than ${VARIABLE_LENGTH} characters`);
	}
}

function show(
	{ store }: World,
	scenario: Scenario,
	withCampaigns?: boolean,
	withPhones?: boolean,
): Record<string, unknown> {
	const campaigns = [...store.campaigns.values()].filter(
		(campaign) => campaign.fields.scenario_id === scenario.id,
	);
	const first = [...store.numbers.values()][0];
	return {
		id: scenario.id,
		title: scenario.title,
		date_create: momentText(scenario.createdAt),
		date_update: momentText(scenario.createdAt),
		scenario_type: scenario.type,
		folder_id: scenario.folderId,
		...(withPhones
			? { phone_numbers: first ? [{ id: first.id, phone_number: first.number }] : [] }
			: {}),
		...(withCampaigns
			? { campaigns: campaigns.map(({ id, title, status }) => ({ id, title, status })) }
			: {}),
	};
}
