/** Velip: every operation, with the good parameters of the engine tests, addressed to the items of a run. */
import type { IDataObject } from 'n8n-workflow';

import { CASES, FILES, WAV, type World } from '../../../engine/support/velip';
import type { Fault } from '../../../simulators/core/faults';
import { startVelipSimulator, type VelipSimulator } from '../../../simulators/velip';
import type { FaultCase } from '../faultCases';
import { ENCODED_MARKER, MARKER } from '../markers';
import { ownAddress } from '../ownAddress';
import type { Gateway, GatewayOptions, OperationCase, Provider } from './provider';

/** How the simulator counts what an item led to. */
type CountedBy = 'ctid' | 'ownCtid' | 'request_id' | 'dest' | 'to_email' | 'function' | 'nothing';

interface VelipCase extends OperationCase {
	/** What differs from the good parameters of the engine tests. */
	readonly changes: IDataObject;
	readonly countedBy: CountedBy;
}

function one(
	key: string,
	safety: OperationCase['safety'],
	countedBy: CountedBy,
	changes: IDataObject = {},
	traits: Partial<VelipCase> = {},
): VelipCase {
	return { key, safety, countedBy, changes, identity: [], ...traits };
}

const DEST = { dest: '={{ $json.phone }}' };
const BARE = { ...DEST, additionalFields: {} };
const CALL: Partial<VelipCase> = { identity: ['ctid', 'dest'], identifiedBy: 'ctid' };
const WAITS: Partial<VelipCase> = { ...CALL, single: true, waits: true };
const OWN_CTID = { additionalFields: { ctid: '={{ "own" + $json.ownId }}' } };
const LIST: Partial<VelipCase> = { identity: ['ctid', 'name'], identifiedBy: 'ctid' };
/** Cannot be told from its like at the simulator, so one is made and all are counted. */
const ALONE: Partial<VelipCase> = { single: true };
const NOT_LOADED = { waitUntilLoaded: false };
const CAMPAIGN: Partial<VelipCase> = {
	identity: ['request_id', 'cp_ctid'],
	single: true,
	creates: true,
	keyed: true,
};
/** The second and third item would find it done. */
const ONCE: Partial<VelipCase> = { single: true };

const spends = (key: string, by: CountedBy, changes: IDataObject, traits: Partial<VelipCase>) =>
	one(key, 'spends', by, changes, traits);
const keeps = (key: string, changes: IDataObject = {}, traits: Partial<VelipCase> = ONCE) =>
	one(key, 'idempotent', 'nothing', changes, traits);
const reads = (key: string, traits: Partial<VelipCase> = {}) =>
	one(key, 'reads', 'nothing', {}, traits);

const OPERATIONS: readonly VelipCase[] = [
	spends('call/speakText', 'ctid', BARE, CALL),
	spends('call/playAudio', 'ctid', BARE, CALL),
	spends('call/bridge', 'ctid', BARE, CALL),
	spends('call/callWithAgent', 'ctid', BARE, CALL),
	spends('call/speakTextAndWait', 'ctid', DEST, WAITS),
	spends('call/playAudioAndWait', 'ctid', DEST, WAITS),
	spends('sms/send', 'ctid', BARE, CALL),
	spends('whatsAppMessage/sendText', 'ctid', DEST, CALL),
	spends('whatsAppMessage/sendMedia', 'ctid', DEST, CALL),
	spends('whatsAppMessage/sendTemplate', 'ctid', DEST, CALL),
	spends('whatsAppTemplate/submit', 'function', {}, { ...ALONE, identity: ['template_id'] }),
	spends('destinationList/createFromItems', 'ctid', OWN_CTID, { ...LIST, single: true }),
	spends('destinationList/createFromJson', 'ctid', OWN_CTID, LIST),
	spends('destinationList/createFromFile', 'ctid', OWN_CTID, LIST),
	spends('audio/createFromText', 'function', {}, ALONE),
	spends('audio/upload', 'function', {}, ALONE),
	spends('queue/create', 'function', {}, ALONE),
	spends('messenger/send', 'dest', DEST, { identity: ['dest'], identifiedBy: 'dest' }),
	spends('instagram/send', 'dest', DEST, { identity: ['dest'], identifiedBy: 'dest' }),
	spends(
		'email/send',
		'to_email',
		{ toEmail: '={{ $json.email }}' },
		{ identity: ['to_email'], identifiedBy: 'to_email' },
	),
	spends(
		'apiRequest/send',
		'ownCtid',
		{
			fn: 'MakeSMS',
			parameters: '={{ { dest: $json.phone, message: "Hello", ctid: "own" + $json.ownId } }}',
		},
		{},
	),
	one('campaign/create', 'idempotent', 'request_id', NOT_LOADED, CAMPAIGN),
	one('campaign/createQuestions', 'idempotent', 'request_id', NOT_LOADED, CAMPAIGN),
	one('campaign/createConfirmation', 'idempotent', 'request_id', NOT_LOADED, CAMPAIGN),
	one('campaign/clone', 'idempotent', 'request_id', NOT_LOADED, CAMPAIGN),
	keeps('campaign/update'),
	keeps('campaign/pause'),
	keeps('campaign/activate'),
	keeps('destinationList/deactivate'),
	keeps('destinationList/activate'),
	keeps('whatsAppTemplate/delete', {}, { ...ONCE, removes: true }),
	keeps('webRtc/getCredentials'),
	keeps('call/resendResults'),
	reads('call/get', { rows: true }),
	reads('call/getAll', { rows: true }),
	reads('call/downloadRecording', { file: true }),
	reads('whatsAppTemplate/getAll', { rows: true }),
	reads('whatsAppTemplate/checkStatus'),
	reads('whatsAppLine/validate'),
	reads('campaign/get'),
	reads('campaign/getAll', { rows: true }),
	reads('destinationList/get'),
	reads('destinationList/getAll', { rows: true }),
	reads('audio/download', { file: true }),
	reads('audio/getAll', { rows: true }),
	reads('voice/getAll', { rows: true }),
	reads('queue/getAll', { rows: true }),
	reads('account/getUser'),
];

const NO_WORLD: World = { audio: '', list: '', campaign: '', queue: '', call: '', ctid: '' };

/** Good parameters; those that name nothing of the simulator take no argument. */
function caseOf(key: string) {
	const found = CASES.find(({ name }) => name === key);
	if (!found) throw new Error(`The engine tests have no parameters of ${key}`);
	return found;
}

/** One of each kind of thing, made without the node. */
async function populate(sim: VelipSimulator, operation?: OperationCase): Promise<World> {
	const ask = async (fn: string, value: object): Promise<IDataObject> => {
		const answer = await fetch(`${sim.url}/api/v2/${fn}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', authorization: `Bearer ${sim.apiKey}` },
			body: JSON.stringify(value),
		});
		return ((await answer.json()) as { return: IDataObject }).return;
	};
	const audio64 = Buffer.from(WAV).toString('base64');
	const audio = await ask('CreateAudioFile', { audio64, name: 'Hello', ttswrt: '1' });
	const records = [{ number: '5511987654330', name: 'Maria', codcli: '1001' }];
	const list = await ask('CreateDestinationBase', { datajson: records, name: 'First' });
	const campaign = await ask('CreateCampaign', {
		name: 'First',
		cdlc_id: list.cdlc_id,
		content: audio.cdw_file,
	});
	const queue = await ask('CreateCenterQueue', { name: 'Support', type: 'au' });
	const call = await ask('MakeTTSCall', {
		...{ dest: '5511987654306', text: 'Press 1', ndig: 1, type: 22, rec: 30, ctid: 'worldcall' },
	});
	sim.finishLoading(String(campaign.cp_id));
	if (operation?.key === 'campaign/activate')
		await ask('ChangeCampaign', { cp_id: campaign.cp_id, active: 0 });
	sim.finishCall(String(call.cd_id));
	return {
		audio: String(audio.cdw_file),
		list: String(list.cdlc_id),
		campaign: String(campaign.cp_id),
		queue: String(queue.queue_id),
		call: String(call.cd_id),
		ctid: 'worldcall',
	};
}

function gateway(sim: VelipSimulator, world: World): Gateway {
	sim.log.length = 0;
	const earlier = sim.accepted.total;
	const earlierBy = { ...sim.accepted.byFunction };
	const since = (counts: Map<string, number>) =>
		[...counts.keys()].filter((key) => key !== world.ctid);
	const ownCase = (key: string) => OPERATIONS.find((operation) => operation.key === key);
	return {
		url: sim.url,
		faults: sim.faults,
		log: sim.log,
		connections: sim.connections,
		get accepted() {
			return sim.accepted.total - earlier;
		},
		get maxPerKey() {
			return sim.accepted.maxPerKey;
		},
		parameters({ key }) {
			const [resource, operation] = key.split('/');
			const good = caseOf(key).parameters(world);
			return { resource, operation, simplify: true, ...good, ...ownCase(key)?.changes };
		},
		acceptedFor({ key }, output, input) {
			const { byCtid, byRequestId, byDest, byFunction } = sim.accepted;
			const { fn } = caseOf(key);
			const counts: Record<CountedBy, () => number | undefined> = {
				ctid: () => byCtid.get(String(output.ctid)),
				ownCtid: () => byCtid.get(`own${String(input.ownId)}`),
				request_id: () => byRequestId.get(String(output.request_id)),
				dest: () => byDest.get(String(input.phone)),
				to_email: () => byDest.get(String(input.email)),
				function: () => (byFunction[fn] ?? 0) - (earlierBy[fn] ?? 0),
				nothing: () => 0,
			};
			return counts[ownCase(key)?.countedBy ?? 'nothing']() ?? 0;
		},
		acceptedKeys({ identifiedBy }) {
			const { byCtid, byDest } = sim.accepted;
			return since(identifiedBy === 'ctid' ? byCtid : byDest);
		},
		knows: ({ cd_id: id }) => id === undefined || sim.call(String(id)) !== undefined,
		close: async () => await sim.close(),
	};
}

const envelope = (code: string | number, status: unknown, more: object = {}) =>
	JSON.stringify({ return: { status, status_code: code, ...more } });

function echoes(text: string): Array<[string, Fault]> {
	const ok = (body: string): Fault => ({ kind: 'okWithError', body });
	const rows = [{ cd_id: text, ctid: text, dest: text, [text]: text, cp_name: text }];
	const lists = { calls: rows, campaigns: rows, lists: rows, audios: rows, voices: rows };
	return [
		['a refusal', ok(envelope('250', `No credit for ${text}`, { errodet: { [text]: text } }))],
		['a refusal with HTTP 400', { kind: 'status', status: 400, body: envelope('399', text) }],
		['a denial', { kind: 'status', status: 401, body: envelope('102', `Unknown ${text}`) }],
		['an internal error', ok(envelope('500', [text]))],
		['a status that is an object', ok(envelope('399', { 0: text, [text]: text }))],
		[
			'a result',
			ok(
				JSON.stringify({
					return: { status: 'OK', status_code: '0', cd_id: text, [text]: [text], warning: text },
					...lists,
				}),
			),
		],
	];
}

const bearer = (baseUrl: string, token = MARKER) => ({
	baseUrl,
	authentication: 'bearer',
	token,
	user: '',
	password: '',
	appendPhp: false,
});

/** 30 characters, as the simulator wants, and different in a form and in a URL. */
const TOKEN = 'm4rk/er+k3y=~9f.4c2a-7e51_b8d0';

const VELIP_FAULTS: readonly FaultCase[] = [
	{
		name: 'code 500 with HTTP 200',
		faults: () => [{ kind: 'okWithError', body: envelope('500', 'internal error') }],
		words: ['unknown'],
	},
	{
		name: 'a refusal with HTTP 400',
		faults: () => [{ kind: 'status', status: 400, body: envelope('399', 'strange reason') }],
		words: ['refused'],
	},
	{
		name: 'an envelope without a code',
		faults: () => [{ kind: 'okWithError', body: '{"return":{}}' }],
		words: ['unknown'],
	},
];

export const velip: Provider = {
	name: 'Velip',
	node: 'velip',
	credential: 'velipApi',
	fields: bearer,
	refused: (baseUrl) => bearer(baseUrl, 'wrongTokenWrongTokenWrongToken'),
	credentials: (baseUrl) => [
		...[
			['bearer', MARKER] as const,
			['bearer', TOKEN] as const,
			['header', TOKEN] as const,
			['tsid', TOKEN] as const,
		].map(([authentication, secret]) => ({
			name: `${authentication}, ${secret}`,
			fields: { ...bearer(baseUrl, secret), authentication, appendPhp: secret === TOKEN },
			secrets: [secret],
			secret,
		})),
		{
			name: 'basic',
			fields: {
				...bearer(baseUrl, ''),
				authentication: 'basic',
				user: 'operator',
				password: ENCODED_MARKER,
			},
			secrets: [ENCODED_MARKER, Buffer.from(`operator:${ENCODED_MARKER}`).toString('base64')],
		},
	],
	remembersRefusals: true,
	async start(options: GatewayOptions = {}) {
		const { repeats = 'refuse', secret = MARKER, operation, ...rest } = options;
		const sim = await startVelipSimulator({
			apiKey: secret,
			users: { operator: ENCODED_MARKER },
			lifecycle: 'manual',
			httpdupSeconds: repeats === 'refuse' ? 10 : 0,
			host: ownAddress(),
			...rest,
		});
		// Of the others, only those need the world whose parameters take it.
		const needsWorld =
			operation?.safety !== 'spends' || caseOf(operation.key).parameters.length > 0;
		return gateway(sim, needsWorld ? await populate(sim, operation) : NO_WORLD);
	},
	operations: OPERATIONS,
	representative: [
		'sms/send',
		'destinationList/createFromFile',
		'audio/upload',
		'call/speakTextAndWait',
	],
	simple: 'sms/send',
	items: (count) =>
		Array.from({ length: count }, (_, index) => ({
			json: {
				phone: `55119${81_000_031 + index * 100}`,
				number: '5511987654321',
				email: `maria${index}@example.com`,
				ownId: 700_100 + index,
			},
			binary: FILES[0]?.binary ?? {},
		})),
	refusal: (words) => ({ kind: 'okWithError', body: envelope('399', words) }),
	echoes,
	ownErrorIs: 'unknown',
	faults: VELIP_FAULTS,
};
