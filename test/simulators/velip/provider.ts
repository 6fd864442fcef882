import { CallbackSender } from '../core/callbacks';
import { json, text, type SimulatorRequest, type SimulatorResponse } from '../core/http';
import { Scheduler } from '../core/scheduler';
import type { SimulatedProvider } from '../core/simulator';
import { getUserId, getWebRtc } from './account';
import { createAudioFile, getAudiosList, playAudioFile, serve } from './audio';
import { Gatekeeper } from './auth';
import { makeTtsCall } from './calls';
import { getCallStatus, StatusLimits } from './callStatus';
import { changeCampaign, getCampaignsList } from './campaignList';
import { createCampaign } from './campaigns';
import { Calendar, Clock } from './clock';
import { sendGmailOauth } from './email';
import { Refusal, writeAnswer, writeRefusal } from './envelope';
import { Events } from './events';
import { readParams } from './input';
import { Lifecycle } from './lifecycle';
import { createDestinationBase, getDestinationsList } from './lists';
import { makeSocial } from './messenger';
import type { VelipBehaviour } from './options';
import { createCenterQueue, getCenterQueues } from './queues';
import { makeSms } from './sms';
import { Store } from './store';
import {
	checkTemplateStatus,
	createWhatsappTemplate,
	deleteWhatsappTemplate,
	getWaTemplates,
} from './templates';
import { getTtsVoices } from './voices';
import { makeWav } from '../core/wav';
import { makeWhatsapp, validateWhatsAppNumber } from './whatsapp';
import type { ApiFunction, World } from './world';

/** Both URL forms (velip.md section 2). */
const FUNCTION_PATH = /^\/api\/v2\/([A-Za-z]+?)(?:\.php)?$/;

/** The function a path names, whichever its URL form. */
export function functionOf(path: string): string | undefined {
	return FUNCTION_PATH.exec(path)?.[1];
}

/** The provider without its network side: state, functions, callbacks. */
export class Provider implements World, SimulatedProvider {
	readonly clock = new Clock();
	readonly scheduler = new Scheduler();
	readonly calendar = new Calendar(this.clock);
	readonly store: Store;
	readonly gate: Gatekeeper;
	readonly limits = new StatusLimits();
	readonly sender: CallbackSender;
	readonly events: Events;
	readonly lifecycle: Lifecycle;
	baseUrl = '';
	private readonly functions: Record<string, ApiFunction>;

	constructor(readonly options: VelipBehaviour) {
		this.store = new Store(options, this.clock);
		this.gate = new Gatekeeper(options, this.clock);
		this.sender = new CallbackSender(this.scheduler, options);
		this.events = new Events(options, this.sender, this.clock);
		this.lifecycle = new Lifecycle(
			options,
			this.store,
			this.events,
			this.scheduler,
			this.calendar,
			this.clock,
		);
		this.functions = {
			GetUserID: (world, visit) =>
				getUserId(world, visit, (source) => this.gate.issueSession(source)),
			MakeTTSCall: makeTtsCall,
			GetCallStatus: (world, visit) => getCallStatus(world, visit, this.limits),
			GetTTSVoices: getTtsVoices,
			PlayAudioFile: playAudioFile,
			GetWebRTC: getWebRtc,
			CreateAudioFile: createAudioFile,
			GetAudiosList: getAudiosList,
			CreateCampaign: createCampaign,
			ChangeCampaign: changeCampaign,
			GetCampaignsList: getCampaignsList,
			CreateCenterQueue: createCenterQueue,
			GetCenterQueues: getCenterQueues,
			CreateDestinationBase: createDestinationBase,
			GetDestinationsList: getDestinationsList,
			MakeSMS: makeSms,
			MakeWhatsapp: makeWhatsapp,
			ValidateWhatsAppNumber: validateWhatsAppNumber,
			CreateWhatsappTemplate: createWhatsappTemplate,
			GetWATemplates: getWaTemplates,
			CheckTemplateStatus: checkTemplateStatus,
			DeleteWhatsappTemplate: deleteWhatsappTemplate,
			MakeMessenger: makeSocial,
			MakeInstagram: makeSocial,
			SendGmailOAuth: sendGmailOauth,
		};
	}

	get functionNames(): string[] {
		return Object.keys(this.functions);
	}

	/** Answers one request. */
	handle(request: SimulatorRequest): SimulatorResponse {
		const recording = /^\/recordings\/(\d+)\.wav$/.exec(request.path);
		if (recording) return this.recording(recording[1] ?? '', request.headers.range);
		const fn = functionOf(request.path);
		const run =
			fn !== undefined && Object.hasOwn(this.functions, fn) ? this.functions[fn] : undefined;
		if (fn === undefined || !run) return page(404, 'Not Found');
		const { getFunctions } = this.options;
		const mayGet = getFunctions === 'all' || getFunctions.includes(fn);
		if (request.method !== 'POST' && !(request.method === 'GET' && mayGet))
			return page(405, 'Method Not Allowed');
		try {
			const params = readParams(fn, request, this.store);
			const access = this.gate.admit(request, params);
			const { range } = request.headers;
			const source = this.gate.sourceOf(request);
			const answer = run(this, { fn, params, access, source, range });
			if (!('file' in answer)) return writeAnswer(fn, answer, this.options);
			return { status: answer.http, headers: answer.headers, body: answer.file };
		} catch (error) {
			if (error instanceof Refusal) return writeRefusal(fn, error, this.options);
			throw error;
		}
	}

	/** A failure that is the server's fault: code 500 (section 5). */
	formatError(path: string, error: string): SimulatorResponse {
		const fn = functionOf(path);
		if (fn === undefined) return json({ return: { status: error, status_code: '500' } });
		return writeRefusal(fn, new Refusal(500, error, 200), this.options);
	}

	/** Whether no call, load, delivery or callback is under way. */
	get isIdle(): boolean {
		return this.scheduler.size === 0 && this.sender.pending === 0;
	}

	reset(): void {
		this.scheduler.clear();
		this.calendar.clear();
		this.sender.reset();
		this.store.reset();
		this.gate.reset();
		this.limits.reset();
		this.clock.reset();
	}

	async stop(): Promise<void> {
		this.scheduler.clear();
		this.calendar.clear();
		await this.sender.close();
	}

	/** What `cdr_url` points to; the page says nothing about a credential for it. */
	private recording(id: string, range: string | undefined): SimulatorResponse {
		const call = this.store.findCall(id);
		if (!call?.recorded) return page(404, 'Not Found');
		const answer = serve(makeWav(call.recorded), 'audio/x-wav', `rec_${id}.wav`, range);
		return { status: answer.http, headers: answer.headers, body: answer.file };
	}
}

function page(status: number, title: string): SimulatorResponse {
	return text(
		`<html><body><h1>${status} ${title}</h1></body></html>`,
		status,
		'text/html; charset=utf-8',
	);
}
