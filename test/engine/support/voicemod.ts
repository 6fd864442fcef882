/** Everything that tests of the Voicemod node share: credentials, and good parameters of every operation. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { SERVICES } from '../../../nodes/Voicemod/services';
import { makeWav, PIXEL, type VoicemodSimulator } from '../../simulators/voicemod';
import type { RunOptions, RunResult } from './engine';
import { binary, runNode } from './engine';

export function voicemodCredentials(
	sim: Pick<VoicemodSimulator, 'url' | 'tunaUrl' | 'apiKey' | 'accessToken' | 'publicKey'>,
	more: IDataObject = {},
) {
	return {
		voicemodApi: {
			environment: 'custom',
			baseUrl: sim.url,
			tunaBaseUrl: sim.tunaUrl,
			apiKey: sim.apiKey,
			accessToken: sim.accessToken,
			publicPem: sim.publicKey.spki,
			...more,
		},
	};
}

type Options = Partial<Omit<RunOptions, 'parameters'>>;

/** Runs `<resource>/<operation>` of the Voicemod node. */
export async function runVoicemod(
	sim: VoicemodSimulator,
	name: string,
	parameters: IDataObject = {},
	options: Options = {},
): Promise<RunResult> {
	const [resource, operation] = name.split('/');
	return await runNode({
		node: 'voicemod',
		credentials: voicemodCredentials(sim),
		...options,
		parameters: { resource, operation, ...parameters },
	});
}

export const WAV = makeWav(1);

export const FILES: INodeExecutionData[] = [
	{
		json: {},
		binary: {
			...binary('data', WAV, 'recording.wav', 'audio/wav'),
			...binary('picture', PIXEL, 'me.png', 'image/png'),
		},
	},
];

/** IDs of things that exist at the simulator. */
export interface World {
	sound: string;
	conversion: string;
	song: string;
}

/** Makes one of each kind of job, and lets it end. */
export async function populate(sim: VoicemodSimulator): Promise<World> {
	const first = async (name: string, parameters: IDataObject) => {
		const { json, error } = await runVoicemod(sim, name, parameters, { items: FILES });
		if (error) throw error;
		return json[0] ?? {};
	};
	const conversion = await first('voiceConversion/convert', { voice: 'baby', ...QUICK });
	const song = await first('song/create', { lyrics: 'la', ...QUICK });
	return {
		sound: sim.sounds()[0]?.id ?? '',
		conversion: String(conversion.id),
		song: String(song.jobId),
	};
}

/** Waits no longer than the simulator needs. */
const QUICK = { waitForCompletion: true, interval: 0.2, maxWait: 10 };

export interface Case {
	readonly name: string;
	/** Path at which the request arrives, behind the address of the simulator. */
	readonly path: string;
	parameters(world: World): IDataObject;
}

function one(
	name: string,
	path: string,
	parameters: IDataObject | ((world: World) => IDataObject) = {},
): Case {
	return {
		name,
		path,
		parameters: typeof parameters === 'function' ? parameters : () => parameters,
	};
}

const entries = (fields: Record<string, string>) => ({
	entry: Object.entries(fields).map(([name, value]) => ({ name, value })),
});

const ECHO: IDataObject = {
	path: 'sim/echo',
	method: 'UPDATE',
	bodyType: 'json',
	jsonBody: '{ "name": "Deep" }',
	additionalFields: {
		query: entries({ page: '1' }),
		headers: entries({ 'x-partner': 'acme' }),
	},
};

/** Good parameters of every operation but the service requests, which are made from the table. */
const OWN_CASES: readonly Case[] = [
	one('sound/search', '/v1/content-hub/sounds/', { text: 'airhorn', limit: 5 }),
	one('sound/get', '/tuna/v1/sounds/', ({ sound }) => ({ id: sound })),
	one('sound/download', '/tuna/v1/sounds/', ({ sound }) => ({ findBy: 'id', id: sound })),
	one('voiceConversion/convert', '/v2/cloud/audio', {
		voice: { __rl: true, mode: 'list', value: 'baby' },
		...QUICK,
	}),
	one('voiceConversion/convertSynchronously', '/v1/cloud/audio', { voiceId: 'cave' }),
	one('voiceConversion/get', '/v2/cloud/audio/', ({ conversion }) => ({ id: conversion })),
	one('song/create', '/v2/cloud/partners/ttsing', {
		preset: 'deckTheHalls',
		lyrics: 'Deck the halls\nwith boughs of holly\nfa la la\nla la la',
		...QUICK,
	}),
	one('song/get', '/v2/cloud/partners/ttsing/', ({ song }) => ({
		jobId: song,
		downloadFile: 'video',
	})),
	one('account/getUser', '/tuna/v1/auth'),
	one('account/updateProfile', '/tuna/v1/auth', {
		additionalFields: { bio: 'Streams on Sundays', clear: ['twitchId'], pictureFile: 'picture' },
	}),
	one('application/getLatestVersion', '/v1/nextgen/update/%7B%7D'),
	one('application/getCommunityVoiceImage', '/v1/desktop/', { id: '82575ca45e' }),
	one('apiRequest/send', '/v1/catalog/sim/echo', {
		...ECHO,
		base: 'main',
		path: '/v1/catalog/sim/echo',
	}),
];

/** Good parameters of every operation that asks somebody. */
export const CASES: readonly Case[] = [
	...OWN_CASES,
	...SERVICES.map(({ name, gateway, path }) =>
		one(`serviceRequest/${name}`, `${gateway === 'tuna' ? '/tuna' : ''}${path}/sim/echo`, ECHO),
	),
];
