/** Callbacks to executions that wait for them: sealed addresses, and what may come in under them. */
import { createHmac } from 'node:crypto';
import { parse } from 'node:querystring';

import fc from 'fast-check';
import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import { MARKER } from '../markers';
import { alphaSmsTrigger, signatureOf } from './alphaSms';
import { formText } from './bodies';
import type { Callback } from './trigger';
import { velipTrigger } from './velip';

export interface ResumeCase {
	/** Type of the built action node. */
	readonly node: string;
	readonly credential: ICredentialDataDecryptedObject;
	readonly fields: fc.Arbitrary<Record<string, unknown>>;
	/** A callback that ends the wait. */
	readonly genuine: fc.Arbitrary<Callback>;
	/** Whether this event may have come from this callback, told by what was sent alone. */
	isGenuine(callback: Callback, event: IDataObject): boolean;
}

const PLACE = '42/node-under-test';
const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded; charset=utf-8';

function sealOf(place: string, tag: string): string {
	return createHmac('sha256', MARKER).update(`${place}:${tag}`).digest('hex').slice(0, 40);
}

/** The address that the provider was given. */
export function addressOf(tag: string): string {
	const query = new URLSearchParams({ signature: 'n8n', awaits: tag, seal: sealOf(PLACE, tag) });
	return `/webhook-waiting/${PLACE}?${query}`;
}

/** The same callback at another address, whose query n8n reads as it stands there. */
export function at(callback: Callback, originalUrl: string): Callback {
	const [, search = ''] = originalUrl.split('#', 1)[0]?.split(/\?(.*)/s) ?? [];
	return { ...callback, originalUrl, query: { ...parse(search) } };
}

/** What a sealed address says; undefined for one that somebody made up. */
function sealedTag({ originalUrl = '', query }: Callback): string | undefined {
	const { awaits, seal } = query;
	if (typeof awaits !== 'string' || awaits === '') return undefined;
	const [path = ''] = originalUrl.split(/[?#]/);
	const parts = path.split('/').filter((part) => part !== '');
	return seal === sealOf(parts.slice(-2).join('/'), awaits) ? awaits : undefined;
}

function posted(content: Record<string, unknown>, isForm: boolean): Callback {
	const rawBody = Buffer.from(isForm ? formText(content) : JSON.stringify(content));
	return { rawBody, headers: { 'content-type': isForm ? FORM_TYPE : JSON_TYPE }, query: {} };
}

const signed = (callback: Callback): Callback => ({
	...callback,
	headers: { ...callback.headers, 'x-signature': signatureOf(callback.rawBody) },
});

const numbers = fc.record({ id: fc.integer({ min: 1 }), msg_id: fc.integer({ min: 1 }) });

const statuses = fc
	.tuple(numbers, fc.constantFrom('DELIVERED', 'READ', 'REJECTED'), fc.boolean())
	.map(([ids, status, isForm]) => {
		const callback = signed(posted({ ...ids, type: 'sms', status }, isForm));
		return at(callback, addressOf(`${ids.id}~delivery~~required`));
	});

const calls = fc
	.tuple(numbers, fc.constantFrom('call', 'key'), fc.boolean(), fc.boolean())
	.map(([{ id }, goal, isForm, isSigned]) => {
		const callback = posted({ id, phone: '380501234567', status: 'ANSWERED', dtmf: '1' }, isForm);
		return at(isSigned ? signed(callback) : callback, addressOf(`${id}~${goal}~~required`));
	});

const alphaSms: ResumeCase = {
	node: 'alphaSms',
	credential: alphaSmsTrigger.credential,
	fields: alphaSmsTrigger.fields,
	genuine: fc.oneof(statuses, calls),
	isGenuine(callback, event) {
		const tag = sealedTag(callback);
		if (tag === undefined) return false;
		const given = callback.headers['x-signature'];
		const signature = typeof given === 'string' ? given.trim().toLowerCase() : '';
		if (signature !== '' && signature !== signatureOf(callback.rawBody)) return false;
		const [id, goal, , rule] = tag.split('~');
		if (event.event === 'callResult')
			return goal !== 'delivery' && (event.msg_id ?? undefined) === undefined;
		if (event.event !== 'status' || event.isFinal !== true) return false;
		return String(event.id) === id && (signature !== '' || rule === 'optional');
	},
};

const velipCallbacks = fc
	.record({
		way: fc.constantFrom('GET', 'JSON', 'form'),
		cd_id: fc.nat().map((id) => `c_${id}`),
		ctid: fc.integer({ min: 1 }).map((id) => `order${id}`),
		cd_called_status: fc.constantFrom('OK', 'NA', 'BUSY'),
		cd_resp1: fc.constantFrom('1', '#', ''),
	})
	.map(({ way, ...call }) => {
		const address = addressOf(call.ctid);
		if (way !== 'GET') return at(posted(call, way === 'form'), address);
		const callback: Callback = { rawBody: Buffer.alloc(0), headers: {}, query: {} };
		return at(callback, `${address}&${formText(call)}`);
	});

const velip: ResumeCase = {
	node: 'velip',
	credential: {
		authentication: 'bearer',
		token: MARKER,
		baseUrl: 'https://vox.velip.com.br',
	},
	fields: velipTrigger.fields,
	genuine: velipCallbacks,
	isGenuine(callback, event) {
		const ctid = sealedTag(callback);
		const given = typeof event.ctid === 'object' ? '' : String(event.ctid ?? '').trim();
		return ctid !== undefined && event.event === 'callFinished' && (given === '' || given === ctid);
	},
};

export const resumeCases = [alphaSms, velip];
