import { ParameterError } from '../../shared/http/errors';
import { choice, decimal, flag, integer, text } from '../../shared/operation/field';
import { MEDIA_REGIONS, idFilter, refs } from './fields';

/**
 * What campaigns with agents have in common: PDS and dialer 2.0 (voximplant-kit.md §5.5, §5.6).
 * All of them are optional, and Kit's defaults hold for what is not given.
 */

const more = { additional: true } as const;

const recording = {
	canOutboundRecord: flag({
		displayName: 'Record Calls',
		...more,
		default: true,
		description: 'Whether calls are recorded',
	}),
	outboundRecordNotificationType: choice({
		displayName: 'Recording: Announcement',
		...more,
		default: 'none',
		options: [
			{ name: 'Audio File', value: 'media' },
			{ name: 'None', value: 'none' },
			{ name: 'Spoken Text', value: 'tts' },
		],
		description: 'How the callee is told about the recording',
	}),
	mediaId: idFilter(
		'Recording: Announcement Audio ID',
		'Audio of the announcement, from Media: Get Many',
		'5',
	),
	ttsLanguage: text({
		displayName: 'Recording: Announcement Language',
		...more,
		placeholder: 'e.g. en-US',
		description: 'Language of the spoken announcement',
	}),
	ttsVoice: text({
		displayName: 'Recording: Announcement Voice',
		...more,
		placeholder: 'e.g. en-US-Wavenet-A',
		description: 'Voice of the spoken announcement',
	}),
	ttsText: text({
		displayName: 'Recording: Announcement Text',
		...more,
		rows: 2,
		placeholder: 'e.g. This call is recorded',
		description: 'Text of the spoken announcement',
	}),
	outboundRecordNotificationDuration: choice({
		displayName: 'Recording: Storage',
		...more,
		default: 'DEFAULT',
		options: [
			{ name: 'Default', value: 'DEFAULT' },
			{ name: 'One Year', value: 'ONEYEAR' },
			{ name: 'Six Months', value: 'SIXMONTHS' },
			{ name: 'Three Years', value: 'THREEYEARS' },
			{ name: 'Two Years', value: 'TWOYEARS' },
		],
		description: 'How long recordings are kept',
	}),
};

const voicemail = {
	voicemailDetectionEnabled: flag({
		displayName: 'Voicemail Detection',
		...more,
		default: true,
		description: 'Whether answering machines are detected and not given to agents',
	}),
	voicemailDetectionModel: choice({
		displayName: 'Voicemail: Model',
		...more,
		default: 'us',
		options: [
			{ name: 'Brazil', value: 'br' },
			{ name: 'Chile', value: 'cl' },
			{ name: 'Colombia', value: 'colombia' },
			{ name: 'Kazakhstan', value: 'kz' },
			{ name: 'Mexico', value: 'mx' },
			{ name: 'Peru', value: 'pe' },
			{ name: 'Philippines', value: 'ph' },
			{ name: 'Russia', value: 'ru' },
			{ name: 'Russia (Experimental, Human)', value: 'ru_experimental_human' },
			{ name: 'Russia (Experimental, Voicemail)', value: 'ru_experimental_vm' },
			{ name: 'United States', value: 'us' },
		],
		description: 'Model that detects answering machines; needed with Voicemail Detection',
	}),
	voicemailDetectionTimeoutSec: decimal({
		displayName: 'Voicemail: Time Limit (Seconds)',
		...more,
		min: 1,
		max: 10,
		description: 'How long the detection may take',
	}),
	voicemailDetectionTimeoutContinueCall: flag({
		displayName: 'Voicemail: Continue Undecided',
		...more,
		default: true,
		description: 'Whether an undecided call goes to an agent instead of being ended',
	}),
};

/** How calls are given to agents. */
const agents = {
	userIds: refs('searchUsers', 'Agent Names or IDs', { additional: true }),
	operatorPriorityStrategy: choice({
		displayName: 'Agent Selection',
		...more,
		default: 'MAX_WAITING_TIME',
		options: [
			{ name: 'Least Qualified', value: 'LEAST_QUALIFIED' },
			{ name: 'Longest Waiting', value: 'MAX_WAITING_TIME' },
			{ name: 'Most Qualified', value: 'MOST_QUALIFIED' },
		],
		description: 'Which agent gets a call first',
	}),
	requestPriorityStrategy: choice({
		displayName: 'Call Selection',
		...more,
		default: 'MAX_PRIORITY',
		options: [
			{ name: 'Highest Priority', value: 'MAX_PRIORITY' },
			{ name: 'Longest Waiting', value: 'MAX_WAITING_TIME' },
		],
		description: 'Which call is given to an agent first',
	}),
	callAutoAnswer: flag({
		displayName: 'Answer Automatically',
		...more,
		default: true,
		description: 'Whether calls are connected to agents without a click',
	}),
	agentsCanDeclineCalls: flag({
		displayName: 'Agents Can Decline Calls',
		...more,
		default: true,
		description: 'Whether agents may decline calls',
	}),
	clientWaitingMediaId: idFilter(
		'Waiting Audio ID',
		'What callees hear while they wait, from Media: Get Many',
		'5',
	),
	wrapUpCodesSetId: idFilter('Wrap-Up Codes Set ID', 'Wrap-up codes that agents choose from', '4'),
	wrapUpDncListId: idFilter(
		'Wrap-Up Do-Not-Call List ID',
		'List for callees who do not want calls; needed when the set has such a code',
		'897',
	),
};

export const agentCampaignFields = { ...agents, ...voicemail, ...recording };

/** How fast a campaign with agents dials (voximplant-kit.md §5.5). */
export const mode = choice({
	displayName: 'Mode',
	default: 'predictive',
	options: [
		{ name: 'Predictive', value: 'predictive', description: 'Dials ahead of free agents' },
		{ name: 'Progressive', value: 'progressive', description: 'Dials for free agents' },
	],
	description: 'How the campaign decides when to dial',
});

/** The same where it may stay as it is. */
export const changedMode = { ...mode, additional: true as const };

export const pace = {
	abandonmentRate: integer({
		displayName: 'Abandonment Rate (%)',
		...more,
		min: 1,
		max: 100,
		description: 'Share of answered calls that may find no agent; for the mode Predictive',
	}),
	taskMultiplier: decimal({
		displayName: 'Calls per Agent',
		...more,
		min: 1,
		max: 100,
		description:
			'How many numbers are dialed for a free agent; for the mode Progressive, up to 25 with 20 agents or fewer',
	}),
};

interface AgentParams {
	mode?: string;
	abandonmentRate?: number;
	taskMultiplier?: number;
	voicemailDetectionEnabled?: boolean;
	voicemailDetectionModel?: string;
	outboundRecordNotificationType?: string;
	mediaId?: string;
	ttsLanguage?: string;
	ttsVoice?: string;
	ttsText?: string;
	predictiveMode?: string;
	agentBusyFactor?: number;
	userIds?: number[];
}

/** Fields that belong to one mode of dialing, by what is chosen and what must not be given with it. */
const MISPLACED = [
	[
		'mode',
		'progressive',
		'abandonmentRate',
		'"Abandonment Rate (%)" belongs to the mode Predictive',
	],
	['mode', 'progressive', 'agentBusyFactor', '"Agent Busy Factor" belongs to the mode Predictive'],
	['mode', 'predictive', 'taskMultiplier', '"Calls per Agent" belongs to the mode Progressive'],
	[
		'predictiveMode',
		'agent_busy_factor',
		'abandonmentRate',
		'"Abandonment Rate (%)" belongs to "Predictive Mode" By Abandonment Rate',
	],
	[
		'predictiveMode',
		'abandon_rate',
		'agentBusyFactor',
		'"Agent Busy Factor" belongs to "Predictive Mode" By How Busy Agents Are',
	],
] as const satisfies ReadonlyArray<readonly [keyof AgentParams, string, keyof AgentParams, string]>;

/** What an announcement of each kind needs (voximplant-kit.md §5.5). */
const ANNOUNCED = [
	['media', 'mediaId', 'Audio ID'],
	['tts', 'ttsLanguage', 'Language'],
	['tts', 'ttsVoice', 'Voice'],
	['tts', 'ttsText', 'Text'],
] as const satisfies ReadonlyArray<readonly [string, keyof AgentParams, string]>;

/** The rules that hold between these fields. @throws ParameterError */
export function assertAgentRules(params: AgentParams): void {
	if (params.voicemailDetectionEnabled && params.voicemailDetectionModel === undefined) {
		throw new ParameterError('"Voicemail Detection" needs "Voicemail: Model"');
	}
	for (const [given, value, field, message] of MISPLACED) {
		if (params[given] === value && params[field] !== undefined) throw new ParameterError(message);
	}
	for (const [kind, field, label] of ANNOUNCED) {
		if (params.outboundRecordNotificationType !== kind || params[field] !== undefined) continue;
		const needed = `Recording: Announcement ${label}`;
		throw new ParameterError(`"Recording: Announcement" needs "${needed}"`);
	}
	const few = (params.userIds ?? []).length <= 20 && params.userIds !== undefined;
	if (few && (params.taskMultiplier ?? 1) > 25) {
		throw new ParameterError('"Calls per Agent" may be 25 at most with 20 agents or fewer');
	}
}

export const mediaRegion = {
	region: choice({
		displayName: 'Media Region',
		...more,
		default: 'europe',
		options: [...MEDIA_REGIONS],
		description: 'Where the calls of the campaign run; choose the one nearest to the callees',
	}),
};

/** Kit takes the media region together with its switch (voximplant-kit.md §5.5). */
export function withSwitch({ region }: { region?: string }) {
	return { region_enabled: region === undefined ? undefined : true };
}
