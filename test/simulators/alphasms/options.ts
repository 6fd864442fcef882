import type { Certificate } from '../core/certificate';
import { isRecord } from '../core/http';

/** Price in account currency: per SMS part, per message, per call, per check. */
export interface Prices {
	sms: number;
	viber: number;
	rcs: number;
	telegram: number;
	whatsapp: number;
	voice: number;
	'call/otp': number;
	hlr: number;
	voiceFile: number;
}

/** Behaviour that may be changed while the simulator runs. Defaults and meaning: `test/simulators/README.md`. */
export interface AlphaSmsBehaviour {
	/** The only key that is let in (alphasms.md section 2). */
	apiKey: string;
	latencyMs: number;
	/** Reaction to a repeated id; the page leaves it open (section 9, question 2). */
	duplicateIds: 'refuse' | 'accept';
	/** Approved sender names; without a list every name that fits the rule of section 3.1, except `BadSender`. */
	senders?: string[];
	/** Account-wide callback URL (section 6, way 3). */
	accountHook?: string;
	accountHookMode: 'fallback' | 'always';
	balance: number;
	currency: string;
	prices: Prices;
	/** "Activate API" in the cabinet (section 2). */
	apiActive: boolean;
	/** Allow list of the cabinet; empty means any (section 2). */
	allowedIps: string[];
	/** Section 3.1: `status` answers may return ids as strings. */
	stringIds: boolean | 'all';
	/** Section 3: the docs table says integer, the samples show booleans. */
	envelopeSuccess: 'boolean' | 'integer';
	/** Section 3: `"error": ""` beside `"success": true` is possible. */
	emptyError: boolean;
	/** Section 4.5: image, link and button are required by the table, optional in practice. */
	rcsFields: 'optional' | 'required';
	maxItems?: number;
	/** Section 4.14: `/v1/json` is not confirmed for every brand. */
	asyncIntake: boolean;
	/** Appendix A: the docs print the answer on one line. */
	httpOneLine: boolean;
	lifecycle: 'auto' | 'manual';
	lifecycleMs: number;
	steerByPhone: boolean;
	callbackStatuses: 'all' | 'final';
	duplicateCallbacks: boolean;
	callbackTries: number;
	callbackRetryMs: number;
	callbackTimeoutMs: number;
	/** Section 9, question 3: what the `hook` of a `voice` request receives. */
	voiceHook: 'status' | 'callResult' | 'both';
	/** Section 6.2: encoding not stated. */
	viberReplyEncoding: 'form' | 'json';
	/** The key every callee presses. */
	dtmfDigit: string;
}

/** Options of `startAlphaSmsSimulator`. */
export interface AlphaSmsOptions extends Partial<Omit<AlphaSmsBehaviour, 'prices'>> {
	prices?: Partial<Prices>;
	port?: number;
	host?: string;
	tls?: boolean | Certificate;
	keepAliveMs?: number;
	log?: 'bodies' | 'counts';
	logLimit?: number;
}

const DEFAULT_PRICES: Prices = {
	sms: 1.2,
	viber: 0.6,
	rcs: 0.7,
	telegram: 0.4,
	whatsapp: 0.9,
	voice: 0.5,
	'call/otp': 0.2,
	hlr: 0.1,
	voiceFile: 0.4,
};

/** Fresh default behaviour. */
export function defaultBehaviour(): AlphaSmsBehaviour {
	return {
		apiKey: 'test-key',
		latencyMs: 0,
		duplicateIds: 'refuse',
		senders: undefined,
		accountHook: undefined,
		accountHookMode: 'fallback',
		balance: 1_000_000,
		currency: 'UAH',
		prices: { ...DEFAULT_PRICES },
		apiActive: true,
		allowedIps: [],
		stringIds: false,
		envelopeSuccess: 'boolean',
		emptyError: false,
		rcsFields: 'optional',
		maxItems: undefined,
		asyncIntake: true,
		httpOneLine: false,
		lifecycle: 'auto',
		lifecycleMs: 50,
		steerByPhone: true,
		callbackStatuses: 'all',
		duplicateCallbacks: false,
		callbackTries: 3,
		callbackRetryMs: 100,
		callbackTimeoutMs: 5000,
		voiceHook: 'both',
		viberReplyEncoding: 'form',
		dtmfDigit: '7',
	};
}

const SERVER_OPTIONS = new Set(['port', 'host', 'tls', 'keepAliveMs', 'log', 'logLimit']);

/** Overwrites the given options and leaves the others; undefined values are ignored, null switches an option off. */
export function applyOptions(
	behaviour: AlphaSmsBehaviour,
	options: Partial<AlphaSmsOptions>,
): void {
	const { prices, ...rest } = options;
	Object.assign(behaviour.prices, prices);
	const known = Object.keys(behaviour);
	for (const [name, value] of Object.entries(rest)) {
		if (SERVER_OPTIONS.has(name) || value === undefined) continue;
		if (!known.includes(name)) throw new Error(`Unknown option: ${name}`);
		Object.assign(behaviour, { [name]: value ?? undefined });
	}
}

/** Options from the control endpoint or the command line: names are checked, values are trusted. */
export function parseOptions(value: unknown): Partial<AlphaSmsOptions> {
	if (!isRecord(value)) throw new Error('Options are a JSON object');
	return value;
}
