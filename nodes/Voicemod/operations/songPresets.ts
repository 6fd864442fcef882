/** A melody with the voice that goes with it, under the names of the API (voicemod.md §A.6.3). */
export interface Melody {
	readonly songName: string;
	readonly scoreFileRemotePath: string;
	readonly scoreDataFileRemotePath: string;
	readonly dspFileRemotePath: string;
	readonly voiceModel: string;
	readonly voiceModelStyle: string;
	readonly singer: string;
	/** Name in the paths of pictures. */
	readonly theme?: string;
	/** How many lines are sung; surplus ones are ignored. */
	readonly lines?: number;
}

export const SINGERS = ['Cecilia', 'Ed', 'Jerry'] as const;

const CECILIA = { voiceModel: 'CFV_2', voiceModelStyle: 'mezzo', singer: 'Cecilia', lines: 4 };
const RANDY = { voiceModel: 'Randy_v3o', voiceModelStyle: 'randy', singer: 'Jerry', lines: 4 };

function paths(theme: string, melody: string, data: string, dsp: string) {
	const base = `themes/${theme}`;
	return {
		theme,
		scoreFileRemotePath: `${base}/score/${melody}.json`,
		scoreDataFileRemotePath: `${base}/score/${data}.json`,
		dspFileRemotePath: `${base}/dsp/XML/${dsp}.xml`,
	};
}

/** The songs of the official demo. Which singer it shows with which song is assumed. */
export const PRESETS: Readonly<Record<string, Melody>> = {
	darkTrap: {
		songName: 'Dark Trap',
		...paths(
			'DarkTrap',
			'DarkTrap_Melody_ABCDEFGH',
			'DarkTrap_Score_Data_ABCDEFGH',
			'DarkTrap_DSP_ABCDEFGH',
		),
		...RANDY,
		lines: 8,
	},
	deckTheHalls: {
		songName: 'Deck The Halls',
		...paths(
			'DeckTheHalls',
			'TTS_XMAS_DeckTheHalls_Melody_C_200bpm_4x4_ABCD',
			'TTS_XMAS_DeckTheHalls_Score_Data_ABCD',
			'TTS_XMAS_DeckTheHalls_DSP_C_200bpm_ABCD',
		),
		...CECILIA,
	},
	happyBirthday: {
		songName: 'Happy Birthday',
		...paths(
			'HappyBirthday',
			'HappyBirthday_Melody_ABCD',
			'HappyBirthday_Score_Data_ABCD',
			'HappyBirthday_DSP_ABCD',
		),
		...CECILIA,
		voiceModelStyle: 'baritone',
	},
	levitate: {
		songName: 'Levitate',
		...paths('Levitate', 'Levitate_Melody_ABCD', 'Levitate_Score_Data_ABCD', 'Levitate_DSP_ABCD'),
		...RANDY,
	},
	moveYourBody: {
		songName: 'Move Your Body',
		...paths(
			'MoveYourBody',
			'MoveYourBody_Melody_ABCD',
			'MoveYourBody_Score_Data_ABCD',
			'MoveYourBody_DSP_ABCD',
		),
		...CECILIA,
	},
};

/** The pictures of the video; a melody of one's own has no background unless its path is given. */
export function imagesOf(singer: string, theme: string | undefined, number: number) {
	return {
		singerImageRemotePath: `singers/Singer-${singer}-VideoImageBackground.png`,
		backgroundImageRemotePath:
			theme === undefined
				? ''
				: `themes/${theme}/images/Song-${theme}-VideoImageBackground0${number}.png`,
	};
}
