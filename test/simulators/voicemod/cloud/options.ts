import type { Certificate } from '../../core/certificate';
import { isRecord } from '../../core/http';
import type { ErrorShape } from './errors';
import type { SigningOptions } from './signing';
import { defaultSigning } from './signing';
import type { Tampering } from './tampering';

/** A token of a user (voicemod.md section A.3). */
export interface AccessToken {
	token: string;
	/** Service paths this token lacks permission for (403), for instance `/v1/orders`. */
	denied?: readonly string[];
}

/** An OAuth client and what it may exchange. */
export interface OAuthClient {
	clientId: string;
	clientSecret: string;
}

/** Behaviour that may be changed while the simulator runs. Defaults and meaning: `test/simulators/README.md`. */
export interface VoicemodBehaviour extends SigningOptions {
	apiKey: string;
	/** Access tokens that never expire; those of the token endpoint come on top. */
	tokens: AccessToken[];
	refreshToken: string;
	client: OAuthClient;
	/** Authorization codes that can be exchanged once. */
	codes: string[];
	/** Grants of the token endpoint; `refresh_token` is likely, `client_credentials` is nowhere named. */
	grants: readonly string[];
	/** Body types of the token endpoint: the observed client sends JSON, OAuth 2 says form. */
	tokenBodies: 'both' | 'json' | 'form';
	/** `minimal`: only `access_token`, the one evidenced member. */
	tokenReply: 'full' | 'minimal';
	/** `true`: every exchange of a refresh token hands out a new one, and the old one ends. */
	rotateRefreshToken: boolean;
	/** Life of tokens of the token endpoint, in ms. */
	tokenLifeMs: number;
	errorShape: ErrorShape;
	/** Whether searching stays open (voicemod.md section D, row 8). */
	anonymousSearch: boolean;
	/** `true`: 400 without the `app-*` headers; else their absence goes to `plausible`. */
	requireAppHeaders: boolean;
	/** Credential of services without a public endpoint. */
	genericAccess: 'any' | 'token' | 'key' | 'none';
	/** Number of sounds in the library. */
	sounds: number;
	/** What `next` of the v2 search holds while more pages exist. */
	nextShape: 'url' | 'number' | 'boolean' | 'token';
	/** `true`: `next` is truthy on the last page too. */
	endlessNext: boolean;
	/** Content hub: pages with `next`, pages without it, or always the first page. */
	hubPaging: 'next' | 'withoutNext' | 'none';
	/** A `size` above 36 of the content hub. */
	oversize: 'refuse' | 'clamp';
	/** Redirects before a download arrives. */
	downloadRedirects: number;
	/** Known ids of voices for conversions; empty: any. */
	voices: readonly string[];
	/** Whether recordings must be audio. */
	checkAudio: boolean;
	/** Status while a conversion runs; everything but 200, 400 and 500 means "not ready". */
	pendingStatus: number;
	songCreateStatus: 200 | 201 | 202;
	/** `status` of a song that runs. */
	songRunningStatus: string;
	/** How a finished song shows: by both members, or by one of them. */
	songDone: 'both' | 'status' | 'url';
	lifecycle: 'auto' | 'manual';
	/** Time of one step; jobs take two. */
	lifecycleMs: number;
	/** Steering by voice id and by the first line of the lyrics. */
	steer: boolean;
	appVersion: string;
	/** Community voices that have an image. */
	communityVoices: readonly string[];
	/** Date of the profile: `name` cannot be changed before it. */
	nextChangeNameAvailable: string;
	latencyMs: number;
	/** Compression of answers. */
	compression: 'none' | 'gzip';
	/** What is done to every signed answer on its way. */
	tamper?: Tampering;
	/** Seed of the random choices of `tamper`. */
	tamperSeed: number;
}

/** Options of `startVoicemodSimulator`. */
export interface VoicemodOptions extends Partial<Omit<VoicemodBehaviour, 'tamper'>> {
	/** null: nothing more is done to answers. */
	tamper?: Tampering | null;
	port?: number;
	host?: string;
	tls?: boolean | Certificate;
	keepAliveMs?: number;
	log?: 'bodies' | 'counts';
	logLimit?: number;
}

/** Voices of the official demo and of the website (sections A.6.1, A.6.2). */
export const KNOWN_VOICES = [
	'baby',
	'banana',
	'bob',
	'cave',
	'drone',
	'evil',
	'magic-chords',
	'ogre',
	'pilot',
] as const;

/** Fresh default behaviour. */
export function defaultBehaviour(): VoicemodBehaviour {
	return {
		...defaultSigning(),
		apiKey: 'voicemod-api-key',
		tokens: [{ token: 'voicemod-access-token' }],
		refreshToken: 'voicemod-refresh-token',
		client: { clientId: 'voicemod-client', clientSecret: 'voicemod-client-secret' },
		codes: ['voicemod-code'],
		grants: ['authorization_code', 'refresh_token'],
		tokenBodies: 'both',
		tokenReply: 'full',
		rotateRefreshToken: false,
		tokenLifeMs: 3_600_000,
		errorShape: 'object',
		anonymousSearch: true,
		requireAppHeaders: false,
		genericAccess: 'any',
		sounds: 120,
		nextShape: 'url',
		endlessNext: false,
		hubPaging: 'next',
		oversize: 'refuse',
		downloadRedirects: 1,
		voices: KNOWN_VOICES,
		checkAudio: true,
		pendingStatus: 202,
		songCreateStatus: 200,
		songRunningStatus: 'processing',
		songDone: 'both',
		lifecycle: 'auto',
		lifecycleMs: 50,
		steer: true,
		appVersion: '3.16.54',
		communityVoices: ['82575ca45e'],
		nextChangeNameAvailable: '2024-01-01T00:00:00.000Z',
		latencyMs: 0,
		compression: 'none',
		tamper: undefined,
		tamperSeed: 1,
	};
}

const SERVER_OPTIONS = new Set(['port', 'host', 'tls', 'keepAliveMs', 'log', 'logLimit']);

/** Overwrites the given options and leaves the others; undefined values are ignored, null switches an option off. */
export function applyOptions(
	behaviour: VoicemodBehaviour,
	options: Partial<VoicemodOptions>,
): void {
	const known = Object.keys(behaviour);
	for (const [name, value] of Object.entries(options)) {
		if (SERVER_OPTIONS.has(name) || value === undefined) continue;
		if (!known.includes(name)) throw new Error(`Unknown option: ${name}`);
		Object.assign(behaviour, { [name]: value ?? undefined });
	}
}

/** Options from the control endpoint or the command line: names are checked, values are trusted. */
export function parseOptions(value: unknown): Partial<VoicemodOptions> {
	if (!isRecord(value)) throw new Error('Options are a JSON object');
	return value;
}
