import type { IDataObject } from 'n8n-workflow';

import { CallError, ParameterError } from '../../shared/http/errors';
import { unreadableAnswer } from '../../shared/http/json';
import { asText } from '../../shared/http/redact';
import type { ApiRequest, Reply } from '../../shared/http/request';
import type { Params } from '../../shared/operation/field';
import { choice, flag, integer, text } from '../../shared/operation/field';
import { OUTPUT_FIELD } from '../../shared/operation/files';
import type { FileSource } from '../../shared/operation/operation';
import { readObject } from '../api';
import { NAME } from '../connection';
import { paramsOf, voicemodOperation } from './base';
import type { Melody } from './songPresets';
import { imagesOf, PRESETS, SINGERS } from './songPresets';
import { giveUp, judgeQuestion, waitingFields, whileWaiting } from './waiting';

/** Code of the error of a song that could not be made. */
const FAILED = 'song_failed';

const variant = choice({
	displayName: 'Made As',
	default: 'partner',
	options: [
		{ name: 'Partner', value: 'partner', description: 'With the API key' },
		{ name: 'User', value: 'user', description: 'With the access token' },
	],
	description: 'Which of the two APIs makes the song; songs of one are not found by the other',
});

const download = choice({
	displayName: 'Download',
	default: 'audio',
	options: [
		{ name: 'Audio', value: 'audio' },
		{ name: 'Nothing', value: 'none', description: 'The output holds the addresses all the same' },
		{ name: 'Video', value: 'video', description: 'With the pictures of singer and background' },
	],
	description: 'What is got as a file',
});

const ownShow = { preset: ['own'] };

const remotePath = (displayName: string, example: string, description: string) =>
	text({ displayName, required: true, show: ownShow, placeholder: `e.g. ${example}`, description });

const lyricsText = text({
	displayName: 'Lyrics',
	required: true,
	rows: 6,
	placeholder: 'e.g. Happy birthday to you',
	description: 'One line of the song in each line. A melody has 4 lines, Dark Trap has 8.',
});

/** Text, or a list of lines from an expression. */
const lyrics: typeof lyricsText = {
	...lyricsText,
	rule: (z, context) =>
		z.preprocess(
			(value) => (Array.isArray(value) ? value.map(asText).join('\n') : value),
			lyricsText.rule(z, context),
		),
};

const fields = {
	variant,
	preset: choice({
		displayName: 'Song',
		default: 'happyBirthday',
		options: [
			{ name: 'Dark Trap', value: 'darkTrap' },
			{ name: 'Deck the Halls', value: 'deckTheHalls' },
			{ name: 'Happy Birthday', value: 'happyBirthday' },
			{ name: 'Levitate', value: 'levitate' },
			{ name: 'Move Your Body', value: 'moveYourBody' },
			{ name: 'Own Melody', value: 'own', description: 'By paths that Voicemod gave you' },
		],
		description: 'Melody and voice, from the official demo',
	}),
	lyrics,
	scoreFileRemotePath: remotePath(
		'Melody Path',
		'themes/HappyBirthday/score/HappyBirthday_Melody_ABCD.json',
		'Path of the melody',
	),
	scoreDataFileRemotePath: remotePath(
		'Score Data Path',
		'themes/HappyBirthday/score/HappyBirthday_Score_Data_ABCD.json',
		'Path of the data of the score',
	),
	dspFileRemotePath: remotePath(
		'DSP Path',
		'themes/HappyBirthday/dsp/XML/HappyBirthday_DSP_ABCD.xml',
		'Path of the sound settings',
	),
	songName: text({
		displayName: 'Song Name',
		required: true,
		show: ownShow,
		placeholder: 'e.g. Happy Birthday',
		description: 'Name of the song',
	}),
	...waitingFields(180),
	downloadFile: { ...download, show: whileWaiting },
	binaryPropertyName: text({
		...OUTPUT_FIELD,
		show: { ...whileWaiting, downloadFile: ['audio', 'video'] },
	}),
	language: text({
		displayName: 'Language',
		additional: true,
		default: 'en',
		placeholder: 'e.g. en',
		description: 'Language of the lyrics',
	}),
	voiceModel: text({
		displayName: 'Voice Model',
		additional: true,
		placeholder: 'e.g. CFV_2',
		description: 'Unless given, that of the song. CFV_2 and Randy_v3o are known.',
	}),
	voiceModelStyle: text({
		displayName: 'Voice Model Style',
		additional: true,
		placeholder: 'e.g. mezzo',
		description:
			'Unless given, that of the song. CFV_2 has mezzo and baritone, Randy_v3o has randy.',
	}),
	dspEffect: text({
		displayName: 'DSP Effect',
		additional: true,
		description: 'Name of an effect; none unless given',
	}),
	backgroundSounds: flag({
		displayName: 'Background Sounds',
		additional: true,
		default: true,
		description: 'Whether there are sounds in the background',
	}),
	artistName: text({
		displayName: 'Artist Name',
		additional: true,
		placeholder: 'e.g. Cecilia',
		description: 'Unless given, the singer of the song',
	}),
	singer: choice({
		displayName: 'Singer Picture',
		default: 'Cecilia',
		additional: true,
		options: SINGERS.map((name) => ({ name, value: name })),
		description: 'Who is seen in the video',
	}),
	backgroundNumber: integer({
		displayName: 'Background Number',
		additional: true,
		default: 1,
		min: 1,
		max: 9,
		description: 'Which of the background pictures of the song is seen in the video',
	}),
	singerImageRemotePath: text({
		displayName: 'Singer Image Path',
		additional: true,
		placeholder: 'e.g. singers/Singer-Ed-VideoImageBackground.png',
		description: 'In place of the singer picture',
	}),
	backgroundImageRemotePath: text({
		displayName: 'Background Image Path',
		additional: true,
		placeholder: 'e.g. themes/Levitate/images/Song-Levitate-VideoImageBackground01.png',
		description: 'In place of the background number',
	}),
};

type SongParams = Params<typeof fields>;

function linesOf(source: string): string[] {
	return source
		.split(/\r\n|\r|\n/)
		.map((line) => line.trim())
		.filter((line) => line !== '');
}

function melodyOf(params: SongParams): Melody {
	const preset = PRESETS[params.preset];
	if (preset !== undefined) return preset;
	const { songName, scoreFileRemotePath, scoreDataFileRemotePath, dspFileRemotePath } = params;
	return {
		songName: songName ?? '',
		scoreFileRemotePath: scoreFileRemotePath ?? '',
		scoreDataFileRemotePath: scoreDataFileRemotePath ?? '',
		dspFileRemotePath: dspFileRemotePath ?? '',
		voiceModel: 'CFV_2',
		voiceModelStyle: 'mezzo',
		singer: 'Cecilia',
	};
}

/** All members, since which of them are required is unknown (voicemod.md §A.6.3). */
function songBody(params: SongParams): IDataObject {
	const { singer, theme, lines: _, ...melody } = melodyOf(params);
	const images = imagesOf(params.singer ?? singer, theme, params.backgroundNumber ?? 1);
	const voiceModel = params.voiceModel ?? melody.voiceModel;
	return {
		lyrics: linesOf(params.lyrics),
		language: params.language ?? 'en',
		...melody,
		voiceModel,
		voiceModelStyle: params.voiceModelStyle ?? melody.voiceModelStyle,
		dspEffect: params.dspEffect ?? '',
		backgroundSounds: params.backgroundSounds ?? false,
		artistName: params.artistName ?? params.singer ?? singer,
		singerImageRemotePath: params.singerImageRemotePath ?? images.singerImageRemotePath,
		backgroundImageRemotePath: params.backgroundImageRemotePath ?? images.backgroundImageRemotePath,
	};
}

function pathOf(kind: string | undefined): { path: string; scope: string } {
	return kind === 'user'
		? { path: '/v2/cloud/ttsing', scope: 'token' }
		: { path: '/v2/cloud/partners/ttsing', scope: 'key' };
}

function songRequest(kind: string | undefined, jobId: string): ApiRequest {
	const { path, scope } = pathOf(kind);
	return { method: 'GET', path: `${path}/${encodeURIComponent(jobId)}`, scope, safety: 'read' };
}

/** Done when the word says so or the audio has an address. */
function readSong(reply: Reply) {
	const raw = readObject(reply);
	const status = asText(raw.status ?? '');
	const isReady = status === 'completed' || Boolean(raw.transformedAudioUrl);
	return { raw, status, isReady, data: { ...raw, isReady } };
}

function songFile(raw: IDataObject, wanted: string | undefined, field = 'data') {
	if (wanted === undefined || wanted === 'none') return undefined;
	const isVideo = wanted === 'video';
	const url = asText((isVideo ? raw.urlVideoWithBackground : raw.transformedAudioUrl) ?? '');
	if (url === '') return undefined;
	const source: FileSource = {
		url,
		field,
		name: isVideo ? 'The video of the song' : 'The song',
		fileName: isVideo ? 'song.mp4' : 'song.mp3',
	};
	return source;
}

export const createSong = voicemodOperation({
	resource: 'song',
	name: 'create',
	displayName: 'Create',
	action: 'Create a song',
	description: 'Have your lyrics sung, and wait for the song',
	safety: 'spends',
	recheck: 'look at Voicemod whether it was made',
	fields,
	prepare(params) {
		if (linesOf(params.lyrics).length > 0) return params;
		throw new ParameterError('"Lyrics" has no line');
	},
	facts(params) {
		const { songName, lines: sung } = melodyOf(params);
		const lines = linesOf(params.lyrics).length;
		return { songName, lines, ...(sung !== undefined && { linesSung: Math.min(lines, sung) }) };
	},
	request(calls) {
		const params = paramsOf(calls);
		return {
			method: 'POST',
			...pathOf(params.variant),
			body: { kind: 'json', value: songBody(params) },
			safety: 'spends',
		};
	},
	read(reply) {
		const raw = readObject(reply);
		if (asText(raw.jobId ?? '') === '') throw unreadableAnswer(NAME, 'no job ID');
		return [{ raw, data: { ...raw, jobId: asText(raw.jobId), isReady: false } }];
	},
	until: {
		limitMs: ({ waitForCompletion, maxWait = 180 }) =>
			waitForCompletion ? maxWait * 1000 : undefined,
		everyMs: ({ interval = 1 }) => interval * 1000,
		request: (data, params) => songRequest(params.variant, asText(data.jobId)),
		read(reply, params) {
			const { raw, status, isReady, data } = readSong(reply);
			if (status === 'failed') throw new CallError('it says "failed"', { code: FAILED });
			if (!isReady) return { data, isFinal: false };
			const source = songFile(raw, params.downloadFile, params.binaryPropertyName);
			const wanted = params.downloadFile !== 'none' && source === undefined;
			const problem = wanted && { problem: 'The song is ready, but it has no address' };
			return { data: { ...data, ...problem }, isFinal: true, source };
		},
		judge(error, data) {
			const failed = `${NAME} could not make the song (job ID ${asText(data.jobId)})`;
			if (error.code === FAILED) return new CallError(failed, { code: FAILED });
			return judgeQuestion(error, failed, [400]);
		},
		giveUp: (problem) => giveUp(problem, 'Song: Get'),
	},
});

export const getSong = voicemodOperation({
	resource: 'song',
	name: 'get',
	displayName: 'Get',
	action: 'Get a song',
	description: 'See whether a song is ready, and get it',
	safety: 'read',
	fields: {
		variant,
		jobId: text({
			displayName: 'Job ID',
			required: true,
			placeholder: 'e.g. 5f1d7a4e',
			pattern: { test: /^(?!\.+$)[\w.-]{1,100}$/, message: 'is not the ID of a job' },
			description: 'ID that Song: Create has given',
		}),
		downloadFile: download,
		binaryPropertyName: text({ ...OUTPUT_FIELD, show: { downloadFile: ['audio', 'video'] } }),
	},
	identify: ({ jobId }) => ({ jobId }),
	request(calls) {
		const params = paramsOf(calls);
		return songRequest(params.variant, params.jobId);
	},
	read(reply, [call]) {
		const { raw, isReady, data } = readSong(reply);
		const { downloadFile: wanted, binaryPropertyName } = call?.params ?? {};
		const source = isReady ? songFile(raw, wanted, binaryPropertyName) : undefined;
		return [{ raw, data, ...(source && { source }) }];
	},
});
