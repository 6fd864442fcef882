import { isRecord } from '../core/http';
import { refusals } from './envelope';
import { isZone } from './moments';
import {
	bool,
	float,
	int,
	ints,
	moment,
	need,
	object,
	rows,
	text,
	word,
	workingTime,
	type Rule,
} from './rules';
import { checkIds, checkSources } from './sources';
import type { World } from './world';

/** Automated: a scenario talks. Operator: agents talk (voximplant-kit.md section 5.6). */
export type Kind = 'automated' | 'operator';

/** Section 1. */
export const MEDIA_REGIONS = [
	'usa',
	'europe',
	'south_america',
	'singapore',
	'russia',
	'kazakhstan',
] as const;

const zone: Rule<string> = {
	read(value, wrong) {
		if (!isZone(value)) throw wrong(`unknown time zone: ${value}`);
		return value;
	},
};

/** Voicemail, recording and after-work blocks both agent dialers share (section 5.5). */
export const agentBlocks = {
	operator_priority_strategy: word('MOST_QUALIFIED', 'LEAST_QUALIFIED', 'MAX_WAITING_TIME'),
	request_priority_strategy: word('MAX_PRIORITY', 'MAX_WAITING_TIME'),
	mode: word('predictive', 'progressive'),
	abandonment_rate: int(1, 100),
	task_multiplier: float(1, 100),
	dial_up_time_sec: int(1),
	voicemail_detection_enabled: bool,
	voicemail_detection_model: word(
		'ru',
		'kz',
		'colombia',
		'br',
		'mx',
		'ph',
		'pe',
		'us',
		'cl',
		'ru_experimental_vm',
		'ru_experimental_human',
	),
	voicemail_detection_timeout_sec: float(1, 10),
	voicemail_detection_timeout_continue_call: bool,
	can_outbound_record: bool,
	outbound_record_notification_type: word('none', 'media', 'tts'),
	media_id: int(),
	tts_language: text(),
	tts_voice: text(),
	tts_text: text(),
	outbound_record_notification_duration: word(
		'DEFAULT',
		'SIXMONTHS',
		'ONEYEAR',
		'TWOYEARS',
		'THREEYEARS',
	),
	client_waiting_media_id: int(),
	call_auto_answer: bool,
	agents_can_decline_calls: bool,
	wrap_up_codes_set_id: int(),
	wrap_up_dnc_list_id: int(),
};

const common = {
	title: text(40),
	scenario_id: int(),
	max_lines: int(1, 3000),
	max_attempts: int(1, 140),
	dialing_strategy: rows,
	phone_numbers: object,
	planned_date_start: moment,
	planned_date_end: moment,
	working_time: workingTime(false),
	timezone: zone,
	task_priority_strategy: word('first_attempts', 'repeated_attempts'),
	folder_id: int(),
	supervisors: rows,
	dnc_list_ids: ints,
	region: word(...MEDIA_REGIONS),
};

/** What the agent kind adds; names of PDS stay possible ("everything of the PDS set where it makes sense"). */
const agentOnly = {
	...agentBlocks,
	phone_number_id: int(),
	caller_id: int(),
	sip_number_id: int(),
	date_start: moment,
	date_end: moment,
	interval: int(0),
	user_ids: ints,
	priority: int(1, 10),
	predictive_mode: word('abandon_rate', 'agent_busy_factor'),
	agent_busy_factor: int(0, 100),
	agents_can_end_calls: bool,
	client_waiting_media_enabled: bool,
	afterservice_time_limit_enabled: bool,
	afterservice_time_limit_sec: int(1, 600),
	region_enabled: bool,
	use_tags: bool,
	use_topics: bool,
	topics_set_id: int(),
	use_wrap_up_codes: bool,
	dnc_lists: ints,
};

/** Parameters of `create`. */
export const newRules = {
	...common,
	title: need(common.title),
	scenario_id: need(common.scenario_id),
	max_lines: need(common.max_lines),
	region: need(common.region),
	max_attempts: need(common.max_attempts),
	dialing_strategy: need(common.dialing_strategy),
	phone_numbers: need(common.phone_numbers),
};

/** Parameters of `createAgent`. */
export const agentRules = { ...common, ...agentOnly, title: need(text(255)) };

/** Parameters of `update` and `updateAgent`. */
export const updateRules = { ...common, ...agentOnly, title: text(255), id: need(int()) };

interface Input {
	scenario_id?: number;
	phone_number_id?: number;
	caller_id?: number;
	sip_number_id?: number;
	phone_numbers?: Record<string, unknown>;
	dialing_strategy?: Array<Record<string, unknown>>;
	supervisors?: Array<Record<string, unknown>>;
	dnc_list_ids?: number[];
	dnc_lists?: number[];
	user_ids?: number[];
	voicemail_detection_enabled?: boolean;
	voicemail_detection_model?: string;
}

/** Checks what depends on the account or on other fields. */
export function checkCampaign(world: World, values: Input, isNew: boolean): void {
	const { store } = world;
	if (values.scenario_id !== undefined) {
		const scenario = store.scenarios.get(values.scenario_id);
		if (scenario?.type !== 1) throw refusals.invalid('scenario_id', 'no outgoing scenario');
	}
	checkSources(world, values, isNew);
	checkIds('user_ids', values.user_ids, store.users);
	checkIds('dnc_list_ids', values.dnc_list_ids, store.dncLists);
	checkIds('dnc_lists', values.dnc_lists, store.dncLists);
	checkVoicemail(values);
	for (const { supervisor_id: id, permission } of values.supervisors ?? []) {
		if (typeof id !== 'number' || (permission !== 'viewer' && permission !== 'editor'))
			throw refusals.invalid('supervisors', 'supervisor_id and permission viewer or editor');
	}
	if (values.dialing_strategy !== undefined) checkStrategy(values.dialing_strategy);
}

/** The model is required when detection is on (section 5.5). */
export function checkVoicemail(values: Input): void {
	if (values.voicemail_detection_enabled && values.voicemail_detection_model === undefined)
		throw refusals.invalid('voicemail_detection_model', 'cannot be blank');
}

/** One element per phone column, in dialling order. */
function checkStrategy(strategy: Array<Record<string, unknown>>): void {
	if (strategy.length === 0) throw refusals.invalid('dialing_strategy', 'cannot be blank');
	strategy.forEach((step, index) => {
		const fail = (detail: string): Error =>
			refusals.invalid('dialing_strategy', `element ${index + 1}: ${detail}`);
		if (!isRecord(step)) throw fail('not an object');
		if (step.key !== `phone${index + 1}`) throw fail(`key is not phone${index + 1}`);
		if (typeof step.name !== 'string' || step.name === '') throw fail('name is missing');
		if (step.interval_min !== undefined && !Array.isArray(step.interval_min))
			throw fail('interval_min is no array');
		for (const name of ['max_attempts', 'dial_up_time_sec'])
			if (step[name] !== undefined && !Number.isInteger(step[name]))
				throw fail(`${name} is not an integer`);
	});
}
