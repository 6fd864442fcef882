import { ParameterError } from '../../shared/http/errors';
import { asText } from '../../shared/http/redact';
import type { FilePart } from '../../shared/http/request';
import { choice, flag, integer, reference, text } from '../../shared/operation/field';
import { defineOperation } from '../../shared/operation/operation';
import { functionRequest, isRecord, readEnvelope } from '../api';
import { tidyRecord, withNumbers } from '../values';
import { extraParameters, extrasOf, functionOperation, listOperation } from './base';
import { downloadFields, readDownload } from './download';
import { audioId, audioRef, dateField, positiveId } from './fields';

const name = text({
	displayName: 'Name',
	maxLength: 50,
	placeholder: 'e.g. Reminder in June',
	description: 'Label of the audio in lists',
});

const mp3 = flag({
	displayName: 'Skip MP3',
	additional: true,
	default: true,
	description: 'Whether to leave out the MP3 copy that Velip makes',
});

const stored = {
	extraParameters,
	cdgId: text({
		displayName: 'Group ID',
		additional: true,
		placeholder: 'e.g. 5',
		pattern: positiveId,
		description: 'Group that the audio belongs to',
	}),
	delsilence: choice({
		displayName: 'Remove Silence',
		default: '3',
		additional: true,
		options: [
			{ name: 'At Both Ends', value: '3' },
			{ name: 'At the End', value: '2' },
			{ name: 'At the Start', value: '1' },
		],
		description: 'Where silence is cut off',
	}),
	incsilence: integer({
		displayName: 'Silence in Front (Milliseconds)',
		additional: true,
		min: 0,
		description: 'Silence that is put in front',
	}),
	expires: dateField(
		'Expires On',
		'Last day of the audio. Unless given, Velip keeps it for years, and removes it after 180 days without use.',
	),
	hidden: flag({
		displayName: 'Hide in Panel',
		additional: true,
		default: true,
		description: 'Whether to leave the audio out of the list in the Velip panel',
	}),
};

interface StoredParams {
	hidden?: boolean;
	delsilence?: string;
}

/** `ttswrt=1` keeps the audio; without it Velip may delete it the next day (velip.md §8.1). */
function storedBody({ hidden, delsilence }: StoredParams) {
	return {
		ttswrt: '1',
		dis: hidden ? 'NO' : undefined,
		delsilence: delsilence === undefined ? undefined : Number(delsilence),
	};
}

const speedRule = {
	test: /^\d(\.\d{1,2})?$/,
	message: 'must be a factor like 1 or 1.25',
};

export const createFromText = functionOperation({
	resource: 'audio',
	name: 'createFromText',
	displayName: 'Create From Text',
	action: 'Create an audio from text',
	description: 'Have a text spoken once and keep it, to be played in many calls',
	safety: 'spends',
	recheck: 'look for its name with Audio: Get Many',
	fn: 'CreateAudioFile',
	fields: {
		text: text({
			displayName: 'Text',
			required: true,
			rows: 4,
			placeholder: 'e.g. Your appointment is tomorrow at ten',
			description: 'Text that is spoken',
		}),
		voice: reference({
			displayName: 'Voice',
			lookup: 'searchVoices',
			example: 'google|pt-BR-Wavenet-A',
			description: 'Voice that speaks; here ElevenLabs voices work too',
		}),
		name,
		rate: integer({
			displayName: 'Speaking Rate',
			additional: true,
			default: 0,
			min: -6,
			max: 6,
			description: 'From -6 (slow) to 6 (fast)',
		}),
		template: flag({
			displayName: 'Has Variables',
			additional: true,
			default: true,
			description: 'Whether the text is a model whose variables are filled in for each call',
		}),
		nameUp: text({
			displayName: 'Stored File Name',
			additional: true,
			placeholder: 'e.g. greeting.wav',
			description: 'Name of the file at Velip; made by Velip unless given',
		}),
		mp3,
		...stored,
	},
	local: ['hidden', 'template', 'mp3'],
	timeoutSeconds: 300,
	madeIds: ['cdw_file'],
	body: (params) => ({
		...storedBody(params),
		mp3: params.mp3 ? 'no' : undefined,
		encoding: 'UTF-8',
		type: params.template ? 'ttsvar' : undefined,
	}),
	simplify: (result) => withNumbers(result, ['cdw_sec']),
});

const ENDINGS: Readonly<Record<string, string>> = {
	'audio/wav': 'wav',
	'audio/x-wav': 'wav',
	'audio/wave': 'wav',
	'audio/vnd.wave': 'wav',
	'audio/mpeg': 'mp3',
	'audio/mp3': 'mp3',
	'audio/ogg': 'ogg',
	'audio/opus': 'opus',
	'audio/mp4': 'm4a',
	'audio/x-m4a': 'm4a',
	'audio/aac': 'aac',
	'audio/3gpp': '3gp',
	'audio/amr': 'amr',
	'audio/webm': 'webm',
};

/**
 * The file under a name with an ending that Velip takes: the given name, its own, or one that its
 * type tells.
 */
function namedAudio(file: FilePart, given: string | undefined): FilePart {
	const { fileName, mimeType } = file;
	if (given !== undefined) return { ...file, fileName: given };
	if (EXTENSIONS.test(fileName)) return file;
	const ending = ENDINGS[mimeType.split(';')[0]?.trim().toLowerCase() ?? ''];
	if (ending !== undefined && !/\.\w+$/.test(fileName)) {
		return { ...file, fileName: `${fileName}.${ending}` };
	}
	throw new ParameterError(
		`"Input Data Field Name": ${fileName} has no ending that Velip takes`,
		'Use wav, mp3, mpeg, ogg, opus, m4a, mp4, aac, 3gp, amr or webm, or say what it is with "Stored File Name" in the additional fields.',
	);
}

const EXTENSIONS = /\.(wav|mp3|mpeg|ogg|opus|m4a|mp4|aac|3gp|amr|webm)$/i;

export const uploadAudio = defineOperation({
	resource: 'audio',
	name: 'upload',
	displayName: 'Upload',
	action: 'Upload an audio',
	description: 'Keep an audio file of the input item, to be played in calls',
	safety: 'spends',
	recheck: 'look for its name with Audio: Get Many',
	file: 'binaryPropertyName',
	fields: {
		binaryPropertyName: text({
			displayName: 'Input Data Field Name',
			required: true,
			default: 'data',
			placeholder: 'e.g. data',
			hint: 'The name of the input field containing the binary file data to be processed',
			description: 'Binary field of the input item that holds the audio file',
		}),
		name,
		nameUp: text({
			displayName: 'Stored File Name',
			additional: true,
			placeholder: 'e.g. greeting.wav',
			pattern: { test: EXTENSIONS, message: 'needs an audio ending, e.g. .wav or .mp3' },
			description: 'The name of the file itself unless given',
		}),
		speed: text({
			displayName: 'Speed',
			additional: true,
			placeholder: 'e.g. 1.25',
			pattern: speedRule,
			description: 'Factor by which the audio is made faster',
		}),
		mp3,
		...stored,
	},
	timeoutSeconds: 300,
	madeIds: ['cdw_file'],
	checkFile: (file, { nameUp }) => void namedAudio(file, nameUp),
	request([call]) {
		const { params } = call ?? {};
		const file = call?.file && namedAudio(call.file, params?.nameUp);
		return {
			method: 'POST',
			path: '/api/v2/CreateAudioFile',
			body: {
				kind: 'multipart',
				fields: {
					name: params?.name,
					name_up: file?.fileName,
					// Forms are read as ISO-8859-1 unless they say otherwise (velip.md §2).
					encoding: 'UTF-8',
					cdg_id: params?.cdgId,
					speed: params?.speed,
					incsilence: params?.incsilence,
					expires: params?.expires,
					mp3: params?.mp3 ? 'no' : undefined,
					...storedBody(params ?? {}),
					...extrasOf(params ?? {}),
					audio: file,
				},
			},
			safety: 'spends',
		};
	},
	read(reply) {
		const { answer, result } = readEnvelope(reply);
		const { status: _, status_code: __, ...data } = tidyRecord(result);
		return [{ raw: tidyRecord(answer), data: withNumbers(data, ['cdw_sec']) }];
	},
});

export const downloadAudio = defineOperation({
	resource: 'audio',
	name: 'download',
	displayName: 'Download',
	action: 'Download an audio',
	description: 'Get an audio of the account as a file',
	safety: 'read',
	fields: {
		cdwFile: reference({
			displayName: 'Audio',
			lookup: 'searchAudios',
			example: 'tf12345',
			pattern: audioId,
			required: true,
			description: 'Audio that is downloaded',
		}),
		...downloadFields,
		extraParameters,
	},
	request: ([call]) =>
		functionRequest(
			'PlayAudioFile',
			{ cdw_file: audioRef(call?.params.cdwFile), ...extrasOf(call?.params ?? {}) },
			'read',
		),
	read: (reply, [call]) =>
		readDownload(
			reply,
			{ cdw_file: audioRef(call?.params.cdwFile) },
			call?.params.binaryPropertyName,
		),
	// Both spellings are documented (velip.md §16, question 6).
	again(error, { body }) {
		const asked = body?.kind === 'json' && isRecord(body.value) ? body.value : {};
		const id = asText(asked.cdw_file);
		if (!['220', '230'].includes(error.code ?? '') || !id.startsWith('tf')) return undefined;
		return functionRequest('PlayAudioFile', { ...asked, cdw_file: id.slice(2) }, 'read');
	},
});

export const getAudios = listOperation({
	resource: 'audio',
	name: 'getAll',
	displayName: 'Get Many',
	action: 'Get many audios',
	description: 'Get the audios of the account that have not expired',
	fn: 'GetAudiosList',
	key: 'audios',
	limited: true,
	fields: {
		type: choice({
			displayName: 'Kind',
			default: 'todas',
			options: [
				{ name: 'All', value: 'todas' },
				{ name: 'From Text', value: 'tts' },
				{ name: 'Recorded', value: 'rec' },
				{ name: 'Uploaded', value: 'upload' },
			],
			description: 'Which audios are returned',
		}),
		search: text({
			displayName: 'Search',
			additional: true,
			placeholder: 'e.g. reminder',
			description: 'Only audios whose name, ID or text holds this',
		}),
	},
	row: (row) => withNumbers(row, ['cdw_sec']),
});
