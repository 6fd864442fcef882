import type { IDataObject } from 'n8n-workflow';

import { ParameterError } from '../../shared/http/errors';
import { unreadableAnswer } from '../../shared/http/json';
import { asText } from '../../shared/http/redact';
import type { ApiRequest, FilePart, Reply } from '../../shared/http/request';
import { flag, reference, text } from '../../shared/operation/field';
import { OUTPUT_FIELD } from '../../shared/operation/files';
import type { FileSource } from '../../shared/operation/operation';
import { readObject } from '../api';
import { NAME } from '../connection';
import { paramsOf, voicemodOperation } from './base';
import { inputField } from './files';
import { giveUp, judgeQuestion, waitingFields, whileWaiting } from './waiting';

const id = text({
	displayName: 'Conversion ID',
	required: true,
	placeholder: 'e.g. 5f1d7a4e',
	pattern: { test: /^(?!\.+$)[\w.-]{1,100}$/, message: 'is not the ID of a conversion' },
	description: 'ID that Voice Conversion: Convert has given',
});

const download = flag({
	displayName: 'Download',
	default: true,
	description: 'Whether to get the converted recording as a file, and not only its address',
});

function checkFile({ bytes, fileName }: FilePart): void {
	if (bytes.length > 0) return;
	throw new ParameterError(`"Input Data Field Name": the file ${fileName} is empty`);
}

function conversionRequest(conversion: string): ApiRequest {
	const path = `/v2/cloud/audio/${encodeURIComponent(conversion)}`;
	return { method: 'GET', path, scope: 'key', safety: 'read' };
}

function recording(url: string, field = 'data'): FileSource {
	return { url, field, name: 'The converted recording', fileName: 'converted.wav' };
}

/** 200 with an address when it is done; every other good status means not yet (voicemod.md §A.6.2). */
function readConversion(reply: Reply): { url?: string } {
	if (reply.status !== 200) return {};
	const url = asText(readObject(reply).url ?? '');
	return url === '' ? {} : { url };
}

export const convert = voicemodOperation({
	resource: 'voiceConversion',
	name: 'convert',
	displayName: 'Convert',
	action: 'Convert a recording to another voice',
	description: 'Let a recording be spoken by another voice, and wait for the result',
	safety: 'spends',
	recheck: 'look at Voicemod whether it was converted',
	file: 'binaryPropertyName',
	checkFile,
	fields: {
		binaryPropertyName: inputField,
		voice: reference({
			displayName: 'Voice',
			required: true,
			lookup: 'searchVoices',
			example: 'magic-chords',
			description: 'Voice that speaks. The list holds those that are known; there may be others.',
		}),
		...waitingFields(60),
		download: { ...download, show: whileWaiting },
		outputPropertyName: text({
			...OUTPUT_FIELD,
			show: { ...whileWaiting, download: [true] },
		}),
	},
	identify: ({ voice }) => ({ voice }),
	request([call]) {
		return {
			method: 'POST',
			path: '/v2/cloud/audio',
			scope: 'key',
			body: { kind: 'multipart', fields: { voice: call?.params.voice, audioFile: call?.file } },
			safety: 'spends',
		};
	},
	read(reply) {
		const raw = readObject(reply);
		if (asText(raw.id ?? '') === '') throw unreadableAnswer(NAME, 'no ID');
		return [{ raw, data: { id: asText(raw.id), isReady: false } }];
	},
	until: {
		limitMs: ({ waitForCompletion, maxWait = 60 }) =>
			waitForCompletion ? maxWait * 1000 : undefined,
		everyMs: ({ interval = 1 }) => interval * 1000,
		request: (data) => conversionRequest(asText(data.id)),
		read(reply, params) {
			const { url } = readConversion(reply);
			if (url === undefined) return { data: { isReady: false }, isFinal: false };
			const source = params.download ? recording(url, params.outputPropertyName) : undefined;
			return { data: { isReady: true, url }, isFinal: true, source };
		},
		judge: (error, data) =>
			judgeQuestion(
				error,
				`${NAME} could not convert the recording (ID ${asText(data.id)})`,
				[400, 500],
			),
		giveUp: (problem) => giveUp(problem, 'Voice Conversion: Get'),
	},
});

export const getConversion = voicemodOperation({
	resource: 'voiceConversion',
	name: 'get',
	displayName: 'Get',
	action: 'Get a voice conversion',
	description: 'See whether a conversion is done, and get its result',
	safety: 'read',
	isPlain: true,
	fields: {
		id,
		download,
		binaryPropertyName: text({ ...OUTPUT_FIELD, show: { download: [true] } }),
	},
	identify: ({ id: conversion }) => ({ id: conversion }),
	request: (calls) => conversionRequest(paramsOf(calls).id),
	read(reply, [call]) {
		const { url } = readConversion(reply);
		const raw: IDataObject = {
			id: call?.params.id,
			isReady: url !== undefined,
			...(url && { url }),
		};
		const wanted = url !== undefined && call?.params.download;
		return [
			{
				raw,
				data: raw,
				...(wanted && { source: recording(url, call?.params.binaryPropertyName) }),
			},
		];
	},
});

export const convertNow = voicemodOperation({
	resource: 'voiceConversion',
	name: 'convertSynchronously',
	displayName: 'Convert Synchronously',
	action: 'Convert a recording in one request',
	description: 'Let a recording be spoken by another voice with the first version of the API',
	safety: 'spends',
	recheck: 'look at Voicemod whether it was converted',
	file: 'binaryPropertyName',
	checkFile,
	fields: {
		binaryPropertyName: inputField,
		voiceId: reference({
			displayName: 'Voice',
			required: true,
			lookup: 'searchSimpleVoices',
			example: 'cave',
			description: 'Voice that speaks. The list holds those that are known; there may be others.',
		}),
		convertMp3: flag({
			displayName: 'Convert to MP3',
			default: true,
			description: 'Whether the result is an MP3 file',
		}),
		download,
		outputPropertyName: text({ ...OUTPUT_FIELD, show: { download: [true] } }),
	},
	identify: ({ voiceId }) => ({ voiceId }),
	request([call]) {
		const { voiceId, convertMp3 } = call?.params ?? {};
		return {
			method: 'POST',
			path: '/v1/cloud/audio',
			query: { convertMp3: convertMp3 ? true : undefined },
			scope: 'key',
			body: { kind: 'multipart', fields: { voiceId, audioFile: call?.file } },
			safety: 'spends',
		};
	},
	read(reply, [call]) {
		const raw = readObject(reply);
		const url = asText(raw.convertedFileUrl ?? '');
		if (url === '') throw unreadableAnswer(NAME, 'no address of a file');
		const source = recording(url, call?.params.outputPropertyName);
		return [{ raw, data: raw, ...(call?.params.download && { source }) }];
	},
});
