import type { Certificate } from '../core/certificate';
import { isRecord } from '../core/http';
import type { SignatureForm, SignatureKind } from './signature';

/** A further channel, or what differs from the default in it. */
export interface ChannelOptions {
	uuid: string;
	salt?: string;
	callbackUrl?: string;
}

/** Behaviour that may be changed while the simulator runs. Defaults and meaning: `test/simulators/README.md`. */
export interface ChannelBehaviour {
	/** The API token, which logs in. Not the JWT. */
	apiKey: string;
	/** Further API tokens of the account. */
	apiTokens: string[];
	/** Account name. */
	domain: string;
	channelUuid: string;
	salt: string;
	/** Where the default channel sends its events; usually set by the panel's form. */
	callbackUrl?: string;
	/** Another API token that signs the callbacks (open question 8). */
	callbackToken?: string;
	channels: ChannelOptions[];
	allowedIps: string[];
	paymentRequired: boolean;
	requestsPerSecond?: number;
	/** §3: 15 minutes and 24 hours, in ms. */
	tokenLifetimeMs: number;
	refreshLifetimeMs: number;
	/** `withoutExp`: a JWT that does not tell its end. */
	tokenFormat: 'jwt' | 'withoutExp' | 'opaque';
	/** Open question 7. */
	refreshRotates: boolean;
	loginInvalidates: boolean;
	/** How refused logins and refreshes look (§4.1, open question 6): `ok` is HTTP 200 with `success: false`. */
	loginErrors: 'ok' | 'status';
	/** The same for a bad bearer token. */
	authErrors: 'ok' | 'status';
	/** The same for all other refusals. */
	sendErrors: 'ok' | 'status';
	/** Open question 5: whether login takes its parameters elsewhere and as JSON. */
	loginParams: 'page' | 'anywhere';
	/** Inbound `event_type`s; the page knows one. */
	eventTypes: string[];
	unknownFields: 'accept' | 'refuse';
	/** Whether the same `event_id` again is a new message (§5, rule 3: not documented). */
	repeatedEvents: 'accept' | 'ignore' | 'refuse';
	/** Fields added to every successful answer (open question 1). */
	extraReplyFields: Record<string, unknown>;
	/** Whether Kit fetches attachments from their `file_url`. */
	fetchAttachments: boolean;
	latencyMs: number;
	/** Delay of steered answers. */
	lifecycleMs: number;
	steerByText: boolean;
	signature: SignatureKind;
	signatureForm: SignatureForm;
	/** §6.3: `sender_type` may be absent. */
	senderType: 'present' | 'absent';
	senderData: boolean;
	/** §6.3 shows an empty `payload`, the schema lets it be absent. */
	emptyPayload: 'present' | 'absent';
	/** Open question 3: `timestamp` on events; `file_id`, `file_size`, `mime_type` on files. */
	extraEventFields: boolean;
	checkMethod: 'GET' | 'HEAD' | 'POST';
	/** Open question 9: whether editing a channel repeats the check. */
	checkOnEdit: boolean;
	duplicateCallbacks: boolean;
	callbackTries: number;
	callbackRetryMs: number;
	callbackTimeoutMs: number;
}

/** Options of `startVoximplantKitCustomChannelSimulator`. */
export interface ChannelSimulatorOptions extends Partial<ChannelBehaviour> {
	port?: number;
	host?: string;
	tls?: boolean | Certificate;
	keepAliveMs?: number;
	log?: 'bodies' | 'counts';
	logLimit?: number;
}

export const API_TOKEN = 'kitApiTokenForTests';
export const CHANNEL_UUID = '11111111-2222-4333-8444-555555555555';
export const SALT = 'kitSaltForTests';

const MINUTE = 60_000;

/** Fresh default behaviour. */
export function defaultBehaviour(): ChannelBehaviour {
	return {
		apiKey: API_TOKEN,
		apiTokens: [],
		domain: 'my-account',
		channelUuid: CHANNEL_UUID,
		salt: SALT,
		callbackUrl: undefined,
		callbackToken: undefined,
		channels: [],
		allowedIps: [],
		paymentRequired: false,
		requestsPerSecond: undefined,
		tokenLifetimeMs: 15 * MINUTE,
		refreshLifetimeMs: 24 * 60 * MINUTE,
		tokenFormat: 'jwt',
		refreshRotates: false,
		loginInvalidates: false,
		loginErrors: 'ok',
		authErrors: 'status',
		sendErrors: 'status',
		loginParams: 'page',
		eventTypes: ['send_message'],
		unknownFields: 'accept',
		repeatedEvents: 'accept',
		extraReplyFields: {},
		fetchAttachments: false,
		latencyMs: 0,
		lifecycleMs: 50,
		steerByText: true,
		signature: 'valid',
		signatureForm: 'lower',
		senderType: 'present',
		senderData: true,
		emptyPayload: 'present',
		extraEventFields: false,
		checkMethod: 'GET',
		checkOnEdit: true,
		duplicateCallbacks: false,
		callbackTries: 1,
		callbackRetryMs: 100,
		callbackTimeoutMs: 5000,
	};
}

const SERVER_OPTIONS = new Set(['port', 'host', 'tls', 'keepAliveMs', 'log', 'logLimit']);

/** Overwrites the given options and leaves the others; undefined values are ignored, null switches an option off. */
export function applyOptions(
	behaviour: ChannelBehaviour,
	options: Partial<ChannelSimulatorOptions>,
): void {
	const known = Object.keys(behaviour);
	for (const [name, value] of Object.entries(options)) {
		if (SERVER_OPTIONS.has(name) || value === undefined) continue;
		if (!known.includes(name)) throw new Error(`Unknown option: ${name}`);
		Object.assign(behaviour, { [name]: value ?? undefined });
	}
}

/** Options from the control endpoint: names are checked when applied, values are trusted. */
export function parseOptions(value: unknown): Partial<ChannelSimulatorOptions> {
	if (!isRecord(value)) throw new Error('Options are a JSON object');
	return value;
}
