import { randomUUID } from 'node:crypto';
import { isRecord, json, text, type SimulatorResponse } from '../../core/http';
import { boundaryOf, parseMultipart } from '../../core/multipart';
import { ApiError, badRequest, notFound } from './errors';
import { parseJson, type Visit } from './input';
import { PIXEL } from './media';
import type { World } from './world';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const CREDENTIALS = ['authorization', 'x-api-key', 'cookie'];

/**
 * Services without a public endpoint (voicemod.md section A.8): documents by path, with the verbs of section A.1.
 * Paths that contain `/sim/` answer in a given way, see `test/simulators/README.md`.
 */
export function generic(world: World, visit: Visit): SimulatorResponse {
	const { method } = visit.request;
	if (!METHODS.includes(method))
		throw new ApiError(405, 'Method Not Allowed', `No such verb: ${method}`, 'method_not_allowed');
	const steered = /\/sim\/(.+)$/.exec(visit.path)?.[1];
	if (steered !== undefined) return simulated(steered, visit);
	const path = visit.path.replace(/\/$/, '');
	const { documents } = world.store;
	switch (method) {
		case 'POST':
			return { ...create(world, path, readBody(visit)), accepted: 1 };
		case 'PUT':
			documents.set(path, readBody(visit));
			return { ...json(documents.get(path)), accepted: 1 };
		case 'PATCH':
			return { ...merge(world, path, readBody(visit)), accepted: 1 };
		case 'DELETE':
			if (!documents.delete(path)) throw notFound();
			return { status: 204, headers: {}, body: '', accepted: 1 };
		default:
			return read(world, path);
	}
}

function create(world: World, path: string, body: unknown): SimulatorResponse {
	const content = isRecord(body) ? body : { value: body };
	const { id = randomUUID() } = content;
	const document = { id, ...content };
	world.store.documents.set(`${path}/${String(id)}`, document);
	return json(document);
}

function merge(world: World, path: string, body: unknown): SimulatorResponse {
	const old = world.store.documents.get(path);
	if (old === undefined) throw notFound();
	const document = isRecord(old) && isRecord(body) ? { ...old, ...body } : body;
	world.store.documents.set(path, document);
	return json(document);
}

function read(world: World, path: string): SimulatorResponse {
	const { documents } = world.store;
	if (documents.has(path)) return json(documents.get(path));
	const items = [...documents]
		.filter(([key]) => key.startsWith(`${path}/`) && !key.slice(path.length + 1).includes('/'))
		.map(([, document]) => document);
	if (items.length === 0) throw notFound();
	return json({ items, total: items.length });
}

function simulated(steered: string, visit: Visit): SimulatorResponse {
	const [kind = '', argument = ''] = steered.split('/');
	switch (kind) {
		case 'echo':
			return json(echo(visit));
		case 'accepted':
			return json({ id: randomUUID() }, 202);
		case 'empty':
			return { status: 204, headers: {}, body: '' };
		case 'status': {
			const status = Number(argument);
			if (!(status >= 200 && status < 600)) throw badRequest('path', 'A status from 200 to 599');
			if (status < 400) return json({ status }, status);
			throw new ApiError(status, `Status ${status}`, 'As the path says', `status_${status}`);
		}
		case 'text':
			return text('plain text');
		case 'html':
			return text('<html><body>Voicemod</body></html>', 200, 'text/html; charset=utf-8');
		case 'array':
			return json([{ id: 1 }, { id: 2 }]);
		case 'binary':
			return { status: 200, headers: { 'content-type': 'image/png' }, body: PIXEL };
		default:
			throw notFound(`No simulated answer ${kind}`);
	}
}

/** The request as it arrived; credentials are named, not shown. */
function echo(visit: Visit): Record<string, unknown> {
	const { request, path } = visit;
	const headers = Object.entries(request.headers).map(([name, value]) => [
		name,
		CREDENTIALS.includes(name) ? '(present)' : value,
	]);
	return {
		method: request.method,
		path,
		query: Object.fromEntries(
			[...new Set(request.query.keys())].map((name) => [name, request.query.getAll(name)]),
		),
		headers: Object.fromEntries(headers),
		body: request.body.length === 0 ? null : readBody(visit),
	};
}

/** The body by its type: JSON and forms as data, files as name and size, all else as text. */
function readBody(visit: Visit): unknown {
	const { body } = visit.request;
	const type = visit.header('content-type') ?? '';
	if (body.length === 0) return {};
	if (/^application\/json\b/i.test(type)) {
		const value = parseJson(body);
		if (value === undefined) throw badRequest('body', 'The body is no JSON in UTF-8');
		return value;
	}
	if (/^application\/x-www-form-urlencoded\b/i.test(type))
		return Object.fromEntries(new URLSearchParams(body.toString('utf8')));
	const boundary = boundaryOf(type);
	if (boundary === undefined) return body.toString('utf8');
	const fields = parseMultipart(body, boundary).map(({ name, filename, contentType, content }) => [
		name,
		filename === undefined
			? content.toString('utf8')
			: { filename, contentType, bytes: content.length },
	]);
	return Object.fromEntries(fields);
}
