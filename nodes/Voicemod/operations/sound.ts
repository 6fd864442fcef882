import type { IDataObject } from 'n8n-workflow';

import { ParameterError } from '../../shared/http/errors';
import { asText } from '../../shared/http/redact';
import type { ApiRequest, Reply, Scalar } from '../../shared/http/request';
import { choice, flag, integer, json, text, url } from '../../shared/operation/field';
import { OUTPUT_FIELD } from '../../shared/operation/files';
import type { FileSource } from '../../shared/operation/operation';
import { readObject } from '../api';
import { isRecord } from '../../shared/http/json';
import { paramsOf, voicemodOperation } from './base';

/** Most sounds of one page; the content hub takes no more (voicemod.md §C.3). */
const PAGE_SIZE = 36;

/** Where sounds are searched: path, gateway, and the name of the search text there (§C.2, §C.3). */
const APIS = {
	contentHub: { host: 'main', path: '/v1/content-hub/sounds/', search: 'text' },
	tunaV1: { host: 'tuna', path: '/v1/sounds/search', search: 'search' },
	tunaV2: { host: 'tuna', path: '/v2/sounds', search: 'text' },
} as const;

type Api = keyof typeof APIS;

function recordAt(row: Readonly<Record<string, unknown>>, key: string): Record<string, unknown> {
	const value = row[key];
	return isRecord(value) ? value : {};
}

function addressOf(value: unknown): string | undefined {
	return asText(value ?? '') || undefined;
}

/** The addresses of a sound in either shape of item, and in the simplified one. */
function addressesOf(sound: Readonly<Record<string, unknown>>) {
	return {
		mp3:
			addressOf(sound.audioUrl) ?? addressOf(recordAt(sound, 'audio').url) ?? addressOf(sound.path),
		ogg: addressOf(sound.oggUrl) ?? addressOf(sound.oggPath),
	};
}

function definedOnly(row: Readonly<Record<string, unknown>>): IDataObject {
	const entries = Object.entries(row).filter(([, value]) => value !== undefined);
	return Object.fromEntries(entries) as IDataObject;
}

/** The same keys for all three APIs; durations in milliseconds. */
function simplified(sound: Readonly<Record<string, unknown>>): IDataObject {
	const { mp3, ogg } = addressesOf(sound);
	const info = recordAt(sound, 'publicInfo');
	const isHub = 'publicInfo' in sound || 'audio' in sound;
	const seconds = recordAt(sound, 'properties').duration;
	return definedOnly({
		id: sound.id,
		name: isHub ? sound.name : sound.title,
		durationMs: isHub
			? sound.duration
			: typeof seconds === 'number'
				? Math.round(seconds * 1000)
				: undefined,
		audioUrl: mp3,
		oggUrl: ogg,
		iconUrl: isHub ? recordAt(sound, 'icon').url : sound.imagePath,
		pageUrl: isHub ? info.url : sound.permalink,
		ownerName: isHub ? info.ownerName : recordAt(sound, 'owner').name,
		tags: isHub ? info.tags : sound.tags,
		categories: isHub
			? info.categories
			: sound.category === undefined
				? undefined
				: [sound.category],
		explicit: isHub ? info.sensitiveContent : sound.explicit,
	});
}

function itemsOf(answer: unknown): IDataObject[] {
	const items = isRecord(answer) ? answer.items : undefined;
	return Array.isArray(items) ? (items.filter(isRecord) as IDataObject[]) : [];
}

/** Yes, no, or no matter. */
const three = (displayName: string, yes: string, no: string, description: string) =>
	choice({
		displayName,
		default: 'true',
		additional: true,
		show: { '/api': ['contentHub', 'tunaV2'] },
		options: [
			{ name: 'All', value: 'any' },
			{ name: yes, value: 'true' },
			{ name: no, value: 'false' },
		],
		description,
	});

const unlessAny = (value: string | undefined) => (value === 'any' ? undefined : (value ?? 'true'));

interface SearchParams {
	api: Api;
	text?: string;
	audioFormat?: string;
	custom?: string;
	published?: string;
	sort?: string;
	noDmca?: boolean;
	tagsSize?: number;
	returnAll?: boolean;
	limit?: number;
}

function searchQuery(params: SearchParams): Record<string, Scalar | undefined> {
	const { api, returnAll, limit = 50 } = params;
	const page = { page: 1, size: returnAll ? PAGE_SIZE : Math.min(limit, PAGE_SIZE) };
	if (api === 'tunaV1') {
		const { tagsSize, noDmca } = params;
		return { search: params.text ?? '', ...page, tagsSize, noDmca };
	}
	return {
		text: params.text ?? '',
		...page,
		'audio-format': params.audioFormat ?? 'mp3',
		custom: unlessAny(params.custom),
		published: unlessAny(params.published),
		sort: params.sort ?? '-trending',
	};
}

interface PageParams {
	readonly fullResponse?: boolean;
	readonly returnAll?: boolean;
	readonly limit?: number;
}

/** The end by `lastPage`, by a falsy `next`, or by a page that is not full (§D, row 7). */
function nextPage(
	reply: Reply,
	request: ApiRequest,
	{ fullResponse, returnAll, limit = 50 }: PageParams,
): ApiRequest | undefined {
	const answer = readObject(reply);
	const page = Number(request.query?.page);
	const size = Number(request.query?.size);
	// With the full response a page is one row, but the limit means sounds.
	if (fullResponse && !returnAll && page * size >= limit) return undefined;
	const isLast =
		typeof answer.lastPage === 'number'
			? page >= answer.lastPage
			: itemsOf(answer).length < size || ('next' in answer && !answer.next);
	return isLast ? undefined : { ...request, query: { ...request.query, page: page + 1 } };
}

export const searchSounds = voicemodOperation({
	resource: 'sound',
	name: 'search',
	displayName: 'Search',
	action: 'Search for sounds',
	description: 'Find sounds in the library of Voicemod. Works without a credential so far.',
	safety: 'read',
	fields: {
		text: text({
			displayName: 'Search Text',
			placeholder: 'e.g. airhorn',
			description: 'Words to look for; all sounds unless given. Tuna V1 is known with words only.',
		}),
		api: choice({
			displayName: 'Search In',
			default: 'contentHub',
			options: [
				{
					name: 'Content Hub',
					value: 'contentHub',
					description: 'The newest. That it has pages beyond the first is not known for sure.',
				},
				{ name: 'Tuna V1', value: 'tunaV1', description: 'Says how many sounds there are in all' },
				{ name: 'Tuna V2', value: 'tunaV2' },
			],
			description: 'Which of the three APIs is asked',
		}),
		audioFormat: choice({
			displayName: 'Audio Format',
			default: 'mp3',
			additional: true,
			show: { '/api': ['contentHub', 'tunaV2'] },
			options: [
				{ name: 'MP3', value: 'mp3' },
				{ name: 'OGG', value: 'ogg' },
			],
			description: 'Format of the audio address',
		}),
		custom: three('Custom', 'Custom Only', 'Not Custom', 'Whether sounds of users are returned'),
		published: three(
			'Published',
			'Published Only',
			'Not Published',
			'Whether public sounds are returned',
		),
		sort: text({
			displayName: 'Sort',
			additional: true,
			default: '-trending',
			show: { '/api': ['contentHub', 'tunaV2'] },
			placeholder: 'e.g. -trending',
			description: 'Field to sort by; a minus puts the highest first',
		}),
		noDmca: flag({
			displayName: 'Without DMCA Sounds',
			additional: true,
			default: true,
			show: { '/api': ['tunaV1'] },
			description: 'Whether to leave out sounds that others hold rights in',
		}),
		tagsSize: integer({
			displayName: 'Number of Tags',
			additional: true,
			default: 50,
			min: 0,
			max: 1000,
			show: { '/api': ['tunaV1'] },
			description: 'How many tags are counted; they are in the full response',
		}),
	},
	request(calls) {
		const params = paramsOf(calls);
		const { host, path } = APIS[params.api];
		return {
			method: 'GET',
			host,
			path,
			query: searchQuery(params as SearchParams),
			safety: 'read',
		};
	},
	read(reply, [call]) {
		const answer = readObject(reply);
		const params = (call?.params ?? {}) as { simplify?: boolean };
		const items = itemsOf(answer);
		const rows = params.simplify === false ? items : items.map(simplified);
		return [{ raw: answer, data: rows }];
	},
	pages: {
		// The options of all requests are among the parameters too.
		next: (reply, request, params) => nextPage(reply, request, params as PageParams),
		key: (row) =>
			asText(row.id ?? '') || (row.body === undefined ? undefined : JSON.stringify(row.body)),
		// The content hub is not known to have pages: one that takes no notice gives the first again.
		endsByRepeating: true,
	},
});

const soundId = {
	displayName: 'Sound ID',
	required: true,
	placeholder: 'e.g. 0f3c9a52-8a77-4c39-9d5b-0a8f7d2c1e44',
	pattern: { test: /^[\w-]{1,64}$/, message: 'is not the ID of a sound' },
	description:
		'ID from a search, or the last part of the address of the sound at tuna.voicemod.net',
} as const;

function soundRequest(id: string | undefined): ApiRequest {
	const path = `/v1/sounds/${encodeURIComponent(id ?? '')}`;
	return { method: 'GET', host: 'tuna', path, safety: 'read' };
}

export const getSound = voicemodOperation({
	resource: 'sound',
	name: 'get',
	displayName: 'Get',
	action: 'Get a sound',
	description: 'Get a sound of the library by its ID',
	safety: 'read',
	fields: { id: text(soundId) },
	request: (calls) => soundRequest(paramsOf(calls).id),
	read(reply) {
		const raw = readObject(reply);
		return [{ raw, data: simplified(raw) }];
	},
});

function soundFile(
	sound: Readonly<Record<string, unknown>>,
	{ format, binaryPropertyName: field = 'data' }: { format?: string; binaryPropertyName?: string },
): FileSource {
	const { mp3, ogg } = addressesOf(sound);
	const address = format === 'ogg' ? ogg : mp3;
	if (address === undefined) {
		throw new ParameterError(`The sound has no ${format === 'ogg' ? 'OGG' : 'MP3'} address`);
	}
	const title = asText(sound.name ?? sound.title ?? '');
	return {
		url: address,
		field,
		name: `The sound "${title || asText(sound.id ?? '')}"`,
		fileName: `sound.${format ?? 'mp3'}`,
		title,
	};
}

export const downloadSound = voicemodOperation({
	resource: 'sound',
	name: 'download',
	displayName: 'Download',
	action: 'Download a sound',
	description: 'Get the audio file of a sound',
	safety: 'read',
	fields: {
		findBy: choice({
			displayName: 'Sound Given By',
			default: 'item',
			options: [
				{ name: 'Address', value: 'url' },
				{ name: 'ID', value: 'id' },
				{ name: 'Item', value: 'item', description: 'A sound out of a search' },
			],
			description: 'How you tell which sound',
		}),
		sound: json({
			displayName: 'Sound',
			required: true,
			default: '={{ $json }}',
			show: { findBy: ['item'] },
			description: 'The output of Sound: Search or Sound: Get',
		}),
		id: text({ ...soundId, show: { findBy: ['id'] } }),
		url: url({
			displayName: 'Address',
			required: true,
			show: { findBy: ['url'] },
			placeholder: 'e.g. https://example.com/airhorn.mp3',
			description: 'Address of the audio file. The credential is not sent there.',
		}),
		format: choice({
			displayName: 'Format',
			default: 'mp3',
			show: { findBy: ['id', 'item'] },
			options: [
				{ name: 'MP3', value: 'mp3', description: 'Or the format that the search was made for' },
				{ name: 'OGG', value: 'ogg', description: 'Known to Tuna V1 and Sound: Get only' },
			],
			description: 'Which of the audio files of the sound',
		}),
		binaryPropertyName: text(OUTPUT_FIELD),
	},
	known(params) {
		const { findBy, url: address } = params;
		if (findBy === 'id') return undefined;
		if (findBy === 'url' && address !== undefined) {
			const source = {
				url: address,
				field: params.binaryPropertyName,
				name: 'The sound',
				fileName: 'sound.mp3',
			};
			return { raw: {}, data: {}, source };
		}
		const sound = isRecord(params.sound) ? params.sound : {};
		const data = definedOnly({ id: sound.id, name: sound.name ?? sound.title });
		return { raw: data, data, source: soundFile(sound, params) };
	},
	request: (calls) => soundRequest(paramsOf(calls).id),
	read(reply, [call]) {
		const raw = readObject(reply);
		const { id, name } = simplified(raw);
		return [{ raw, data: definedOnly({ id, name }), source: soundFile(raw, call?.params ?? {}) }];
	},
});
