import { createSimulatorControl, toFields, toHeaders } from '../core/control';
import { isRecord, type Handler } from '../core/http';
import type { EventKind, EventOverrides } from './events';
import { parseOptions } from './options';
import type { AlphaSmsSimulator } from './simulator';
import { CHANNELS, STATUSES } from './statuses';

/** Control endpoints of this provider: the common ones, and moving messages by hand. */
export function createAlphaSmsControl(simulator: () => AlphaSmsSimulator): Handler {
	return createSimulatorControl(simulator, parseOptions, {
		'GET callbacks': () => simulator().callbacks,
		'GET messages': (_body, request) => {
			const id = request.query.get('id');
			return id === null ? simulator().messages() : (simulator().message(id) ?? null);
		},
		'POST advance': (body) => {
			const fields = toFields(body);
			const status = STATUSES.find((known) => known === fields.status);
			if (!status) throw new Error(`Unknown status: ${String(fields.status)}`);
			const type = CHANNELS.find((known) => known === fields.type);
			return simulator().advance(toId(fields), status, { type });
		},
		'POST reply': (body) => {
			const fields = toFields(body);
			return simulator().reply(toId(fields), {
				message: typeof fields.message === 'string' ? fields.message : undefined,
				media: toMedia(fields.media),
			});
		},
		'POST deliver': async (body) => await simulator().deliver(toEvent(toFields(body))),
	});
}

function toId(fields: Record<string, unknown>): string {
	const id = fields.id ?? fields.msg_id;
	if (typeof id !== 'string' && typeof id !== 'number') throw new Error('"id" is missing');
	return String(id);
}

function toMedia(value: unknown): { url: string; filename: string; filesize: number } | undefined {
	if (!isRecord(value)) return undefined;
	return {
		url: String(value.url),
		filename: String(value.filename),
		filesize: Number(value.filesize),
	};
}

const KINDS: readonly EventKind[] = ['status', 'viberReply', 'callResult'];
const SIGNATURES = ['valid', 'invalid', 'missing', 'uppercase', 'tampered', 'otherKey'] as const;

function toEvent(fields: Record<string, unknown>): EventOverrides {
	const { url, body, rawBody, headers, encoding } = fields;
	return {
		url: typeof url === 'string' ? url : undefined,
		kind: KINDS.find((kind) => kind === fields.kind),
		body: isRecord(body) ? body : undefined,
		rawBody: typeof rawBody === 'string' ? rawBody : undefined,
		signature: SIGNATURES.find((signature) => signature === fields.signature),
		encoding: encoding === 'form' || encoding === 'json' ? encoding : undefined,
		headers: toHeaders(headers),
	};
}
