import type { SimulatorRequest, SimulatorResponse } from '../core/http';
import { makeWav } from '../core/wav';
import type { Gatekeeper } from './access';
import { refusals, writeRefusal } from './envelope';
import { readInput } from './input';
import type { World } from './world';

/** One fetch of a recording, and what came with it. */
export interface RecordingFetch {
	listener: string;
	method: string;
	callId: number;
	status: number;
	/** Where the token was, if anywhere; in an `Authorization` header too. */
	token: 'body' | 'query' | 'header' | 'none';
	/** Whether a token was the right one. */
	valid: boolean;
}

const PATH = /^\/(?:recordings|files)\/(\w+)$/;

/** What `record_url` points to (voximplant-kit.md section 5.3). */
export class Recordings {
	readonly fetches: RecordingFetch[] = [];

	constructor(
		private readonly world: World,
		private readonly gate: Gatekeeper,
	) {}

	/** Answers a recording's path; undefined for any other. */
	answer(request: SimulatorRequest): SimulatorResponse | undefined {
		const match = PATH.exec(request.path);
		if (!match || (request.listener !== 'api' && request.listener !== 'storage')) return undefined;
		const raw = readInput('recording', request, this.world.store);
		const callId = Number(raw.body.get('call_id') ?? raw.query.get('call_id') ?? NaN);
		const inBody = raw.body.get('access_token');
		const inQuery = raw.query.get('access_token');
		const { authorization } = request.headers;
		const token = inBody ?? inQuery;
		const domain = raw.body.get('domain') ?? raw.query.get('domain');
		const valid = this.gate.isToken(token) && domain === this.world.options.domain;
		const response = this.serve(request, callId, valid);
		this.fetches.push({
			listener: request.listener,
			method: request.method,
			callId,
			status: response.status,
			token: placeOf(inBody, inQuery, authorization),
			valid,
		});
		return response;
	}

	reset(): void {
		this.fetches.length = 0;
	}

	private serve(request: SimulatorRequest, callId: number, valid: boolean): SimulatorResponse {
		const { options, store, urls } = this.world;
		const call = store.call(callId);
		if (!call?.recorded || !call.settled)
			return writeRefusal(refusals.missing('Recording', callId));
		const foreign = request.listener === 'storage';
		if (!foreign) {
			if (options.secureRecordings && !valid) return writeRefusal(refusals.authentication());
			if (!options.recordingMethods.includes(request.method))
				return { status: 405, headers: {}, body: '' };
			if (options.recordingRedirect) {
				const location = `${urls.storage ?? ''}/files/${call.sessionId}?call_id=${call.id}`;
				return { status: 302, headers: { location }, body: '' };
			}
		}
		const body = makeWav(options.recordingSeconds);
		return { status: 200, headers: { 'content-type': 'audio/wav' }, body };
	}
}

function placeOf(
	inBody: string | undefined,
	inQuery: string | undefined,
	header: string | undefined,
): RecordingFetch['token'] {
	if (inBody !== undefined) return 'body';
	if (inQuery !== undefined) return 'query';
	return header === undefined ? 'none' : 'header';
}
