/** Voximplant Kit: every operation, with the good parameters of the engine tests, addressed to the items of a run. */
import type { IDataObject } from 'n8n-workflow';

import { binary } from '../../../engine/support/engine';
import { assigned, at } from '../../../engine/support/kitCase';
import { CASES, type World } from '../../../engine/support/voximplantKit';
import { MP3 } from '../../../engine/support/voximplantKitMore';
import type { Fault } from '../../../simulators/core/faults';
import { startVoximplantKitSimulator } from '../../../simulators/voximplantKit';
import type { FaultCase } from '../faultCases';
import { ENCODED_MARKER, MARKER } from '../markers';
import { ownAddress } from '../ownAddress';
import { hostsOf, remember, type KitSimulator } from './kitHosts';
import { populate } from './kitWorld';
import type { Gateway, GatewayOptions, OperationCase, Provider } from './provider';

/** How the simulator counts what an item led to: by its number, or the requests that it acted upon. */
type CountedBy = 'phone' | 'requests' | 'nothing';

interface KitCase extends OperationCase {
	/** What differs from the good parameters of the engine tests. */
	readonly changes: IDataObject;
	readonly countedBy: CountedBy;
	/** Instead of what the engine tests prepare. */
	prepare?(sim: KitSimulator, world: World): void;
}

const NODE = 'voximplantKit';
const CREDENTIAL = 'voximplantKitApi';
const PHONE = '={{ $json.phone }}';

function one(
	key: string,
	safety: OperationCase['safety'],
	countedBy: CountedBy,
	changes: IDataObject = {},
	traits: Partial<KitCase> = {},
): KitCase {
	return { key, safety, countedBy, changes, identity: [], ...traits };
}

/** Found again by the number. */
const byPhone = (key: string, name: string, changes: IDataObject, traits: Partial<KitCase> = {}) =>
	one(key, 'spends', 'phone', { ...changes }, { identity: [name], identifiedBy: name, ...traits });
/** Cannot be told from its like, so there is one and all requests are counted. */
const alone = (
	key: string,
	identity: string[],
	changes: IDataObject = {},
	traits: Partial<KitCase> = {},
) => one(key, 'spends', 'requests', changes, { identity, single: true, ...traits });
const keeps = (key: string, traits: Partial<KitCase> = {}, changes: IDataObject = {}) =>
	one(key, 'idempotent', 'nothing', changes, { single: true, ...traits });
const reads = (key: string, traits: Partial<KitCase> = {}) =>
	one(key, 'reads', 'nothing', {}, traits);

const OTHER_HOST = { otherHost: true };
const BATCH = { batch: true };
const REMOVES = { removes: true };
const BY_GET = { keyInQuery: true, followsRedirects: true } as const;
const ROWS = { rows: true };
const RUN = { phone: PHONE, variables: assigned({ own: '={{ $json.ownId }}' }) };

function pauseList(sim: KitSimulator, { pdsList }: World): void {
	const list = sim.list(pdsList);
	if (list !== undefined) list.status = 'paused';
}

const OPERATIONS: readonly KitCase[] = [
	byPhone('scenario/run', 'phone', RUN),
	byPhone('campaignContact/append', 'phone1', { phone1: PHONE, rejected: 'fail' }, BATCH),
	byPhone('pdsContact/append', 'phone', { phone: PHONE, rejected: 'fail' }, BATCH),
	byPhone('legacyCampaign/append', 'phone', { phone: PHONE, rejected: 'fail' }, BATCH),
	byPhone('message/sendTemplate', 'client_id', { clientId: PHONE }, OTHER_HOST),
	byPhone('cti/makeCall', 'number', { number: PHONE }, OTHER_HOST),
	alone('cti/transferCall', ['call_id'], {}, OTHER_HOST),
	alone('message/sendBotMessage', ['conversation_uuid'], {}, OTHER_HOST),
	alone('campaign/createAutomated', ['title']),
	alone('campaign/createAgent', ['title']),
	alone('campaign/start', ['id']),
	alone('campaign/resume', ['id']),
	alone('campaign/schedule', ['id']),
	alone('pdsCampaign/create', ['title']),
	alone('pdsCampaign/setStatus', ['id']),
	alone('pdsContact/addAttempts', ['campaign_id']),
	// Pausing would be repeated, since that does no harm.
	alone('pdsList/setStatus', ['id'], { status: 'ongoing' }, { prepare: pauseList }),
	alone('legacyCampaign/create', ['title']),
	alone('legacyCampaign/resume', ['id']),
	alone('callback/create', ['url']),
	alone('media/upload', []),
	one('apiRequest/callMethod', 'spends', 'phone', {
		method: at('list', 'scenario/runScenario'),
		specify: 'json',
		parameters: `={{ { scenario_id: 17828, phone: $json.phone, phone_number_id: 610 } }}`,
	}),
	keeps('call/addTags'),
	keeps('call/addTopics'),
	keeps('campaign/updateAutomated'),
	keeps('campaign/updateAgent'),
	keeps('campaign/pause'),
	keeps('campaign/stop'),
	keeps('campaign/returnToDraft'),
	keeps('campaign/delete', REMOVES),
	keeps('campaignContact/cancel'),
	keeps('campaignContact/changePriority'),
	keeps('campaignList/cancel'),
	keeps('pdsCampaign/update'),
	keeps('pdsCampaign/delete', REMOVES),
	keeps('pdsContact/cancel'),
	keeps('legacyCampaign/pause'),
	keeps('legacyCampaign/stop'),
	keeps('legacyCampaign/delete', REMOVES),
	keeps('dncContact/add', { ...BATCH, single: false }, { number: PHONE, rejected: 'fail' }),
	keeps('dncContact/delete', REMOVES),
	keeps('report/export'),
	keeps('report/exportAndDownload', { file: true }),
	keeps('phoneNumber/update'),
	keeps('callback/update'),
	keeps('callback/delete', REMOVES),
	keeps('media/delete', REMOVES),
	reads('scenario/getAll', ROWS),
	reads('timeZone/getAll', { ...ROWS, ...BY_GET, ignoresCredential: true }),
	reads('timeZone/getByNumber', { ...ROWS, ...BY_GET }),
	reads('scenario/getVariables', ROWS),
	reads('call/getAll', ROWS),
	reads('call/get'),
	reads('call/downloadRecording', { file: true, requests: 2 }),
	reads('campaign/get'),
	reads('campaign/getAll', ROWS),
	reads('campaignContact/getAll', ROWS),
	reads('campaignList/getAll', ROWS),
	reads('pdsCampaign/get'),
	reads('pdsCampaign/getAll', ROWS),
	reads('pdsCampaign/getStatistics'),
	reads('pdsContact/getAll', ROWS),
	reads('pdsList/getAll', ROWS),
	reads('legacyCampaign/getAll', ROWS),
	reads('dncContact/getAll', ROWS),
	reads('dncList/getAll', ROWS),
	reads('report/getStatus'),
	reads('report/download', { file: true }),
	reads('user/getAll', ROWS),
	reads('userGroup/getAll', ROWS),
	reads('queue/getAll', ROWS),
	reads('agentStatus/getAll', ROWS),
	reads('agentStatus/getHistory', ROWS),
	reads('metric/getAgentCalls', ROWS),
	reads('phoneNumber/getAll', ROWS),
	reads('callerId/getAll', ROWS),
	reads('callback/getAll', ROWS),
	reads('tag/getAll', ROWS),
	reads('media/getAll', ROWS),
	reads('account/getInfo'),
];

function caseOf(key: string) {
	const found = CASES.find(({ name }) => name === key);
	if (!found) throw new Error(`The engine tests have no parameters of ${key}`);
	return found;
}

const ownCase = (key: string) => OPERATIONS.find((operation) => operation.key === key);

function gateway(sim: KitSimulator, world: World): Gateway {
	sim.log.length = 0;
	const earlier = sim.accepted.total;
	const earlierPhones = new Set(sim.accepted.byPhone.keys());
	/** Requests that changed something: all of a run go to the method of its operation. */
	const actedUpon = (key: string) => {
		const path = caseOf(key).method.replace(/^cti\//, '');
		return sim.log.filter(
			(entry) => entry.processed && (entry.status ?? 200) === 200 && entry.path.endsWith(path),
		).length;
	};
	let asked: KitCase | undefined;
	return {
		url: sim.url,
		urlOf: (listener) => new Map(Object.entries(sim.hosts)).get(listener),
		faults: sim.faults,
		log: sim.log,
		connections: sim.connections,
		get accepted() {
			if (asked?.countedBy === 'requests') return actedUpon(asked.key);
			return sim.accepted.total - earlier;
		},
		get maxPerKey() {
			if (asked?.countedBy === 'requests') return actedUpon(asked.key);
			return sim.accepted.maxPerKey;
		},
		parameters({ key }) {
			asked = ownCase(key);
			const [resource, operation] = key.split('/');
			const good = caseOf(key).parameters(world);
			return { resource, operation, simplify: true, ...good, ...asked?.changes };
		},
		acceptedFor({ key }, _, input) {
			const by = ownCase(key)?.countedBy;
			if (by === 'requests') return actedUpon(key);
			return by === 'phone' ? (sim.accepted.byPhone.get(String(input.phone)) ?? 0) : 0;
		},
		acceptedKeys: () => [...sim.accepted.byPhone.keys()].filter((key) => !earlierPhones.has(key)),
		// What Kit gives out as IDs belongs to campaigns, which are not made by the item alone.
		knows: () => true,
		close: async () => await sim.close(),
	};
}

const refusalOf = (error: unknown, code: unknown = 422) =>
	JSON.stringify({ success: false, result: { error, code } });

function echoes(text: string): Array<[string, Fault]> {
	const ok = (body: string): Fault => ({ kind: 'okWithError', body });
	const row = { id: text, title: text, phone: text, [text]: text };
	const contact = { phone: text, phone1: text, [text]: text, errors: [text] };
	return [
		['a refusal', ok(refusalOf(`Bad token ${text}`))],
		['a refusal with HTTP 422', { kind: 'status', status: 422, body: refusalOf(text) }],
		['a denial', { kind: 'status', status: 401, body: refusalOf(`Unknown ${text}`, 401) }],
		['a code that is text', ok(refusalOf(text, text))],
		['an error that is an object', ok(refusalOf({ [text]: text }))],
		['a result', ok(JSON.stringify({ success: true, result: text, [text]: text }))],
		[
			'rows',
			ok(
				JSON.stringify({
					success: true,
					result: [row],
					_meta: { totalCount: 1, pageCount: 1, currentPage: 1, cursor: text },
				}),
			),
		],
		[
			'rejected contacts',
			ok(
				JSON.stringify({
					success: true,
					result: {
						...{ list_id: text, count: 1, success_count: 0, errors_count: 1 },
						...{ success_contacts: 0, failed_contacts: 1, total_contacts: 1 },
						fail_list: [contact],
						invalid_phones: [contact],
						invalid_tz: [contact],
					},
				}),
			),
		],
	];
}

function fields(baseUrl: string, accessToken = MARKER) {
	const { api, messaging, cti } = hostsOf(baseUrl);
	return {
		domain: 'acme',
		accessToken,
		region: 'custom',
		apiHost: api,
		messagingHost: messaging,
		ctiHost: cti,
	};
}

const KIT_FAULTS: readonly FaultCase[] = [
	{
		name: 'success that is a text',
		faults: () => [{ kind: 'okWithError', body: '{"success":"maybe","result":{}}' }],
		words: ['unknown'],
	},
	{
		name: 'a refusal with HTTP 422',
		faults: () => [{ kind: 'status', status: 422, body: refusalOf('strange reason') }],
		words: ['refused'],
	},
	{
		name: 'no rights',
		faults: () => [
			{
				kind: 'status',
				status: 403,
				body: refusalOf('You are not allowed to perform this action.', 403),
			},
		],
		words: ['refused'],
	},
];

export const voximplantKit: Provider = {
	name: 'Voximplant Kit',
	node: NODE,
	credential: CREDENTIAL,
	fields,
	refused: (baseUrl) => fields(baseUrl, 'another-token-of-nobody'),
	credentials: (baseUrl) =>
		[MARKER, ENCODED_MARKER].map((secret) => ({
			name: `the token ${secret}`,
			fields: fields(baseUrl, secret),
			secrets: [secret],
			secret,
		})),
	remembersRefusals: false,
	localDropdowns: ['searchMethods'],
	// The first campaign of a simulator.
	parentId: '901',
	async start(options: GatewayOptions = {}) {
		const { repeats: _, secret = MARKER, operation, ...rest } = options;
		const sim = await startVoximplantKitSimulator({
			apiKey: secret,
			domain: 'acme',
			// Reports become ready by themselves where the node waits for them.
			lifecycle: operation?.key === 'report/exportAndDownload' ? 'auto' : 'manual',
			steerByPhone: false,
			reportMs: 0,
			callbackTimeoutMs: 100,
			maxQueues: 1000,
			host: ownAddress(),
			...rest,
		});
		remember(sim);
		// The certificate of a server with TLS is trusted by nobody.
		const world = await populate(sim, rest.tls ? undefined : (operation?.key ?? 'campaign'));
		const key = operation?.key ?? 'account/getInfo';
		const prepare = ownCase(key)?.prepare ?? caseOf(key).prepare;
		await prepare?.(sim, world);
		return gateway(sim, world);
	},
	operations: OPERATIONS,
	representative: [
		'scenario/run',
		'campaignContact/append',
		'message/sendTemplate',
		'cti/makeCall',
		'media/upload',
	],
	simple: 'scenario/run',
	items: (count) =>
		Array.from({ length: count }, (_, index) => ({
			json: { phone: `447700900${String(index).padStart(3, '0')}`, ownId: `own-${index}` },
			binary: binary('data', MP3, 'music.mp3', 'audio/mpeg'),
		})),
	refusal: (words) => ({ kind: 'okWithError', body: refusalOf(words) }),
	echoes,
	// The simulator words an error of its own with code 500.
	ownErrorIs: 'unknown',
	faults: KIT_FAULTS,
};
