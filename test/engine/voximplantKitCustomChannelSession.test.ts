/** The life of a token: how often it is asked for, by counting what the provider received. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';

import type { IDataObject } from 'n8n-workflow';

import {
	CHANNEL_UUID,
	startVoximplantKitCustomChannelSimulator,
} from '../simulators/voximplantKitCustomChannel';
import {
	channelCredentials,
	runChannel,
	type Simulator,
} from './support/voximplantKitCustomChannel';

const MINUTE = 60_000;
const thousand = Array.from({ length: 1000 }, (_, index) => ({ id: `c${index}` }));

let sim: Simulator;

beforeEach(async () => {
	sim = await startVoximplantKitCustomChannelSimulator({ steerByText: false });
});

afterEach(async () => {
	jest.restoreAllMocks();
	await sim.close();
});

const send = async (items: IDataObject[] = [{ id: 'c' }], more: IDataObject = {}, options = {}) =>
	await runChannel(
		sim,
		'message/send',
		{ clientId: '={{ $json.id }}', text: 'Hello', options: { concurrency: 20 }, ...more },
		{ items, ...options },
	);

const outcomes = (json: IDataObject[]) => new Set(json.map(({ outcome }) => outcome));

test('1,000 items log in once, and the next run uses the same token', async () => {
	const first = await send(thousand);
	expect(first.error).toBeUndefined();
	expect(sim.requests).toEqual({ login: 1, event: 1000 });
	await send();
	expect(sim.requests).toEqual({ login: 1, event: 1001 });
});

describe('1,000 items over a token that has expired', () => {
	test('make one renewal, before anything is refused', async () => {
		await send();
		const later = Date.now() + 15 * MINUTE;
		sim.advanceClock(15 * MINUTE);
		jest.spyOn(Date, 'now').mockImplementation(() => later);
		const { json, error } = await send(thousand);
		expect(error).toBeUndefined();
		expect(outcomes(json)).toEqual(new Set(['accepted']));
		expect(sim.requests).toEqual({ login: 1, refresh: 1, event: 1001 });
		expect(sim.unauthorized).toBe(0);
		expect(sim.accepted.maxPerKey).toBe(1);
	});

	test.each(['status', 'ok'] as const)(
		'make one renewal when Kit says so by surprise (%s)',
		async (authErrors) => {
			sim.setOptions({ authErrors });
			await send();
			sim.expireTokens();
			const { json, error } = await send(thousand);
			expect(error).toBeUndefined();
			expect(outcomes(json)).toEqual(new Set(['accepted']));
			expect(sim.requests).toMatchObject({ login: 1, refresh: 1 });
			expect(sim.unauthorized).toBe(1);
			expect(sim.accepted.maxPerKey).toBe(1);
			expect(sim.accepted.total).toBe(1001);
		},
	);

	test.each(['status', 'ok'] as const)(
		'make one renewal when it ends in the middle of the run (%s)',
		async (authErrors) => {
			sim.setOptions({ authErrors, latencyMs: 5 });
			await send();
			const running = send(thousand);
			while (sim.accepted.total < 300) await new Promise((resolve) => setTimeout(resolve, 5));
			sim.expireTokens();
			const { json, error } = await running;
			expect(error).toBeUndefined();
			expect(outcomes(json)).toEqual(new Set(['accepted']));
			expect(sim.requests).toMatchObject({ login: 1, refresh: 1 });
			// Those that were on their way with the old token.
			expect(sim.unauthorized).toBeLessThanOrEqual(20);
			expect(sim.accepted.maxPerKey).toBe(1);
			expect(sim.accepted.total).toBe(1001);
		},
	);

	test.each(['status', 'ok'] as const)(
		'log in once where the refresh token has expired as well (%s)',
		async (loginErrors) => {
			sim.setOptions({ loginErrors });
			await send();
			sim.expireTokens({ refresh: true });
			const { json } = await send(thousand);
			expect(outcomes(json)).toEqual(new Set(['accepted']));
			expect(sim.requests).toMatchObject({ login: 2, refresh: 1 });
		},
	);
});

test('a token of 15 minutes is renewed one minute before its end', async () => {
	await send();
	const begun = Date.now();
	const clock = jest.spyOn(Date, 'now').mockImplementation(() => begun + 13.9 * MINUTE);
	await send();
	expect(sim.requests.refresh).toBeUndefined();
	clock.mockImplementation(() => begun + 14.1 * MINUTE);
	await send();
	expect(sim.requests).toEqual({ login: 1, refresh: 1, event: 3 });
});

test.each(['withoutExp', 'opaque'] as const)(
	'a token without an end (%s) counts as one of 15 minutes',
	async (tokenFormat) => {
		sim.setOptions({ tokenFormat });
		await send();
		const begun = Date.now();
		jest.spyOn(Date, 'now').mockImplementation(() => begun + 14.5 * MINUTE);
		await send();
		expect(sim.requests).toEqual({ login: 1, refresh: 1, event: 2 });
	},
);

test('a clock that is wrong by hours, here or there, makes no further renewals', async () => {
	sim.advanceClock(-300 * MINUTE);
	await send([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
	expect(sim.requests).toEqual({ login: 1, event: 3 });
});

test('tokens that live shortly are not renewed for every request', async () => {
	sim.setOptions({ tokenLifetimeMs: 20_000 });
	await send(thousand.slice(0, 50));
	expect(sim.requests).toEqual({ login: 1, event: 50 });
});

test('renews every time by the newest refresh token', async () => {
	sim.setOptions({ refreshRotates: true });
	for (let round = 0; round < 4; round++) {
		const { error } = await send();
		expect(error).toBeUndefined();
		sim.expireTokens();
	}
	expect(sim.requests).toMatchObject({ login: 1, refresh: 3 });
});

test('a refresh that breaks is replaced by a login', async () => {
	await send();
	sim.expireTokens();
	sim.faults.add({ kind: 'status', status: 500, path: '/api/v3/botService/refreshToken' });
	const { error } = await send();
	expect(error).toBeUndefined();
	expect(sim.requests).toMatchObject({ login: 2, refresh: 1 });
});

describe('a login that fails', () => {
	test.each(['status', 'ok'] as const)(
		'leaves every item not sent after one try, and never says the token (%s)',
		async (loginErrors) => {
			sim.setOptions({ loginErrors });
			const token = 'wrong-token-4711';
			const { json } = await send(
				thousand,
				{},
				{
					onError: 'continueRegularOutput',
					credentials: channelCredentials(sim.url, { accessToken: token }),
				},
			);
			expect(outcomes(json)).toEqual(new Set(['not_sent']));
			expect(json[0]?.error).toContain('Voximplant Kit refused the login');
			expect(sim.requests).toEqual({ login: 1 });
			expect(JSON.stringify(json)).not.toContain(token);
		},
	);

	test('is tried again when that can help, and the item is sent once', async () => {
		sim.faults.add({ kind: 'status', status: 503, path: '/api/v3/botService/login', times: 2 });
		const { json } = await send();
		expect(json[0]?.outcome).toBe('accepted');
		expect(sim.requests).toEqual({ login: 3, event: 1 });
	});

	test.each(['html', 'truncatedJson', 'resetMidResponse', 'resetAfterBody'] as const)(
		'by %s leaves the item not sent',
		async (kind) => {
			sim.faults.add({ kind, path: '/api/v3/botService/login', times: 'always' });
			const { json } = await send(undefined, {}, { onError: 'continueRegularOutput' });
			expect(json[0]?.outcome).toBe('not_sent');
			expect(sim.requests.event).toBeUndefined();
		},
	);
});

// The code of a refusal may be one of Kit's own.
test.each([401, 1003])(
	'a session that stays worthless (code %i) ends the run after one renewal, and is not kept',
	async (code) => {
		await send();
		const path = `/${CHANNEL_UUID}`;
		const body = `{"success":false,"result":{"error":"Unauthorized","code":${code}}}`;
		sim.faults.add({ kind: 'status', status: 401, body, path, times: 2 });
		const { json } = await send(thousand.slice(0, 10), {}, { onError: 'continueRegularOutput' });
		expect(json[0]?.error).toContain(`Unauthorized, code ${code}`);
		expect(outcomes(json)).toEqual(new Set(['refused', 'not_sent']));
		expect(sim.requests).toEqual({ login: 1, refresh: 1, event: 3 });
		const next = await send();
		expect(next.error).toBeUndefined();
		expect(sim.requests).toMatchObject({ login: 2, refresh: 1 });
	},
);

test('nothing of all this shows in outputs or errors', async () => {
	const seen: unknown[] = [];
	const note = async (work: ReturnType<typeof send>) => {
		const { json, error } = await work;
		seen.push(json, error?.message, error?.description, error?.context, error?.stack);
	};
	await note(send());
	sim.expireTokens();
	await note(send());
	await note(send([{ id: '' }]));
	sim.setOptions({ eventTypes: ['none'] });
	await note(send());
	// An answer that repeats what it was sent, in words of its own.
	sim.setOptions({ eventTypes: ['send_message'] });
	const body = JSON.stringify({
		success: false,
		result: { error: `bad ${sim.secrets.join(' ')}`, code: 400 },
	});
	sim.faults.add({ kind: 'status', status: 400, body, path: `/${CHANNEL_UUID}` });
	await note(send());
	const text = JSON.stringify(seen);
	// The tokens of the session that was used last.
	const current = sim.secrets.slice(-2);
	for (const secret of [...current, sim.apiKey]) expect(text).not.toContain(secret);
	expect(text).toContain('[hidden]');
});

test.each([429, 500])(
	'a renewal that fails and repeats its refresh token does not show it (HTTP %i)',
	async (status) => {
		await send();
		const [token = ''] = sim.secrets.slice(-1);
		// Found old before use, so that this run has never held the session itself.
		const ahead = 14.5 * MINUTE;
		const real = Date.now.bind(Date);
		jest.spyOn(Date, 'now').mockImplementation(() => real() + ahead);
		const body = `{"success":false,"result":{"error":"${'x'.repeat(170)} ${token}","code":${status}}}`;
		// Inside a 200, where the words are Kit's, and as a page, which is cut.
		const kinds = [{ kind: 'okWithError' }, { kind: 'status', status, retryAfter: 999 }] as const;
		for (const fault of kinds) {
			sim.faults.clear();
			for (const name of ['refreshToken', 'login'])
				sim.faults.add({ ...fault, body, path: `/api/v3/botService/${name}`, times: 'always' });
			const { json } = await send(thousand.slice(0, 3), {}, { onError: 'continueRegularOutput' });
			expect(outcomes(json)).toEqual(new Set(['not_sent']));
			expect(JSON.stringify(json)).not.toContain(token.slice(0, 8));
		}
	},
);

/** Another process that sends messages: one when it starts, the others when it is told to. */
function startWorker(name: string, items: number) {
	const script = path.join(__dirname, 'support/channelWorker.cjs');
	const child = spawn(process.execPath, [script, sim.url, name, String(items)], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	workers.push(child);
	const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
	/** How many were accepted of what it sent last; undefined when it broke. */
	const accepted = async () => {
		const { value, done } = await lines.next();
		return done ? undefined : (JSON.parse(value) as { accepted: number }).accepted;
	};
	return { accepted, go: () => child.stdin.end() };
}

const workers: ChildProcess[] = [];

afterEach(async () => {
	for (const child of workers.splice(0)) {
		if (child.exitCode !== null || child.signalCode !== null) continue;
		child.kill();
		await once(child, 'exit');
	}
});

test.each([
	['live side by side', false, { login: 3, event: 150 }],
	// The first two workers find their token ended by the login of the one after them.
	['end each other', true, { login: 3, refresh: 2 }],
])(
	'several workers at once whose tokens %s send everything once',
	async (_, loginInvalidates, requests) => {
		sim.setOptions({ loginInvalidates });
		const started = [];
		// One after another: whether a login falls between a renewal and its use must not be left to chance.
		for (const name of ['a', 'b', 'c']) {
			const worker = startWorker(name, 50);
			expect(await worker.accepted()).toBe(1);
			started.push(worker);
		}
		const sent = started.map(async ({ accepted, go }) => {
			go();
			return await accepted();
		});
		expect(await Promise.all(sent)).toEqual([49, 49, 49]);
		expect(sim.requests).toMatchObject(requests);
		expect(sim.accepted.total).toBe(150);
		expect(sim.accepted.maxPerKey).toBe(1);
	},
);

test.each([false, true])(
	'two processes share a channel (a login ends older tokens: %s)',
	async (loginInvalidates) => {
		sim.setOptions({ loginInvalidates });
		await send();
		// The other process.
		await runChannel(sim, 'token/logIn');
		const { error, json } = await send();
		expect(error).toBeUndefined();
		expect(json[0]?.outcome).toBe('accepted');
	},
);
