import type { Certificate } from '../core/certificate';
import { isRecord } from '../core/http';
import { defaultLines, defaultTemplates, type Line, type StoredTemplate } from './lines';

/** A permanent token (velip.md section 3.2). */
export interface Token {
	token: string;
	/** `mcp`: refused by REST with 114. */
	kind?: 'api' | 'mcp';
	disabled?: boolean;
	/** "Full numbers in list responses"; default true. */
	fullNumbers?: boolean;
	/** Functions it has no permission for (123). */
	denied?: readonly string[];
}

/** Limits of the brute-force protection (section 3.4). */
export interface BruteForceLimits {
	attempts: number;
	userAttempts: number;
	unknownTokens: number;
	passwords: number;
	allAttempts: number;
	/** Section 16, row 5: 30 minutes. */
	blockMinutes: number;
}

/** Behaviour that may be changed while the simulator runs. Defaults and meaning: `test/simulators/README.md`. */
export interface VelipBehaviour {
	apiKey: string;
	/** Whether the token `apiKey` shows full numbers in lists. */
	fullNumbers: boolean;
	/** Further tokens; there is always one of kind `mcp`, see `MCP_TOKEN`. */
	tokens: Token[];
	users: Record<string, string>;
	accountId: number;
	userId: number;
	accountActive: boolean;
	/** Admin flag: all tokens of the account off (198). */
	tokensBlocked: boolean;
	allowedIps: string[];
	ipRefusalCode: 142 | 120;
	/** List requests of `GetCallStatus` while no IP is registered (section 3.3). */
	unregisteredIpLists: 'warn' | 'refuse' | 'off';
	/** Header that names the source, for tests with several of them. */
	sourceHeader?: string;
	bruteForce: BruteForceLimits;
	/** `GetUserID` of before 2026-08: temporary tokens and `aut_*` flags (section 3.5). */
	temporaryTokens: boolean;
	latencyMs: number;
	/** Functions that may be called with GET (open question 7). */
	getFunctions: readonly string[] | 'all';
	/** `true`: numbers of lists are JSON numbers, as in the May 2026 text (section 4). */
	plainNumbers: boolean;
	/** 201 where the samples of 2021-2023 show it (section 4). */
	legacy201: boolean;
	isoFunctions: readonly string[];
	statusShape: 'string' | 'array' | 'object';
	/** Open question 5. */
	errodet: 'root' | 'return';
	/** `cd_id` in rows of `GetCallStatus`: `c_88700` or `88700` (section 7.2). */
	rowCallId: 'full' | 'number';
	callOrder: 'asc' | 'desc';
	/** How `GetCallStatus` shows calls that are not finished. */
	pendingCalls: 'null' | 'hidden';
	listRequestsPerHour: number;
	lookUpsPerDay: number;
	lookUpsPerCall: number;
	/** Section 4: 401 in the old manual. */
	playErrorStatus: 400 | 401;
	/** Spellings of `recid` and `cdw_file` (open question 6). */
	playIds: 'both' | 'digits' | 'prefixed';
	/** Records with `phone` and `cod_cli` (section 10.1, section 16 row 9). */
	restRecords: 'refuse' | 'accept';
	maxAnsweredCode: 211 | 212;
	ctidRule: boolean;
	httpdupSeconds: number;
	balance: number;
	creditLimit: number;
	prices: { call: number; sms: number; session: number; hsm: number };
	smsAccount: boolean;
	blockList: string[];
	doNotCall: string[];
	blockedWords: string[];
	nightCap: number;
	/** `never` keeps runs independent of the hour; `clock` follows 22:00-06:00 of the provider's clock. */
	night: 'clock' | 'always' | 'never';
	/** Own routes: `callerid` is honoured (section 7.1). */
	ownRoutes: boolean;
	agents: number[];
	groups: Record<string, string>;
	ftpProfiles: number[];
	lines: Line[];
	templates: StoredTemplate[];
	/** Whether Meta knows the templates that are sent. */
	checkTemplates: boolean;
	/** The 24 h window of WhatsApp, Messenger and Instagram. */
	session: 'open' | 'closed';
	gmailAccounts: string[];
	meta: { apiKey: string; businessId: string; phoneNumberId: string; number: string };
	lifecycle: 'auto' | 'manual';
	lifecycleMs: number;
	/** Campaign calls per `lifecycleMs`; 0 loads campaigns without dialling. */
	campaignBatch: number;
	steerByPhone: boolean;
	/** Account-wide callback URL (section 14.1). */
	accountHook?: string;
	callbackMethod: 'POST' | 'GET';
	callbackFormat: 'json' | 'form';
	callbackEncoding: 'utf-8' | 'iso-8859-1';
	callbackDecimals: 'comma' | 'dot';
	callbackTypes: 'strings' | 'numbers';
	/** What `rurl_type=json` of `GetCallStatus` delivers. */
	pushJson: 'batch' | 'each';
	duplicateCallbacks: boolean;
	callbackTries: number;
	callbackRetryMs: number;
	callbackTimeoutMs: number;
}

/** Options of `startVelipSimulator`. */
export interface VelipOptions extends Partial<Omit<VelipBehaviour, 'prices' | 'bruteForce'>> {
	prices?: Partial<VelipBehaviour['prices']>;
	bruteForce?: Partial<BruteForceLimits>;
	port?: number;
	host?: string;
	tls?: boolean | Certificate;
	keepAliveMs?: number;
	log?: 'bodies' | 'counts';
	logLimit?: number;
}

/** The default API token: 30 characters, as the panel makes them. */
export const API_TOKEN = 'velipApiTokenForTests000000001';
/** A token of the MCP server, which REST refuses with 114. */
export const MCP_TOKEN = 'velipMcpTokenForTests000000001';

/** Fresh default behaviour. */
export function defaultBehaviour(): VelipBehaviour {
	return {
		apiKey: API_TOKEN,
		fullNumbers: true,
		tokens: [],
		users: { operator: 'secret' },
		accountId: 1234,
		userId: 987,
		accountActive: true,
		tokensBlocked: false,
		allowedIps: [],
		ipRefusalCode: 142,
		unregisteredIpLists: 'warn',
		sourceHeader: undefined,
		bruteForce: {
			attempts: 20,
			userAttempts: 5,
			unknownTokens: 15,
			passwords: 50,
			allAttempts: 100,
			blockMinutes: 30,
		},
		temporaryTokens: false,
		latencyMs: 0,
		getFunctions: 'all',
		plainNumbers: false,
		legacy201: false,
		isoFunctions: ['ChangeCampaign', 'GetCampaignsList', 'GetDestinationsList'],
		statusShape: 'string',
		errodet: 'root',
		rowCallId: 'full',
		callOrder: 'asc',
		pendingCalls: 'null',
		listRequestsPerHour: 200,
		lookUpsPerDay: 500,
		lookUpsPerCall: 40,
		playErrorStatus: 400,
		playIds: 'both',
		restRecords: 'refuse',
		maxAnsweredCode: 211,
		ctidRule: false,
		httpdupSeconds: 10,
		balance: 1_000_000,
		creditLimit: 0,
		prices: { call: 0.05, sms: 0.08, session: 0.03, hsm: 0.35 },
		smsAccount: true,
		blockList: [],
		doNotCall: [],
		blockedWords: ['Bradesco', 'Itaú', 'Santander'],
		nightCap: 300,
		night: 'never',
		ownRoutes: false,
		agents: [77],
		groups: { '5': 'Cobrança', '6': 'Vendas' },
		ftpProfiles: [9],
		lines: defaultLines(),
		templates: defaultTemplates(),
		checkTemplates: true,
		session: 'open',
		gmailAccounts: ['sender@example.com'],
		meta: {
			apiKey: 'EAAtest',
			businessId: '100200300',
			phoneNumberId: '400500600',
			number: '5511999990000',
		},
		lifecycle: 'auto',
		lifecycleMs: 50,
		campaignBatch: 100,
		steerByPhone: true,
		accountHook: undefined,
		callbackMethod: 'POST',
		callbackFormat: 'json',
		callbackEncoding: 'utf-8',
		callbackDecimals: 'comma',
		callbackTypes: 'strings',
		pushJson: 'batch',
		duplicateCallbacks: false,
		callbackTries: 3,
		callbackRetryMs: 100,
		callbackTimeoutMs: 5000,
	};
}

const SERVER_OPTIONS = new Set(['port', 'host', 'tls', 'keepAliveMs', 'log', 'logLimit']);

/** Section 3.2: only tokens of 10 and 30 characters are accepted; 20 is a temporary one. */
export function isTokenLength(token: string, temporaryTokens: boolean): boolean {
	return [10, 30].includes(token.length) || (temporaryTokens && token.length === 20);
}

/** Overwrites the given options and leaves the others; undefined values are ignored, null switches an option off. */
export function applyOptions(behaviour: VelipBehaviour, options: Partial<VelipOptions>): void {
	const { prices, bruteForce, ...rest } = options;
	Object.assign(behaviour.prices, prices);
	Object.assign(behaviour.bruteForce, bruteForce);
	const known = Object.keys(behaviour);
	for (const [name, value] of Object.entries(rest)) {
		if (SERVER_OPTIONS.has(name) || value === undefined) continue;
		if (!known.includes(name)) throw new Error(`Unknown option: ${name}`);
		Object.assign(behaviour, { [name]: value ?? undefined });
	}
	if (!isTokenLength(behaviour.apiKey, false))
		throw new Error('A Velip API token has 10 or 30 characters');
}

/** Options from the control endpoint or the command line: names are checked, values are trusted. */
export function parseOptions(value: unknown): Partial<VelipOptions> {
	if (!isRecord(value)) throw new Error('Options are a JSON object');
	return value;
}
