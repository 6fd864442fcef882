import type { Certificate } from '../core/certificate';
import { isRecord } from '../core/http';
import type { Listener } from './catalogue';

/** How many of each kind exist at the start; the first ones carry the ids of the page's samples. */
export interface SeedCounts {
	scenarios: number;
	numbers: number;
	callerIds: number;
	users: number;
	groups: number;
	queues: number;
	tags: number;
	dncLists: number;
	templates: number;
}

/** Behaviour that may be changed while the simulator runs. Defaults and meaning: `test/simulators/README.md`. */
export interface KitBehaviour {
	apiKey: string;
	/** Account name. */
	domain: string;
	/** Further tokens. */
	tokens: string[];
	allowedIps: string[];
	/** Role of the token's owner (voximplant-kit.md section 2). */
	role: 'owner' | 'supervisor' | 'manager' | 'agent';
	/** Methods the role may not use, by `v3/group/method`. */
	denied: string[];
	contactCentre: boolean;
	currency: string;
	region: string;
	balance: number;
	/** Below it campaigns are refused with 402 (section 3.4). */
	minimumBalance: number;
	prices: { call: number; message: number };
	/** Status of `Insufficient funds on balance` (open question). */
	fundsStatus: number;
	/** Refusals come with HTTP 200 (section 3.3, "treat success:false with HTTP 200 as failure"). */
	errorsAs200: boolean;
	/** Whether methods other than the helpers take GET (section 3.1). */
	getSearches: boolean;
	latencyMs: number;
	/** Highest `per-page`; more is cut to it. */
	maxPerPage: number;
	/** Whether `per-page` counts in the body; seen ignored (section 3.6). */
	perPageInBody: boolean;
	/** Where `page` counts. */
	pageIn: 'both' | 'query' | 'body';
	/** What a page behind the last one gives: the last one again, or nothing. */
	pageBeyond: 'last' | 'empty';
	maxHistoryLimit: number;
	historyOrder: 'desc' | 'asc';
	/** How the end of the history is said. */
	lastCursor: 'null' | 'empty' | 'absent';
	/** Whether a last page that is exactly full still carries a cursor. */
	cursorAfterFullPage: boolean;
	/** Old types: `session_id` a number, `call_cost` a number, `call_status` 0/1 (section 8). */
	oldHistoryTypes: boolean;
	/** What a caller in runScenario is (section 8): a number, the id of a caller ID, or both. */
	callerId: 'number' | 'id' | 'both';
	/** Requests per second of sendTemplateMessage (section 3.5), and of everything. */
	templatesPerSecond: number;
	requestsPerSecond?: number;
	/** `Retry-After` of a 429, in seconds; not known whether it is sent. */
	retryAfter?: number;
	maxQueues: number;
	maxCallbacks: number;
	/** Contacts without a zone: accepted and never dialled (section 5.6), or rejected. */
	missingTimezone: 'accept' | 'reject';
	/** Answer of start, stop, pause ... (section 5.6): the campaign, or true. */
	statusAnswer: 'campaign' | 'true';
	/** Whether campaigns of dialer 2.0 and PDS are completed when all their contacts are. */
	completeWhenDone: boolean;
	/** Contacts dialled per `lifecycleMs`; 0: none. */
	campaignBatch: number;
	/** Whether `makeCall` needs an agent that is online (section 5.8). */
	ctiNeedsOnline: boolean;
	/** Recordings need credentials (section 5.3). */
	secureRecordings: boolean;
	/** Host of `record_url`: the API host, or one that is not configured anywhere. */
	recordingHost: Extract<Listener, 'api' | 'storage'>;
	/** How recordings may be fetched. */
	recordingMethods: readonly string[];
	/** The recording's URL answers with a redirect to the foreign host. */
	recordingRedirect: boolean;
	recordingSeconds: number;
	/** From the export to `processed: true`; `manual` lifecycles wait for `finishReports()`. */
	reportMs: number;
	/** Downloads name their file in `Content-Disposition`. */
	reportFileName: boolean;
	/** How callback/search compares `url` and `name`. */
	callbackSearch: 'contains' | 'exact';
	/** Whether answers hold the salt (open question). */
	returnSalt: boolean;
	/** Nesting of events other than `new_calls` and `call_finalized` (open question). */
	nesting: 'single' | 'double';
	/** Callbacks per delivery at most; 1: each alone. */
	callbackBatch: number;
	/** `upper`: the hash in capital letters (open question). */
	hashCase: 'lower' | 'upper';
	lifecycle: 'auto' | 'manual';
	lifecycleMs: number;
	/** From the end of a call until cost, recording and `processing` are final. */
	settleMs: number;
	steerByPhone: boolean;
	/** `counts`: contacts, calls and phones are counted, not kept. */
	keep: 'all' | 'counts';
	seed: SeedCounts;
	duplicateCallbacks: boolean;
	callbackTries: number;
	callbackRetryMs: number;
	callbackTimeoutMs: number;
	callbackReceipt: '2xx';
}

/** Options of `startVoximplantKitSimulator`. */
export interface KitOptions extends Partial<Omit<KitBehaviour, 'prices' | 'seed'>> {
	prices?: Partial<KitBehaviour['prices']>;
	seed?: Partial<SeedCounts>;
	port?: number;
	host?: string;
	tls?: boolean | Certificate;
	keepAliveMs?: number;
	log?: 'bodies' | 'counts';
	logLimit?: number;
}

/** Fresh default behaviour. */
export function defaultBehaviour(): KitBehaviour {
	return {
		apiKey: 'kit-test-token',
		domain: 'acme',
		tokens: [],
		allowedIps: [],
		role: 'owner',
		denied: [],
		contactCentre: true,
		currency: 'USD',
		region: 'EU',
		balance: 1_000_000,
		minimumBalance: 1,
		prices: { call: 0.0213, message: 0.05 },
		fundsStatus: 200,
		errorsAs200: false,
		getSearches: false,
		latencyMs: 0,
		maxPerPage: 50,
		perPageInBody: false,
		pageIn: 'both',
		pageBeyond: 'last',
		maxHistoryLimit: 50,
		historyOrder: 'desc',
		lastCursor: 'null',
		cursorAfterFullPage: true,
		oldHistoryTypes: false,
		callerId: 'number',
		templatesPerSecond: 10,
		requestsPerSecond: undefined,
		retryAfter: 1,
		maxQueues: 20,
		maxCallbacks: 5,
		missingTimezone: 'accept',
		statusAnswer: 'campaign',
		completeWhenDone: false,
		campaignBatch: 100,
		ctiNeedsOnline: true,
		secureRecordings: true,
		recordingHost: 'api',
		recordingMethods: ['POST', 'GET'],
		recordingRedirect: false,
		recordingSeconds: 1,
		reportMs: 50,
		reportFileName: false,
		callbackSearch: 'contains',
		returnSalt: false,
		nesting: 'single',
		callbackBatch: 1,
		hashCase: 'lower',
		lifecycle: 'auto',
		lifecycleMs: 50,
		settleMs: 50,
		steerByPhone: true,
		keep: 'all',
		seed: {
			scenarios: 25,
			numbers: 4,
			callerIds: 3,
			users: 29,
			groups: 2,
			queues: 5,
			tags: 30,
			dncLists: 2,
			templates: 2,
		},
		duplicateCallbacks: false,
		callbackTries: 4,
		callbackRetryMs: 100,
		callbackTimeoutMs: 5000,
		callbackReceipt: '2xx',
	};
}

const SERVER_OPTIONS = new Set(['port', 'host', 'tls', 'keepAliveMs', 'log', 'logLimit']);

/** Overwrites the given options and leaves the others; undefined values are ignored, null switches an option off. */
export function applyOptions(behaviour: KitBehaviour, options: Partial<KitOptions>): void {
	const { prices, seed, ...rest } = options;
	Object.assign(behaviour.prices, prices);
	Object.assign(behaviour.seed, seed);
	const known = Object.keys(behaviour);
	for (const [name, value] of Object.entries(rest)) {
		if (SERVER_OPTIONS.has(name) || value === undefined) continue;
		if (!known.includes(name)) throw new Error(`Unknown option: ${name}`);
		Object.assign(behaviour, { [name]: value ?? undefined });
	}
}

/** Options from the control endpoint or the command line: names are checked, values are trusted. */
export function parseOptions(value: unknown): Partial<KitOptions> {
	if (!isRecord(value)) throw new Error('Options are a JSON object');
	return value;
}
