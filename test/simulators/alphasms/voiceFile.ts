import { json, type SimulatorRequest, type SimulatorResponse } from '../core/http';
import { boundaryOf, parseMultipart, type Part } from '../core/multipart';
import { access } from './access';
import { ERRORS, phoneOf, urlField } from './checks';
import type { Lifecycle } from './lifecycle';
import type { AlphaSmsBehaviour } from './options';
import type { Store } from './store';

const MAX_FILE_BYTES = 5 * 1024 * 1024;
const FIELDS = ['key', 'phone', 'voice', 'hook', 'dtmf'];

/** `/api/voice.php`: a call that plays an uploaded file (alphasms.md section 4.15). Errors are `errors[]`, HTTP 200. */
export class VoiceFileCalls {
	constructor(
		private readonly options: AlphaSmsBehaviour,
		private readonly store: Store,
		private readonly lifecycle: Lifecycle,
	) {}

	handle(request: SimulatorRequest): SimulatorResponse {
		const parts = readParts(request);
		const key = valueOf(parts, 'key');
		// A body that is not multipart has no fields at all, so the key is what is missing first.
		if (!key) return refuse('API key missing');
		if (!access(key, request, this.options)) return refuse('Access denied');
		this.store.itemsReceived++;
		for (const part of parts) {
			if (!FIELDS.includes(part.name))
				this.store.violation(request.path, part.name, 'The page lists no such form field');
		}
		const error = this.errorOf(parts);
		if (error) return refuse(error);
		const price = this.options.prices.voiceFile;
		if (!this.store.canPay(price)) return refuse(ERRORS.money);

		const file = parts.find((part) => part.name === 'voice');
		const message = this.store.add({
			type: 'voiceFile',
			channels: ['voice'],
			phone: phoneOf(valueOf(parts, 'phone')) ?? '',
			parts: 1,
			price,
			hook: valueOf(parts, 'hook'),
			dtmf: valueOf(parts, 'dtmf') === 'true',
			item: { filename: file?.filename, bytes: file?.content.length ?? 0 },
		});
		this.lifecycle.start(message);
		return { ...json({ id: message.msgId, price }), accepted: 1 };
	}

	private errorOf(parts: Part[]): string | undefined {
		if (phoneOf(valueOf(parts, 'phone')) === undefined) return ERRORS.phone;
		const file = parts.find((part) => part.name === 'voice');
		if (!file || file.filename === undefined || !isWave(file)) return ERRORS.field('voice');
		if (file.content.length > MAX_FILE_BYTES) return 'File is too large';
		const hook = valueOf(parts, 'hook');
		const dtmf = valueOf(parts, 'dtmf');
		if (dtmf !== undefined && dtmf !== 'true' && dtmf !== 'false') return ERRORS.field('dtmf');
		return hook === undefined ? undefined : urlField('hook')(hook, this.options);
	}
}

function readParts(request: SimulatorRequest): Part[] {
	const boundary = boundaryOf(request.headers['content-type']);
	if (request.method !== 'POST' || boundary === undefined) return [];
	try {
		return parseMultipart(request.body, boundary);
	} catch {
		return [];
	}
}

function valueOf(parts: Part[], name: string): string | undefined {
	const part = parts.find(
		(candidate) => candidate.name === name && candidate.filename === undefined,
	);
	return part?.content.toString('utf8');
}

/** The cabinet accepts .wav only: RIFF container with a WAVE form. */
function isWave(file: Part): boolean {
	const mark = (start: number): string => file.content.toString('latin1', start, start + 4);
	return /\.wav$/i.test(file.filename ?? '') && mark(0) === 'RIFF' && mark(8) === 'WAVE';
}

function refuse(error: string): SimulatorResponse {
	return json({ errors: [error] });
}
