import { randomBytes } from 'node:crypto';

import type { IDataObject, IHookFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import type { Line } from '../shared/operation/operation';
import { CallError, ParameterError, toNodeError } from '../shared/http/errors';
import { isRecord } from '../shared/http/json';
import { asText } from '../shared/http/redact';
import { settle } from '../shared/http/settle';
import { openClient } from '../shared/operation/connect';
import { methodRequest, readAnswer } from './api';
import { methodOf } from './catalogue';
import { rowsOf } from './operations/base';
import { voximplantKit } from './provider';
import { parsedJson } from './values';

/** What a trigger remembers of its endpoint at Kit, for each of test and production. */
export interface Subscription {
	id?: string;
	/** The webhook URL that the endpoint calls. */
	url?: string;
	salt?: string;
}

interface Endpoint {
	readonly id: string;
	readonly name: string;
	readonly url: string;
	readonly events: string[];
	readonly isEnabled: boolean;
}

const MAX_ENDPOINTS = 5;
const MAX_NAME = 60;

function toEndpoint(row: unknown): Endpoint[] {
	if (!isRecord(row) || row.id === undefined) return [];
	const events = parsedJson(row.callbacks);
	return [
		{
			id: asText(row.id),
			name: asText(row.name ?? ''),
			url: asText(row.url ?? ''),
			events: Array.isArray(events) ? events.map(asText) : [],
			isEnabled: ![false, 0, '0', 'false'].includes(row.is_enabled as never),
		},
	];
}

async function search(client: Line, url?: string): Promise<Endpoint[]> {
	const request = methodRequest(methodOf('callback/search'), { url });
	const { result } = await client.call(request, readAnswer);
	return rowsOf(result).flatMap(toEndpoint);
}

/** The endpoints that call exactly this URL, and so are nobody else's. Kit may search by a part. */
async function ownEndpoints(client: Line, url: string): Promise<Endpoint[]> {
	const found = await search(client, url);
	return found.filter((endpoint) => endpoint.url === url);
}

async function remove(client: Line, id: string): Promise<void> {
	const request = methodRequest(methodOf('callback/delete'), { id }, 'idempotent');
	await client.call(request, readAnswer);
}

/** The events of the form, and those that Kit has got since this node was made. */
export function chosenEvents(events: unknown, more: unknown): string[] {
	const chosen = Array.isArray(events) ? events.map(asText) : [];
	const added = asText(more ?? '')
		.split(/[\s,;]+/)
		.filter(Boolean);
	const wrong = added.find((name) => !/^\w{1,60}$/.test(name));
	if (wrong !== undefined) {
		throw new ParameterError(`"Additional Events" holds "${wrong}", which is no name of an event`);
	}
	const all = [...new Set([...chosen, ...added])].sort();
	if (all.length === 0) throw new ParameterError('"Events" is empty, so nothing would ever arrive');
	return all;
}

function eventsOf(context: IHookFunctions): string[] {
	const options = context.getNodeParameter('options', {}) as IDataObject;
	return chosenEvents(context.getNodeParameter('events', []), options.additionalEvents);
}

function urlOf(context: IHookFunctions): string {
	const url = context.getNodeWebhookUrl('default');
	if (url !== undefined) return url;
	throw new ParameterError('n8n gave this trigger no webhook URL');
}

function nameOf(context: IHookFunctions): string {
	const test = context.getMode() === 'manual' ? ' (test)' : '';
	const { name = '' } = context.getWorkflow();
	return `n8n: ${name.slice(0, MAX_NAME - test.length - 5)}${test}`;
}

const stored = (context: IHookFunctions) => context.getWorkflowStaticData('node') as Subscription;

function sameEvents(endpoint: Endpoint, events: readonly string[]): boolean {
	return [...endpoint.events].sort().join() === events.join();
}

/** Sets the endpoint right. Its salt cannot be read, so one that we do not know is replaced. */
async function repair(client: Line, endpoint: Endpoint, values: IDataObject): Promise<boolean> {
	const request = methodRequest(
		methodOf('callback/update'),
		{ id: endpoint.id, ...values },
		'idempotent',
	);
	const { error } = await settle(async () => await client.call(request, readAnswer));
	if (error === undefined) return true;
	if (!(error instanceof CallError) || error.outcome !== 'refused' || error.stopsRun) throw error;
	// How updating works is not documented; removing and making anew is.
	await remove(client, endpoint.id);
	return false;
}

/**
 * Whether the endpoint is there and as the form wants it. One that has other events, is switched
 * off, or whose salt got lost is repaired; surplus ones with our URL are removed, since each of
 * them would start the workflow.
 */
async function isReady(context: IHookFunctions): Promise<boolean> {
	const url = urlOf(context);
	const events = eventsOf(context);
	const state = stored(context);
	const client = await openClient(context, voximplantKit);
	const own = await ownEndpoints(client, url);
	const endpoint = own.find(({ id }) => id === state.id) ?? own[0];
	if (endpoint === undefined) return false;
	for (const { id } of own) if (id !== endpoint.id) await remove(client, id);

	const isOurs = state.id === endpoint.id && state.url === url && state.salt !== undefined;
	if (isOurs && endpoint.isEnabled && sameEvents(endpoint, events)) return true;
	const salt = isOurs && state.salt ? state.salt : randomBytes(24).toString('hex');
	const values = { name: nameOf(context), url, salt, callbacks: events, is_enabled: true };
	if (!(await repair(client, endpoint, values))) return false;
	Object.assign(state, { id: endpoint.id, url, salt });
	return true;
}

/** n8n shows the message only where publishing or listening fails, so it names what is there. */
function fullError(
	context: IHookFunctions,
	endpoints: readonly Endpoint[],
	{ message }: CallError,
): Error {
	const names = endpoints.map(({ id, name }) => `"${name || 'no name'}" (ID ${id})`);
	const urls = endpoints.map(({ id, url }) => `${id}: ${url}`);
	return new NodeOperationError(
		context.getNode(),
		`Voximplant Kit takes ${MAX_ENDPOINTS} callback endpoints per account, and all are in use: ${names.join(', ')}. Delete one that is not needed in Kit, or with the Voximplant Kit node (Callback: Delete).`,
		{
			description: `${message}. Their URLs are ${urls.join('; ')}. Testing takes an endpoint of its own for as long as the test listens.`,
		},
	);
}

async function subscribe(context: IHookFunctions): Promise<boolean> {
	const url = urlOf(context);
	const client = await openClient(context, voximplantKit);
	const salt = randomBytes(24).toString('hex');
	const values = { name: nameOf(context), url, salt, callbacks: eventsOf(context) };
	const request = methodRequest(methodOf('callback/create'), { ...values, is_enabled: true });
	const { value, error } = await settle(
		async () => await client.call(request, (reply) => readAnswer(reply).result),
	);
	if (error === undefined) {
		const given = asText(isRecord(value) ? value.id : value);
		// Without an ID it is known by its URL, which nobody else has.
		const id = /^\d+$/.test(given) ? given : (await ownEndpoints(client, url))[0]?.id;
		Object.assign(stored(context), { id, url, salt });
		return true;
	}
	if (!(error instanceof CallError) || error.stopsRun) throw error;
	const there = await search(client);
	const made = there.find((endpoint) => endpoint.url === url);
	if (made !== undefined && error.outcome === 'unknown') {
		// The answer was lost on the way, but it was made.
		Object.assign(stored(context), { id: made.id, url, salt });
		return true;
	}
	// A token without the right to make endpoints is told so, however many there are.
	const isFull = there.length >= MAX_ENDPOINTS && error.httpStatus !== 403;
	throw isFull ? fullError(context, there, error) : error;
}

/** Removes what this trigger has made: by its ID, and only if it still calls our URL. */
async function unsubscribe(context: IHookFunctions): Promise<boolean> {
	const state = stored(context);
	const client = await openClient(context, voximplantKit);
	for (const { id } of await ownEndpoints(client, urlOf(context))) {
		if (state.id === undefined || id === state.id) await remove(client, id);
	}
	delete state.id;
	delete state.url;
	delete state.salt;
	return true;
}

/** Runs a step of the life cycle with the provider's words in its error. */
async function withClearError(
	context: IHookFunctions,
	step: (context: IHookFunctions) => Promise<boolean>,
): Promise<boolean> {
	const { value, error } = await settle(async () => await step(context));
	if (error !== undefined) throw toNodeError(context.getNode(), error);
	return value;
}

/** The webhook life cycle: registers, repairs and removes the endpoint at Kit. */
export const subscription = {
	default: {
		async checkExists(this: IHookFunctions): Promise<boolean> {
			return await withClearError(this, isReady);
		},
		async create(this: IHookFunctions): Promise<boolean> {
			return await withClearError(this, subscribe);
		},
		async delete(this: IHookFunctions): Promise<boolean> {
			return await withClearError(this, unsubscribe);
		},
	},
};
