import { createSimulatorControl, toFields, toHeaders } from '../core/control';
import { isRecord, type Handler } from '../core/http';
import type { EventOverrides } from './events';
import { parseOptions } from './options';
import type { VelipSimulator } from './simulator';

/** Control endpoints of this provider: the common ones, and steering by hand. */
export function createVelipControl(simulator: () => VelipSimulator): Handler {
	return createSimulatorControl(simulator, parseOptions, {
		'GET callbacks': () => simulator().callbacks,
		'GET calls': (_body, request) => {
			const id = request.query.get('id');
			return id === null ? simulator().calls() : (simulator().call(id) ?? null);
		},
		'GET messages': () => simulator().messages(),
		'GET campaigns': () => simulator().campaigns(),
		'GET templates': () => simulator().templates(),
		'GET accepted': () => {
			const { total, byFunction, byCtid, byRequestId, byDest } = simulator().accepted;
			return {
				total,
				byFunction,
				byCtid: Object.fromEntries(byCtid),
				byRequestId: Object.fromEntries(byRequestId),
				byDest: Object.fromEntries(byDest),
			};
		},
		'POST finish': (body) => {
			const fields = toFields(body);
			const { status, seconds, digits } = fields;
			return simulator().finishCall(toId(fields), {
				...(typeof status === 'string' ? { status } : {}),
				...(typeof seconds === 'number' ? { seconds } : {}),
				...(Array.isArray(digits) ? { digits: digits.map(String) } : {}),
			});
		},
		'POST load': (body) => simulator().finishLoading(toId(toFields(body))),
		'POST seed': (body) => {
			const { calls, spanMs, cpid } = toFields(body);
			simulator().seedCalls(Number(calls), {
				spanMs: typeof spanMs === 'number' ? spanMs : undefined,
				cpid: typeof cpid === 'string' ? cpid : undefined,
			});
			return { calls: simulator().calls().length };
		},
		'POST clock': (body) => {
			simulator().advanceClock(Number(toFields(body).advanceMs));
			return { now: simulator().now() };
		},
		'POST unban': () => simulator().unban(),
		'POST deliver': async (body) => await simulator().deliver(toEvent(toFields(body))),
	});
}

function toId(fields: Record<string, unknown>): string {
	const id = fields.id ?? fields.ctid;
	if (typeof id !== 'string' && typeof id !== 'number') throw new Error('"id" is missing');
	return String(id);
}

function toEvent(fields: Record<string, unknown>): EventOverrides {
	const { url, body, rawBody, headers, kind, method, format, encoding } = fields;
	return {
		url: typeof url === 'string' ? url : undefined,
		kind: kind === 'call' || kind === 'sms' ? kind : undefined,
		method: method === 'GET' || method === 'POST' ? method : undefined,
		format: format === 'form' || format === 'json' ? format : undefined,
		encoding: encoding === 'utf-8' || encoding === 'iso-8859-1' ? encoding : undefined,
		body: isRecord(body) ? body : undefined,
		rawBody: typeof rawBody === 'string' ? rawBody : undefined,
		headers: toHeaders(headers),
	};
}
