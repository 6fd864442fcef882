import type { App, AppChange, SwitchName } from './app';
import type { Outbound } from './frames';
import { memeList, parameterSet, soundboardList, voiceList } from './objects';
import type { ControlBehaviour } from './options';

/** Names of one switch on the wire. */
interface SwitchNames {
	status: string;
	toggle: string;
	/** Another name of the toggle's answer. */
	alternative: string;
	/** Prefix of the `EnabledEvent` and `DisabledEvent` of the sample. */
	sample: string;
	/** The same as other clients know it. */
	code: string;
}

/** Names of the switches (voicemod.md sections B.4, B.5). */
export const SWITCH_NAMES: Record<SwitchName, SwitchNames> = {
	voiceChanger: {
		status: 'getVoiceChangerStatus',
		toggle: 'toggleVoiceChanger',
		alternative: 'toggleVoiceChanger',
		sample: 'voiceChanger',
		code: 'voiceChanger',
	},
	hearMyself: {
		status: 'getHearMyselfStatus',
		toggle: 'toggleHearMyVoice',
		alternative: 'toggleHearMyVoice',
		sample: 'hearMySelf',
		code: 'HearMyVoice',
	},
	background: {
		status: 'getBackgroundEffectStatus',
		toggle: 'toggleBackground',
		alternative: 'toggleBackground',
		sample: 'backgroundEffects',
		code: 'backgroundEffects',
	},
	microphoneMute: {
		status: 'getMuteMicStatus',
		toggle: 'toggleMuteMic',
		alternative: 'toggleMute',
		sample: 'muteMicrophone',
		code: 'muteMic',
	},
	soundboardMute: {
		status: 'getMuteMemeForMeStatus',
		toggle: 'toggleMuteMemeForMe',
		alternative: 'toggleMuteForMeMeme',
		sample: 'muteMemeForMe',
		code: 'muteMemeForMe',
	},
};

/** Name of a toggle's answer. */
export function toggleName(name: SwitchName, options: ControlBehaviour): string {
	return SWITCH_NAMES[name][options.toggleNames === 'alternative' ? 'alternative' : 'toggle'];
}

/** The events of one change, in the names the options ask for. */
export function eventsOf(change: AppChange, app: App, options: ControlBehaviour): Outbound[] {
	const { eventNames } = options;
	const isPage = eventNames === 'page' || eventNames === 'both';
	const isSample = eventNames === 'sample' || eventNames === 'both';
	const parametersOf = (): unknown => parameterSet(app.parameters, options.parametersShape);
	switch (change.kind) {
		case 'voice': {
			const voiceID = change.asCustom ? 'custom' : change.voice.id;
			const payload = { voiceID, parameters: parametersOf() };
			return [
				...(isPage || eventNames === 'code' ? ['voiceChangedEvent'] : []),
				...(isSample ? ['voiceLoadedEvent'] : []),
			].map((name) => ({ name, data: { voiceID }, payload }));
		}
		case 'switch': {
			const names = SWITCH_NAMES[change.name];
			const suffix = change.value ? 'EnabledEvent' : 'DisabledEvent';
			const data = { value: change.value };
			const prefix = eventNames === 'code' ? names.code : names.sample;
			const named = {
				name: `${prefix}${suffix}`,
				data: options.switchEventData === 'present' ? data : {},
			};
			return [
				...(isPage ? [{ name: toggleName(change.name, options), data }] : []),
				...(isSample || eventNames === 'code' ? [named] : []),
			];
		}
		case 'beep':
			return [
				{ name: change.value ? 'badLanguageEnabledEvent' : 'badLanguageDisabledEvent', data: {} },
			];
		case 'parameter': {
			const { key, value } = change.parameter;
			const voiceID = change.voice.id;
			const single: Outbound = {
				name: 'voiceParameterUpdated',
				data: { voiceID, parameter: { name: key, value } },
				actionOnly: true,
			};
			const all = { voiceID, parameters: parametersOf() };
			return [
				...(isPage ? [single] : []),
				...(isSample ? [{ name: 'parameterChangedEvent', data: all }] : []),
				...(eventNames === 'code' ? [{ name: 'parametersChangedEvent', data: all }] : []),
			];
		}
		case 'license': {
			const data = { licenseType: options.license };
			return [
				...(isPage || eventNames === 'code' ? [{ name: 'licenseTypeChanged', data }] : []),
				...(isSample ? [{ name: 'licenseTypeChangedEvent', data }] : []),
			];
		}
		default:
			return [listOf(change.kind, app, options)];
	}
}

/** Lists, which are answers and events alike. */
export function listOf(
	kind: 'voices' | 'soundboards' | 'sounds' | 'activeSoundboard',
	app: App,
	options: ControlBehaviour,
): Outbound {
	switch (kind) {
		case 'voices':
			return {
				name: 'getVoices',
				data: { voices: voiceList(app), currentVoice: app.currentVoice },
			};
		case 'soundboards':
			return {
				name: 'getAllSoundboard',
				data: { soundboards: soundboardList(app, options.license) },
			};
		case 'sounds':
			return { name: 'getMemes', data: { listOfMemes: memeList(app, options.soundFields) } };
		case 'activeSoundboard':
			return { name: 'getActiveSoundboardProfile', data: { profileId: app.activeSoundboard } };
	}
}
