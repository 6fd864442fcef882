import { CallbackSender } from '../core/callbacks';
import { json, text, type SimulatorRequest, type SimulatorResponse } from '../core/http';
import { Scheduler } from '../core/scheduler';
import type { SimulatedProvider } from '../core/simulator';
import { Events } from './events';
import { JsonGateway } from './gateway';
import { HttpApi } from './httpApi';
import { AsyncIntake } from './intake';
import { Lifecycle } from './lifecycle';
import type { AlphaSmsBehaviour } from './options';
import { Store } from './store';
import { VoiceFileCalls } from './voiceFile';

/** The provider without its network side: state, endpoints, callbacks (alphasms.md section 1, "Paths"). */
export class Provider implements SimulatedProvider {
	readonly store: Store;
	readonly sender: CallbackSender;
	readonly events: Events;
	readonly lifecycle: Lifecycle;
	private readonly scheduler = new Scheduler();
	private readonly endpoints: Map<string, (request: SimulatorRequest) => SimulatorResponse>;

	constructor(readonly options: AlphaSmsBehaviour) {
		this.store = new Store(options);
		this.sender = new CallbackSender(this.scheduler, options);
		this.events = new Events(options, this.sender);
		this.lifecycle = new Lifecycle(options, this.store, this.events, this.scheduler);
		const gateway = new JsonGateway(options, this.store, this.lifecycle);
		const intake = new AsyncIntake(options, this.store, this.lifecycle);
		const voiceFile = new VoiceFileCalls(options, this.store, this.lifecycle);
		const httpApi = new HttpApi(options, this.store, this.lifecycle);
		this.endpoints = new Map([
			['/api/json.php', (request) => gateway.handle(request)],
			['/v1/json', (request) => (options.asyncIntake ? intake.handle(request) : notFound())],
			['/api/voice.php', (request) => voiceFile.handle(request)],
			['/api/http.php', (request) => httpApi.handle(request)],
		]);
	}

	/** Answers one request. */
	handle(request: SimulatorRequest): SimulatorResponse {
		return this.endpoints.get(request.path)?.(request) ?? notFound();
	}

	/** A failure in the words and the shape of the endpoint (sections 3.2, 4.15, Appendix A). */
	formatError(path: string, error: string): SimulatorResponse {
		if (path === '/api/voice.php') return json({ errors: [error] });
		if (path === '/api/http.php') return text(`errors:${error}`);
		return json({ success: false, error });
	}

	/** Whether no status step and no callback is under way. */
	get isIdle(): boolean {
		return this.scheduler.size === 0 && this.sender.pending === 0;
	}

	reset(): void {
		this.lifecycle.clear();
		this.sender.reset();
		this.store.reset();
	}

	async stop(): Promise<void> {
		this.lifecycle.clear();
		await this.sender.close();
	}
}

function notFound(): SimulatorResponse {
	return text('<html><body><h1>404 Not Found</h1></body></html>', 404, 'text/html; charset=utf-8');
}
