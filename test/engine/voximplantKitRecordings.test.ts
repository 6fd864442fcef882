/** Recordings: where the token goes, and what counts as a file. */
import http from 'node:http';

import type { IDataObject } from 'n8n-workflow';

import { listen } from '../simulators/core/listen';
import { startVoximplantKitSimulator } from '../simulators/voximplantKit';
import { kitCredentials, runKit, type Simulator } from './support/voximplantKit';

let sim: Simulator;
let callId: number;

beforeAll(async () => {
	sim = await startVoximplantKitSimulator();
	sim.seedCalls(1, { phone: '15551230030' });
	callId = Number(sim.calls().at(-1)?.id);
});

beforeEach(() => {
	sim.faults.clear();
	sim.setOptions({
		recordingHost: 'api',
		recordingRedirect: false,
		recordingMethods: ['POST', 'GET'],
		secureRecordings: true,
	});
});

afterAll(async () => await sim.close());

async function download(parameters: IDataObject = { findBy: 'id', id: String(callId) }) {
	const before = sim.recordings.length;
	const result = await runKit(sim, 'call/downloadRecording', parameters);
	return { ...result, fetches: sim.recordings.slice(before) };
}

async function urlOfCall(): Promise<string> {
	const { json } = await runKit(sim, 'call/get', { id: String(callId) });
	return String(json[0]?.record_url);
}

test('by the ID of the call: posted with the token, streamed into the binary field', async () => {
	const { error, outputs, fetches } = await download();
	expect(error).toBeUndefined();
	expect(fetches).toMatchObject([{ method: 'POST', token: 'body', valid: true, status: 200 }]);
	const [item] = outputs[0] ?? [];
	expect(item?.json).toMatchObject({ id: callId, mimeType: 'audio/wav' });
	expect(JSON.stringify(item?.json)).not.toContain(sim.apiKey);
	expect(
		Buffer.from(item?.binary?.data?.data ?? '', 'base64')
			.subarray(0, 4)
			.toString(),
	).toBe('RIFF');
	expect(item?.binary?.data?.fileName).toMatch(/^recording-\d+\.mp3$|\.wav$/);
});

test('by its URL, without asking the history', async () => {
	const recordUrl = await urlOfCall();
	const before = sim.requests['v4/history/searchCalls'];
	const { error, fetches } = await download({ findBy: 'recordUrl', recordUrl });
	expect(error).toBeUndefined();
	expect(fetches).toHaveLength(1);
	expect(sim.requests['v4/history/searchCalls']).toBe(before);
});

test('by GET where POST is not taken', async () => {
	sim.setOptions({ recordingMethods: ['GET'] });
	const { error, fetches } = await download();
	expect(error).toBeUndefined();
	expect(fetches.map(({ method, token, status }) => [method, token, status])).toEqual([
		['POST', 'body', 405],
		['GET', 'query', 200],
	]);
});

test('where it was moved to another host, the token does not go with it', async () => {
	sim.setOptions({ recordingRedirect: true });
	const { error, fetches, outputs } = await download();
	expect(error).toBeUndefined();
	expect(outputs[0]?.[0]?.binary?.data).toBeDefined();
	expect(fetches.map(({ listener, token }) => [listener, token])).toEqual([
		['api', 'body'],
		['storage', 'none'],
	]);
});

test('where the redirect copies the token from the query, the other host is not asked', async () => {
	const queries: string[] = [];
	const serve = async (listener: http.RequestListener) => {
		const server = http.createServer(listener);
		const port = await listen(server);
		return { server, url: `http://127.0.0.1:${port}` };
	};
	const other = await serve((request, response) => {
		queries.push(request.url ?? '');
		response.writeHead(200, { 'content-type': 'audio/mpeg' }).end('ID3');
	});
	const own = await serve((request, response) => {
		if (request.method === 'POST') response.writeHead(405).end();
		else response.writeHead(302, { location: `${other.url}${request.url}` }).end();
	});
	const { error } = await runKit(
		sim,
		'call/downloadRecording',
		{ findBy: 'recordUrl', recordUrl: `${own.url}/r.mp3?call_id=7` },
		{ credentials: kitCredentials(sim, { apiHost: own.url }) },
	);
	own.server.close();
	other.server.close();
	expect(error?.message).toContain('The recording could not be downloaded');
	expect(queries).toEqual([]);
});

test('a host that is not ours is not even asked', async () => {
	sim.setOptions({ recordingHost: 'storage' });
	const { error, fetches } = await download();
	expect(error?.message).toContain('voximplant.com and the hosts of the credential only');
	expect(fetches).toEqual([]);
});

test('a call without recording says so', async () => {
	sim.seedCalls(1, { phone: '15551230018', recorded: false });
	const { error } = await download({ findBy: 'id', id: String(sim.calls().at(-1)?.id) });
	expect(error?.message).toContain('has no recording');
});

test.each([
	['html', 'text/html'],
	['okWithError', 'strange'],
] as const)('%s is no recording', async (kind, words) => {
	const recordUrl = await urlOfCall();
	const { pathname } = new URL(recordUrl);
	const body = JSON.stringify({ success: false, result: { error: 'strange', code: 422 } });
	sim.faults.add({
		kind,
		path: pathname,
		times: 'always',
		...(kind === 'okWithError' && { body }),
	});
	const { error } = await download({ findBy: 'recordUrl', recordUrl });
	expect(error?.message).toContain('The recording could not be downloaded');
	expect(error?.message).toContain(words);
});

test('a wrong token is told, and stands nowhere in the message', async () => {
	const recordUrl = await urlOfCall();
	const { error } = await runKit(
		sim,
		'call/downloadRecording',
		{ findBy: 'recordUrl', recordUrl },
		{
			credentials: {
				voximplantKitApi: {
					domain: sim.domain,
					accessToken: 'wrong-token-123',
					region: 'custom',
					apiHost: sim.url,
				},
			},
		},
	);
	expect(error?.message).toContain('HTTP 401');
	expect(`${error?.message} ${error?.description} ${JSON.stringify(error?.context)}`).not.toContain(
		'wrong-token',
	);
});
