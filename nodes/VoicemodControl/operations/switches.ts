import { CallError } from '../../shared/http/errors';
import { settle } from '../../shared/http/settle';
import type { Operation } from '../../shared/operation/operation';
import { NAME } from '../connection';
import type { Message } from '../messages';
import { asFlag, member } from '../messages';
import type { Talk } from './base';
import { ask, steps } from './base';

/** A switch of the app (voicemod.md §B.4). */
export interface Switch {
	readonly resource: string;
	/** As it stands inside a sentence. */
	readonly label: string;
	readonly status: string;
	readonly toggle: string;
	/** What it means that it is on. */
	readonly meaning: string;
}

export const VOICE_CHANGER: Switch = {
	resource: 'voiceChanger',
	label: 'the voice changer',
	status: 'getVoiceChangerStatus',
	toggle: 'toggleVoiceChanger',
	meaning: 'Voices are heard only while it is on',
};

const SWITCHES: readonly Switch[] = [
	VOICE_CHANGER,
	{
		resource: 'hearMyself',
		label: 'hear myself',
		status: 'getHearMyselfStatus',
		toggle: 'toggleHearMyVoice',
		meaning: 'While it is on, you hear your own changed voice',
	},
	{
		resource: 'backgroundEffect',
		label: 'background effects',
		status: 'getBackgroundEffectStatus',
		toggle: 'toggleBackground',
		meaning: 'While it is on, the background sounds of the voice are heard',
	},
	{
		resource: 'microphoneMute',
		label: 'microphone mute',
		status: 'getMuteMicStatus',
		toggle: 'toggleMuteMic',
		meaning: 'While it is on, the microphone is muted',
	},
	{
		resource: 'soundboardMute',
		label: 'soundboard mute for me',
		status: 'getMuteMemeForMeStatus',
		toggle: 'toggleMuteMemeForMe',
		meaning: 'While it is on, you do not hear the soundboard and the others do',
	},
];

function stateOf(message: Message | undefined, { label }: Switch): boolean {
	const value = message && asFlag(member(message, 'value'));
	if (value !== undefined) return value;
	throw new CallError(`${NAME} did not say whether ${label} is on`, { outcome: 'unknown' });
}

const ROUNDS = 3;

/**
 * Sets a switch that can only be toggled: asks, and toggles when it differs. Asks again when the
 * answer was lost, or somebody at the PC was faster.
 */
export async function setSwitch(talk: Talk, one: Switch, wanted: boolean): Promise<boolean> {
	let toggled = false;
	let failure: Error = new CallError(`${NAME} did not turn ${one.label} ${wanted ? 'on' : 'off'}`);
	for (let round = 0; round < ROUNDS; round++) {
		if (stateOf(await talk.question(one.status), one) === wanted) return toggled;
		const { value, error } = await settle(async () =>
			stateOf(await talk.ask(one.toggle, {}, 'once'), one),
		);
		if (value === wanted) return true;
		if (error !== undefined && !(error instanceof CallError && error.outcome === 'unknown')) {
			throw error;
		}
		toggled = true;
		failure = error ?? failure;
	}
	throw failure;
}

function operationsOf(one: Switch): Operation[] {
	const { resource, label, status, toggle, meaning } = one;
	const common = { resource, fields: {} };
	const turn = (isOn: boolean) => {
		const word = isOn ? 'on' : 'off';
		return steps({
			...common,
			name: isOn ? 'turnOn' : 'turnOff',
			displayName: isOn ? 'Turn On' : 'Turn Off',
			action: `Turn ${word} ${label}`,
			description: `Turn ${word} ${label}. ${meaning}. Nothing happens when it is ${word} already.`,
			safety: 'idempotent',
			command: toggle,
			steps: async (talk) => ({ isOn, changed: await setSwitch(talk, one, isOn) }),
		});
	};
	return [
		ask({
			...common,
			name: 'getStatus',
			displayName: 'Get Status',
			action: `Get the status of ${label}`,
			description: `Find out whether ${label} is on. ${meaning}.`,
			safety: 'read',
			command: status,
			data: (message) => ({ isOn: stateOf(message, one) }),
		}),
		ask({
			...common,
			name: 'toggle',
			displayName: 'Toggle',
			action: `Toggle ${label}`,
			description: `Turn ${label} on when it is off, and off when it is on. ${meaning}.`,
			safety: 'once',
			command: toggle,
			data: (message) => ({ isOn: stateOf(message, one) }),
		}),
		turn(true),
		turn(false),
	];
}

export const switchOperations = SWITCHES.flatMap(operationsOf);
