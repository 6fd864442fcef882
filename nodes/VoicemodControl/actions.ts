/** What is known of an action (voicemod.md §B.4). */
export interface Action {
	/** Names that its answer may have, beside its own. */
	readonly answers: readonly string[];
	/** Whether nothing needs to be said; silence for a moment is success then. */
	readonly quiet?: boolean;
	/** Members of the payload by which an answer without an id is told from one to another question. */
	readonly about?: readonly string[];
	/** Events that show that it was done. */
	readonly signs?: readonly string[];
}

const VOICE_SIGNS = ['voiceChangedEvent', 'voiceLoadedEvent'];

function question(...answers: string[]): Action {
	return { answers };
}

function command(...signs: string[]): Action {
	return { answers: [], quiet: true, signs };
}

const HEAR = question('toggleHearMyVoice');
const CHANGER = question('toggleVoiceChanger');
const BACKGROUND = question('toggleBackground');
const MICROPHONE = question('toggleMuteMic', 'toggleMute');
const SOUNDBOARD = question('toggleMuteMemeForMe', 'toggleMuteForMeMeme');

/** The actions of the reference, and `selectVoice`, the older name of `loadVoice`. */
export const ACTIONS: Readonly<Record<string, Action>> = {
	registerClient: question(),
	getUser: question(),
	getUserLicense: question(),
	getRotatoryVoicesRemainingTime: question(),
	getVoices: question(),
	getCurrentVoice: question(),
	getAllSoundboard: question(),
	getActiveSoundboardProfile: question(),
	getMemes: question(),
	getBitmap: { answers: [], about: ['voiceID', 'memeId'] },
	loadVoice: { ...command(...VOICE_SIGNS), about: ['voiceID'] },
	selectVoice: { ...command(...VOICE_SIGNS), about: ['voiceID'] },
	selectRandomVoice: command(...VOICE_SIGNS),
	getHearMyselfStatus: HEAR,
	toggleHearMyVoice: HEAR,
	getVoiceChangerStatus: CHANGER,
	toggleVoiceChanger: CHANGER,
	getBackgroundEffectStatus: BACKGROUND,
	toggleBackground: BACKGROUND,
	getMuteMicStatus: MICROPHONE,
	toggleMuteMic: MICROPHONE,
	getMuteMemeForMeStatus: SOUNDBOARD,
	toggleMuteMemeForMe: SOUNDBOARD,
	setBeepSound: command('badLanguageEnabledEvent', 'badLanguageDisabledEvent'),
	playMeme: command(),
	stopAllMemeSounds: command(),
	setCurrentVoiceParameter: question(),
};
