import { writeCertificate, type Certificate } from '../../core/certificate';
import type { ConnectionCounts } from '../../core/connections';
import type { Fault, FaultQueue, FaultRecord } from '../../core/faults';
import type { RequestRecord } from '../../core/log';
import { startServer, type SimulatorServer } from '../../core/server';
import { createVoicemodControl } from './control';
import { signingKey, type PublicKeyForms, type SigningKey } from './keys';
import type { Sound } from './library';
import type { Remark } from './notes';
import {
	applyOptions,
	defaultBehaviour,
	type VoicemodBehaviour,
	type VoicemodOptions,
} from './options';
import type { User } from './profile';
import { Provider } from './provider';
import { serviceUrls, TUNA_PREFIX } from './services';
import type { Acceptance, Job, JobOutcome } from './store';

/** Summary of `GET /__sim/state`. */
export interface VoicemodState {
	requests: Record<string, number>;
	byService: Record<string, number>;
	accepted: { total: number; byKind: Record<string, number>; maxPerOrder: number };
	auth: { refusals: number; exchanges: Record<string, number> };
	signatures: { signed: number; tampered: number; requestIds: number };
	jobs: number;
	connections: ConnectionCounts;
	violations: Remark[];
	plausible: Remark[];
	faults: { pending: Fault[]; log: FaultRecord[] };
	fileFaults: { pending: Fault[]; log: FaultRecord[] };
}

/** A running provider, as voicemod.md parts A and C describe it. All members: `test/simulators/README.md`. */
export class VoicemodSimulator {
	constructor(
		private readonly provider: Provider,
		private readonly server: SimulatorServer,
		private readonly files: SimulatorServer,
		private readonly key: SigningKey,
	) {}

	/** Base of the main gateway, in place of `https://api.voicemod.net`. */
	get url(): string {
		return this.server.url;
	}

	/** Base of the Tuna gateway, in place of `https://tuna-api.voicemod.net`. */
	get tunaUrl(): string {
		return `${this.server.url}${TUNA_PREFIX}`;
	}

	/** Origin of all downloads. */
	get filesUrl(): string {
		return this.files.url;
	}

	/** Base URL per variable of the published environment, for instance `services.catalogUrl`. */
	get services(): Record<string, string> {
		return serviceUrls(this.url);
	}

	get tokenUrl(): string {
		return `${this.url}/v1/oauth/token`;
	}

	get port(): number {
		return this.server.port;
	}

	get apiKey(): string {
		return this.options.apiKey;
	}

	/** An access token that is let in until it is revoked. */
	get accessToken(): string {
		return this.options.tokens[0]?.token ?? '';
	}

	get refreshToken(): string {
		return this.options.refreshToken;
	}

	/** The public key of the signatures, in each form. */
	get publicKey(): PublicKeyForms {
		return this.key.forms;
	}

	get options(): Readonly<VoicemodBehaviour> {
		return this.provider.options;
	}

	get certificate(): Certificate | undefined {
		return this.server.certificate;
	}

	/** Writes the certificate as PEM for NODE_EXTRA_CA_CERTS. */
	writeCertificate(file: string): void {
		if (!this.server.certificate) throw new Error('The simulator runs without TLS');
		writeCertificate(this.server.certificate, file);
	}

	get faults(): FaultQueue {
		return this.server.faults;
	}

	/** Faults of the download host. */
	get fileFaults(): FaultQueue {
		return this.files.faults;
	}

	/** Conversions and songs that were accepted (billed). */
	get accepted(): Acceptance {
		return this.provider.store.accepted;
	}

	/** Requests that arrived, per path. */
	get requests(): Record<string, number> {
		return this.server.log.byPath;
	}

	/** Requests per variable of the table of base URLs. */
	get byService(): Record<string, number> {
		return this.provider.byService;
	}

	get log(): RequestRecord[] {
		return this.server.log.entries;
	}

	get fileLog(): RequestRecord[] {
		return this.files.log.entries;
	}

	get connections(): ConnectionCounts {
		return this.server.connections;
	}

	get violations(): Remark[] {
		return this.provider.store.notes.violations;
	}

	get plausible(): Remark[] {
		return this.provider.store.notes.plausible;
	}

	/** Tokens handed out by the token endpoint, per grant. */
	get exchanges(): Record<string, number> {
		return this.provider.access.exchanges;
	}

	/** Every `request-id` that arrived, and how often. */
	get requestIds(): ReadonlyMap<string, number> {
		return this.provider.seal.requestIds;
	}

	get user(): User {
		return this.provider.store.user;
	}

	sounds(): readonly Sound[] {
		return this.provider.store.sounds;
	}

	jobs(): Job[] {
		return [...this.provider.store.jobs.values()];
	}

	/** Ends a conversion or a song by hand. */
	finish(id: string, outcome: JobOutcome = 'ready'): Job {
		return this.provider.store.finish(id, outcome);
	}

	/** Ends an access token, or all of them: the next request with it is 401. */
	revoke(token?: string): void {
		this.provider.access.revoke(token);
	}

	revokeRefreshTokens(): void {
		this.provider.access.revokeRefreshTokens();
	}

	setOptions(options: Partial<VoicemodOptions>): void {
		applyOptions(this.provider.options, options);
		if (options.sounds !== undefined) this.provider.store.loadSounds();
		if (options.nextChangeNameAvailable !== undefined)
			this.user.nextChangeNameAvailable = this.options.nextChangeNameAvailable;
		this.server.latencyMs = this.options.latencyMs;
		this.files.latencyMs = this.options.latencyMs;
	}

	state(): VoicemodState {
		const { store, access, seal } = this.provider;
		const { total, byKind, maxPerOrder } = store.accepted;
		return {
			requests: this.requests,
			byService: this.byService,
			accepted: { total, byKind, maxPerOrder },
			auth: { refusals: access.refusals, exchanges: access.exchanges },
			signatures: {
				signed: seal.signed,
				tampered: seal.tampered,
				requestIds: seal.requestIds.size,
			},
			jobs: store.jobs.size,
			connections: this.connections,
			violations: this.violations,
			plausible: this.plausible,
			faults: { pending: this.faults.pending, log: this.faults.log },
			fileFaults: { pending: this.fileFaults.pending, log: this.fileFaults.log },
		};
	}

	/** Forgets everything but the options; revoked tokens are good again. */
	reset(): void {
		this.provider.reset();
		this.server.reset();
		this.files.reset();
	}

	async close(): Promise<void> {
		await Promise.all([this.server.close(), this.files.close()]);
	}
}

/** Starts the REST side of Voicemod on a local port, and its download host on another. */
export async function startVoicemodSimulator(
	options: VoicemodOptions = {},
): Promise<VoicemodSimulator> {
	const behaviour = defaultBehaviour();
	applyOptions(behaviour, options);
	const [own, other] = await Promise.all([signingKey('own'), signingKey('other')]);
	const provider = new Provider(behaviour, own, other);
	// The control endpoints need the simulator, which needs the server they are part of.
	const running: { simulator?: VoicemodSimulator } = {};
	const control = createVoicemodControl(() => {
		if (!running.simulator) throw new Error('The simulator is starting');
		return running.simulator;
	});
	const { latencyMs } = behaviour;
	const server = await startServer((request) => provider.handle(request), {
		...options,
		latencyMs,
		control,
		formatError: (_path, error) => provider.formatError(error),
	});
	const files = await startServer((request) => provider.handleFile(request), {
		...options,
		port: 0,
		latencyMs,
		tls: server.certificate ?? false,
		formatError: (_path, error) => provider.formatError(error),
	});
	provider.baseUrl = server.url;
	provider.filesUrl = files.url;
	running.simulator = new VoicemodSimulator(provider, server, files, own);
	return running.simulator;
}
