/** Voximplant Kit custom channel: every operation, with parameters that the simulator accepts. */
import type { IDataObject } from 'n8n-workflow';

import { runNode } from '../../../engine/support/engine';
import { channelCredentials, CREDENTIAL } from '../../../engine/support/voximplantKitCustomChannel';
import type { Fault } from '../../../simulators/core/faults';
import {
	startVoximplantKitCustomChannelSimulator,
	type VoximplantKitCustomChannelSimulator,
} from '../../../simulators/voximplantKitCustomChannel';
import { ENCODED_MARKER, MARKER } from '../markers';
import { ownAddress } from '../ownAddress';
import type { FaultCase } from '../faultCases';
import type { Gateway, OperationCase, Provider } from './provider';

interface ChannelCase extends OperationCase {
	readonly parameters: IDataObject;
}

const NODE = 'voximplantKitCustomChannel';
const EVENT =
	'={{ { event_id: $json.ownId, event_type: "send_message", client_data: { client_id: $json.client }, event_data: { message: { message_id: $json.ownId, text: "Hello" } } } }}';
const BY_ID = {
	safety: 'spends',
	identity: ['event_id', 'client_id'],
	identifiedBy: 'event_id',
} as const;
const TOKEN = { safety: 'idempotent', identity: [], single: true } as const;
const LOGIN_PATH = '/api/v3/botService/login';

const [TOKEN_SECRET, SALT_SECRET, CALLBACK_SECRET, SESSION_SECRET] = [
	`${MARKER}Token`,
	`${MARKER}Salt`,
	`${MARKER}Callback`,
	`${MARKER}Session`,
] as const;

const OPERATIONS: readonly ChannelCase[] = [
	{
		key: 'message/send',
		...BY_ID,
		ownId: true,
		parameters: { clientId: '={{ $json.client }}', text: 'Hello', payload: {} },
	},
	{ key: 'event/sendRaw', ...BY_ID, ownId: true, parameters: { event: EVENT } },
	{
		key: 'apiRequest/send',
		safety: 'spends',
		identity: [],
		parameters: { method: 'POST', path: '/{channel_uuid}', bodyFormat: 'json', body: EVENT },
	},
	{ key: 'token/logIn', ...TOKEN, parameters: {} },
	{ key: 'token/refresh', ...TOKEN, ignoresCredential: true, parameters: {} },
];

const fields = (baseUrl: string, accessToken = MARKER) =>
	channelCredentials(baseUrl, { accessToken })[CREDENTIAL] ?? {};

/** A session in n8n's process, so that faults meet events and not the login; gives its refresh token. */
async function logIn(url: string, secret: string): Promise<string> {
	const credentials = { [CREDENTIAL]: fields(url, secret) };
	const event = { event_id: 'first', event_type: 'send_message', client_data: { client_id: 'x' } };
	const body = JSON.stringify({ ...event, event_data: { message: { message_id: 'first' } } });
	const api = { resource: 'apiRequest', operation: 'send', path: '/{channel_uuid}', body };
	await runNode({ node: NODE, credentials, parameters: api });
	const token = { resource: 'token', operation: 'logIn' };
	const { json } = await runNode({ node: NODE, credentials, parameters: token });
	return String(json[0]?.refresh_token);
}

function gateway(sim: VoximplantKitCustomChannelSimulator, refreshToken: string): Gateway {
	sim.reset();
	const countOf = (id: unknown) => sim.accepted.byEventId.get(String(id)) ?? 0;
	return {
		url: sim.url,
		faults: sim.faults,
		log: sim.log,
		connections: sim.connections,
		secretPaths: [LOGIN_PATH],
		get accepted() {
			return sim.accepted.total;
		},
		get maxPerKey() {
			return sim.accepted.maxPerKey;
		},
		parameters({ key }) {
			const [resource, operation] = key.split('/');
			const { parameters = {} } = OPERATIONS.find((one) => one.key === key) ?? {};
			const own = key === 'token/refresh' ? { refreshToken } : {};
			return { resource, operation, simplify: true, ...parameters, ...own };
		},
		acceptedFor: ({ identifiedBy }, output, input) =>
			countOf(identifiedBy === undefined ? input.ownId : output.event_id),
		acceptedKeys: () => [...sim.accepted.byEventId.keys()],
		// Kit gives out no ID of its own.
		knows: () => true,
		close: async () => await sim.close(),
	};
}

function echoes(key: string): Array<[string, Fault]> {
	const json = (value: object): Fault => ({ kind: 'okWithError', body: JSON.stringify(value) });
	const refusal = (error: unknown, code: unknown) =>
		json({ success: false, result: { error, code, [key]: key } });
	const { body } = refusal(`Bad ${key}`, 400);
	return [
		['a refusal', refusal(`Bad key ${key}`, 400)],
		['a refusal with HTTP 400', { kind: 'status', status: 400, body }],
		['a denial', refusal(`No rights for ${key}`, 403)],
		['a token that is refused', refusal(`Expired: ${key}`, 401)],
		['an internal error', refusal(key, 500)],
		['a reason that is an object', refusal({ [key]: [key] }, key)],
		['a reason that is no object', json({ success: false, result: key })],
		['a result', json({ success: true, result: key, [key]: key })],
		['tokens', json({ success: true, result: { access_token: key, refresh_token: key } })],
	];
}

const says = (code: number) => JSON.stringify({ success: false, result: { error: 'No', code } });

const ok = (body: string) => (): Fault[] => [{ kind: 'okWithError', body }];

const FAULTS: readonly FaultCase[] = [
	{ name: 'code 500 with HTTP 200', faults: ok(says(500)), words: ['unknown'] },
	{ name: 'code 429 with HTTP 200', faults: ok(says(429)), words: ['accepted'] },
	{ name: 'code 401 with HTTP 200', faults: ok(says(401)), words: ['accepted'] },
	{
		name: 'code 401 with HTTP 401',
		faults: () => [{ kind: 'status', status: 401, body: says(401) }],
		words: ['accepted'],
	},
	{
		name: 'code 422 with HTTP 422',
		faults: () => [{ kind: 'status', status: 422, body: says(422) }],
		words: ['refused'],
	},
	{
		name: 'a denial of the account',
		faults: ok(says(403)),
		hits: 'all',
		words: ['refused', 'not_sent'],
		requests: 1,
	},
	{ name: 'a success in words', faults: ok('{"success":"yes"}'), words: ['unknown'] },
];

export const voximplantKitCustomChannel: Provider = {
	name: 'Voximplant Kit',
	node: NODE,
	credential: CREDENTIAL,
	fields,
	refused: (baseUrl) => fields(baseUrl, 'another-token-of-nobody'),
	credentials: (baseUrl) => [
		...[MARKER, ENCODED_MARKER].map((secret) => ({
			name: `the token ${secret}`,
			fields: fields(baseUrl, secret),
			secrets: [secret],
			secret,
		})),
		{
			name: 'every field',
			fields: {
				...fields(baseUrl, TOKEN_SECRET),
				saltSecret: SALT_SECRET,
				callbackToken: CALLBACK_SECRET,
				sessionToken: SESSION_SECRET,
			},
			secrets: [TOKEN_SECRET, SALT_SECRET, CALLBACK_SECRET, SESSION_SECRET],
			secret: TOKEN_SECRET,
		},
	],
	hasSessions: true,
	remembersRefusals: false,
	async start({ repeats = 'accept', secret = MARKER, operation: _, tls, ...options } = {}) {
		const sim = await startVoximplantKitCustomChannelSimulator({
			apiKey: secret,
			steerByText: false,
			repeatedEvents: repeats,
			host: ownAddress(),
			...options,
			...(tls && { tls }),
		});
		// The certificate is trusted by nobody, so there is no login either.
		return gateway(sim, tls ? '' : await logIn(sim.url, secret));
	},
	operations: OPERATIONS,
	representative: ['message/send', 'apiRequest/send'],
	simple: 'message/send',
	items: (count) =>
		Array.from({ length: count }, (_, index) => ({
			json: { client: `client-${index}`, ownId: `own-${index}` },
		})),
	refusal: (error) => ({
		kind: 'okWithError',
		body: JSON.stringify({ success: false, result: { error, code: 400 } }),
	}),
	echoes,
	// The simulator words an error of its own with code 500.
	ownErrorIs: 'unknown',
	faults: FAULTS,
};
