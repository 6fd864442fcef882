/** Voicemod's cloud: every operation, with parameters that the simulator accepts. */
import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import { SERVICES } from '../../../../nodes/Voicemod/services';
import { binary } from '../../../engine/support/engine';
import type { Fault } from '../../../simulators/core/faults';
import {
	makeWav,
	PIXEL,
	startVoicemodSimulator,
	validVectors,
	vectorKeys,
	type VoicemodSimulator,
} from '../../../simulators/voicemod';
import type { FaultCase } from '../faultCases';
import { ENCODED_MARKER, MARKER } from '../markers';
import { ownAddress } from '../ownAddress';
import type { CredentialCase, Gateway, OperationCase, Provider } from './provider';

interface CloudCase extends OperationCase {
	readonly parameters: IDataObject;
}

type Traits = Partial<Omit<CloudCase, 'key' | 'parameters'>>;

function one(key: string, parameters: IDataObject, traits: Traits): CloudCase {
	return { key, parameters, safety: 'spends', identity: [], ...traits };
}

const reads = (key: string, parameters: IDataObject, traits: Traits = {}) =>
	one(key, parameters, { safety: 'reads', followsRedirects: true, ...traits });

const VOICE = { __rl: true, mode: 'id', value: '={{ $json.voice }}' };
/** A document of one's own, by which it is found again. */
const OWN_DOCUMENT = {
	method: 'POST',
	bodyType: 'json',
	jsonBody: '={{ { id: $json.ownId, name: "Deep" } }}',
};
const FREE: Traits = { takesNoContent: true };
const OPEN: Traits = { ignoresCredential: true };

const OPERATIONS: readonly CloudCase[] = [
	one(
		'voiceConversion/convert',
		{ voice: VOICE, waitForCompletion: false },
		{ identity: ['voice'], identifiedBy: 'voice' },
	),
	one(
		'voiceConversion/convertSynchronously',
		{ voiceId: VOICE },
		{ identity: ['voiceId'], identifiedBy: 'voiceId' },
	),
	one(
		'song/create',
		{
			preset: 'deckTheHalls',
			lyrics: '={{ $json.ownId }}',
			waitForCompletion: true,
			interval: 0.2,
			maxWait: 1,
		},
		{},
	),
	one('apiRequest/send', { ...OWN_DOCUMENT, base: 'main', path: '/v1/catalog/items' }, FREE),
	...SERVICES.map(({ name }) =>
		one(`serviceRequest/${name}`, { ...OWN_DOCUMENT, path: 'items' }, FREE),
	),
	one(
		'account/updateProfile',
		{ additionalFields: { bio: 'Streams on Sundays' } },
		{ safety: 'idempotent', single: true, before: 1 },
	),
	reads('sound/search', { text: 'airhorn', limit: 5 }, { rows: true }),
	reads('sound/get', {}),
	reads('sound/download', { findBy: 'id' }),
	reads('voiceConversion/get', {}),
	reads('song/get', { downloadFile: 'video' }),
	reads('account/getUser', {}),
	reads('application/getLatestVersion', {}, OPEN),
	reads('application/getCommunityVoiceImage', { id: '82575ca45e' }, { ...OPEN, file: true }),
	reads('signature/verify', {}, { ...OPEN, offline: true }),
];

const WAV = makeWav(1);

interface World {
	readonly sound: string;
	readonly conversion: string;
	readonly song: string;
	readonly signed: IDataObject;
}

async function ask(sim: VoicemodSimulator, path: string, body: FormData | string): Promise<string> {
	const answer = await fetch(sim.url + path, {
		method: 'POST',
		headers: {
			'x-api-key': sim.apiKey,
			...(typeof body === 'string' && { 'content-type': 'application/json' }),
		},
		body,
	});
	const { id, jobId } = (await answer.json()) as { id?: string; jobId?: string };
	const job = id ?? jobId ?? '';
	sim.finish(job);
	return job;
}

async function signedAnswer(): Promise<IDataObject> {
	const [{ spki }, vectors] = [await vectorKeys(), await validVectors()];
	const [vector] = vectors;
	if (!vector) throw new Error('no signed answer');
	const { headers, body, sentRequestId: requestId } = vector;
	return { headers, requestId, body: body.toString('utf8'), publicKey: spki };
}

/** What there is to be asked for, made without the node. */
async function populate(sim: VoicemodSimulator, key = ''): Promise<World> {
	const form = new FormData();
	form.set('voice', 'world');
	form.set('audioFile', new Blob([new Uint8Array(WAV)], { type: 'audio/wav' }), 'world.wav');
	const song = async () =>
		await ask(sim, '/v2/cloud/partners/ttsing', JSON.stringify({ lyrics: ['world'] }));
	return {
		sound: sim.sounds()[0]?.id ?? '',
		conversion: key === 'voiceConversion/get' ? await ask(sim, '/v2/cloud/audio', form) : '',
		song: key === 'song/get' ? await song() : '',
		signed: key === 'signature/verify' ? await signedAnswer() : {},
	};
}

function ownParameters(key: string, { sound, conversion, song, signed }: World): IDataObject {
	switch (key) {
		case 'sound/get':
		case 'sound/download':
			return { id: sound };
		case 'voiceConversion/get':
			return { id: conversion };
		case 'song/get':
			return { jobId: song };
		case 'signature/verify':
			return signed;
		default:
			return {};
	}
}

function gateway(sim: VoicemodSimulator, world: World): Gateway {
	sim.log.length = 0;
	sim.fileLog.length = 0;
	const earlier = sim.accepted.total;
	const known = new Set(sim.jobs());
	/** What was ordered, by the word of ours that each order holds. */
	const orders = (): string[] => [
		...sim
			.jobs()
			.filter((job) => !known.has(job))
			.map(({ order }) => String(order.voice ?? [order.lyrics].flat()[0])),
		...documents(),
	];
	const documents = (): string[] =>
		sim.log
			.filter(({ accepted, method }) => accepted > 0 && method === 'POST')
			.flatMap(({ body }) => /"id":"([^"]+)","name":"Deep"/.exec(body.toString())?.[1] ?? []);
	const countOf = (word: unknown) => orders().filter((order) => order === String(word)).length;
	return {
		url: sim.url,
		faults: sim.faults,
		log: sim.log,
		files: { faults: sim.fileFaults, log: sim.fileLog },
		connections: sim.connections,
		get accepted() {
			return sim.accepted.total - earlier + documents().length;
		},
		get maxPerKey() {
			return Math.max(0, ...[...new Set(orders())].map(countOf));
		},
		parameters({ key }) {
			const [resource, operation] = key.split('/');
			const { parameters = {} } = OPERATIONS.find((found) => found.key === key) ?? {};
			const own = ownParameters(key, world);
			return { resource, operation, simplify: true, ...parameters, ...own };
		},
		acceptedFor: ({ identifiedBy }, output, input) =>
			countOf(identifiedBy === undefined ? input.ownId : output[identifiedBy]),
		acceptedKeys: () => orders(),
		knows: ({ jobId }) => jobId === undefined || sim.jobs().some(({ id }) => id === jobId),
		close: async () => await sim.close(),
	};
}

const errorObject = (message: string, description = '', code: string | number = 'no') =>
	JSON.stringify({ message, description, code });

function echoes(key: string): Array<[string, Fault]> {
	const json = (value: unknown): Fault => ({ kind: 'okWithError', body: JSON.stringify(value) });
	const sound = { id: key, name: key, audio: { url: `http://localhost:9/${key}` }, [key]: key };
	return [
		['a refusal', { kind: 'okWithError', body: errorObject(`Bad key ${key}`, key, key) }],
		['a refusal with HTTP 400', { kind: 'status', status: 400, body: errorObject(key, key) }],
		['a denial', { kind: 'status', status: 401, body: errorObject('Unauthorized', key) }],
		['a description that is an object', json({ message: key, description: { [key]: [key] } })],
		['a result', json({ id: key, jobId: 'job-1', status: key, appVersion: key, items: [sound] })],
		['addresses', json({ url: `http://localhost:9/?key=${key}`, convertedFileUrl: key })],
		['tokens', json({ access_token: key, refresh_token: key })],
		['text', { kind: 'okWithError', body: key }],
	];
}

const FAULTS: readonly FaultCase[] = [
	{
		name: 'an error object with HTTP 400',
		faults: () => [{ kind: 'status', status: 400, body: errorObject('Invalid voice') }],
		words: ['refused'],
	},
	{
		name: 'a permission that is missing',
		faults: () => [{ kind: 'status', status: 403, body: errorObject('Forbidden') }],
		words: ['refused'],
	},
	{
		name: 'a credential that is refused',
		faults: () => [{ kind: 'status', status: 401, body: errorObject('Unauthorized') }],
		hits: 'all',
		words: ['refused', 'not_sent'],
		requests: 1,
	},
];

const CREDENTIAL = 'voicemodApi';
const OAUTH2 = 'voicemodOAuth2Api';

/** Key and token are the same text, so that one marker stands for both. */
const fields = (baseUrl: string, secret = MARKER): ICredentialDataDecryptedObject => ({
	environment: 'custom',
	baseUrl,
	tunaBaseUrl: `${baseUrl}/tuna`,
	apiKey: secret,
	accessToken: secret,
});

const SECRETS = ['Key', 'Token', 'Refresh', 'Client'].map((part) => `${MARKER}${part}`);
const ENDED = `${MARKER}Ended`;
const [KEY = '', TOKEN = '', REFRESH = '', CLIENT = ''] = SECRETS;

/** Every field that holds a secret has one of its own. */
function everyField(baseUrl: string): ICredentialDataDecryptedObject {
	const own = { apiKey: KEY, accessToken: TOKEN, refreshToken: REFRESH };
	return { ...fields(baseUrl), ...own, clientId: 'voicemod-client', clientSecret: CLIENT };
}

function oAuth2(baseUrl: string): CredentialCase {
	const { accessToken: _, refreshToken: __, ...own } = everyField(baseUrl);
	return {
		name: 'OAuth2',
		type: OAUTH2,
		parameters: { authentication: 'oAuth2' },
		fields: {
			...own,
			grantType: 'authorizationCode',
			accessTokenUrl: `${baseUrl}/v1/oauth/token`,
			authentication: 'body',
			scope: '',
			oauthTokenData: { access_token: TOKEN, refresh_token: REFRESH },
		},
		secrets: SECRETS,
		secret: KEY,
	};
}

const ID_PATHS =
	/^((?:\/tuna)?\/v\d\/(?:cloud\/audio|cloud\/(?:partners\/)?ttsing|sounds|desktop\/api.windows\/v2\/communityVoices\/voice))\/[^/]+/;

/** IDs stand in paths, and below the address of a service the path is the user's own. */
function pathOf({ key }: OperationCase, path: string): string {
	const service = SERVICES.find(({ name }) => key === `serviceRequest/${name}`);
	if (service === undefined) return path.replace(ID_PATHS, '$1/{id}');
	const base = `${service.gateway === 'tuna' ? '/tuna' : ''}${service.path}`;
	return path === base || path.startsWith(`${base}/`) ? base : path;
}

export const voicemod: Provider = {
	name: 'Voicemod',
	node: 'voicemod',
	credential: CREDENTIAL,
	fields,
	refused: (baseUrl) => fields(baseUrl, 'another-key-of-nobody'),
	credentials: (baseUrl) => [
		...[MARKER, ENCODED_MARKER].map((secret) => ({
			name: `the key and token ${secret}`,
			fields: fields(baseUrl, secret),
			secrets: [secret],
			secret,
		})),
		{ name: 'every field', fields: everyField(baseUrl), secrets: SECRETS, secret: KEY },
		{
			name: 'a token that has ended',
			fields: { ...everyField(baseUrl), accessToken: ENDED },
			secrets: [ENDED, REFRESH, CLIENT],
			secret: KEY,
		},
		oAuth2(baseUrl),
	],
	// IDs of jobs are random, so a request of one simulator means nothing to another one.
	hasSessions: true,
	remembersRefusals: false,
	localDropdowns: ['searchVoices', 'searchSimpleVoices'],
	async start({ repeats: _, secret = MARKER, operation, ...options } = {}) {
		const sim = await startVoicemodSimulator({
			apiKey: secret,
			tokens: [{ token: secret }, { token: TOKEN }],
			refreshToken: REFRESH,
			client: { clientId: 'voicemod-client', clientSecret: CLIENT },
			lifecycleMs: 5,
			steer: false,
			voices: [],
			host: ownAddress(),
			...options,
		});
		return gateway(sim, await populate(sim, operation?.key));
	},
	operations: OPERATIONS,
	representative: [
		'voiceConversion/convert',
		'voiceConversion/convertSynchronously',
		'song/create',
		'serviceRequest/catalog',
	],
	simple: 'voiceConversion/convert',
	items: (count) =>
		Array.from({ length: count }, (_, index) => ({
			json: { voice: `voice-${index}`, ownId: `own-${index}` },
			binary: {
				...binary('data', WAV, 'recording.wav', 'audio/wav'),
				...binary('picture', PIXEL, 'me.png', 'image/png'),
			},
		})),
	pathOf,
	refusal: (words) => ({ kind: 'okWithError', body: errorObject(words) }),
	echoes,
	// The simulator words an error of its own with HTTP 500.
	ownErrorIs: 'unknown',
	faults: FAULTS,
};
