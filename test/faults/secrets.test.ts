/** A gateway that repeats the key in whatever it answers: the key does not show up in output, error, log or URL. */
import { leakOf, watchLog } from './support/secrets';
import type { IDataObject, INode } from 'n8n-workflow';

import { runNode } from '../engine/support/engine';
import type { Fault } from '../simulators/core/faults';
import { inputItems, operations } from './support/operations';
import { credentials, simulator } from './support/spend';

/** One plain key, and one that looks different in JSON, in a form and in a URL. */
const KEYS = ['marker-key-9f4c2a7e51', 'm4rk/er+"k3y"&=%9f'];

watchLog(KEYS);

const item = (error: string, key: string) => ({
	success: false,
	error,
	data: { id: 700_100, [key]: key },
});

function echoes(key: string): ReadonlyArray<readonly [string, Fault]> {
	const encoded = encodeURIComponent(key);
	const page = `<html><title>${key}</title><p>auth=${key} ${encoded} ${JSON.stringify({ auth: key })}</p></html>`;
	const json = (value: object): Fault => ({ kind: 'okWithError', body: JSON.stringify(value) });
	const status = (code: number): Fault => ({ kind: 'status', status: code, body: page });
	return [
		['HTTP 500', status(500)],
		['HTTP 403', status(403)],
		['HTTP 429', { ...status(429), retryAfter: 999_999 }],
		['HTML at 200', { kind: 'html', body: page }],
		[
			'an envelope error',
			json({ success: false, error: `Bad key ${key}`, errors: [`Bad key ${key}`] }),
		],
		[
			'a denial',
			json({
				success: false,
				error: `Access denied for ${key}`,
				errors: [`Access denied for ${key}`],
			}),
		],
		['an item error', json({ success: true, data: [item(`No rights for ${key}`, key)] })],
		[
			'a result',
			json({
				success: true,
				id: key,
				price: key,
				data: [{ success: true, [key]: key, data: { msg_id: key, [key]: 1 } }],
			}),
		],
		['text', { kind: 'okWithError', body: `errors:wrong key ${key}` }],
		['a text result', { kind: 'okWithError', body: `id:${key}\nsms_count:1\nstatus:${key}` }],
		['a redirect', { kind: 'redirect', location: `/login/${encoded}?key=${encoded}#${encoded}` }],
		[
			'a redirect to another host',
			{ kind: 'redirect', location: `http://${encodeURIComponent(key)}@localhost:9/${encoded}` },
		],
	];
}

const SPENDING = operations(
	'message/sendSms',
	'message/scheduleSms',
	'call/playAudioFile',
	'number/lookUp',
	'apiRequest/send',
).map(({ parameters }) => parameters);

const SUBJECTS: readonly IDataObject[] = [
	...SPENDING,
	{ ...SPENDING[0], simplify: false },
	{ ...SPENDING[0], dryRun: true },
	{ resource: 'message', operation: 'getStatus', identifyBy: 'id', id: '700100', simplify: true },
	{ resource: 'account', operation: 'getBalance', simplify: false },
];
const MODES: ReadonlyArray<INode['onError']> = ['stopWorkflow', 'continueErrorOutput'];

async function leaksOf(
	key: string,
	name: string,
	fault: Fault,
	parameters: IDataObject,
	onError: INode['onError'],
) {
	const sim = await simulator({ apiKey: key });
	try {
		// A read is not kept waiting: the second request finds everything in order.
		sim.faults.add({
			...fault,
			times: fault.kind === 'html' || fault.status === 500 ? 1 : 'always',
		});
		const { outputs, error } = await runNode({
			node: 'alphaSms',
			credentials: credentials(sim.url, key),
			items: inputItems(1),
			parameters,
			onError,
		});
		const leak =
			leakOf([outputs, error], key) ??
			leakOf(
				sim.log.map(({ path, query }) => path + query),
				key,
			);
		const place = `${String(parameters.resource)}/${String(parameters.operation)} · ${name} · ${String(onError)}`;
		return leak === undefined ? [] : [`${place}: the key is shown: ${leak}`];
	} finally {
		await sim.close();
	}
}

describe.each(KEYS)('the key %j', (key) => {
	it.each(echoes(key))('is not shown when the gateway repeats it in %s', async (name, fault) => {
		const runs = SUBJECTS.flatMap((parameters) =>
			MODES.map(async (onError) => await leaksOf(key, name, fault, parameters, onError)),
		);
		expect((await Promise.all(runs)).flat()).toEqual([]);
	});
});

describe('a key that stands where the text is cut', () => {
	const key = 'Zq7RtW3bXk9LmN2vHs5Yd8Pf';
	const parts = Array.from({ length: key.length - 7 }, (_, at) => key.slice(at, at + 8));
	/** Before the cut stand our own words too, so the key is tried at every fourth place around it. */
	const places = (cut: number) => Array.from({ length: 20 }, (_, step) => cut - 76 + step * 4);
	const page = (at: number): Fault => ({
		kind: 'status',
		status: 500,
		body: `<html><p>${'x'.repeat(at)}${key} and more</p></html>`,
	});
	const refusal = (at: number): Fault => ({
		kind: 'okWithError',
		body: JSON.stringify({ success: false, error: `${'x'.repeat(at)}${key} and more` }),
	});

	it.each<[string, number, (at: number) => Fault]>([
		['a page of HTTP 500', 200, page],
		['a page of HTTP 500', 500, page],
		['an envelope error', 200, refusal],
		['an envelope error', 500, refusal],
	])('is not shown in part: %s, at %i', async (_, cut, fault) => {
		const sim = await simulator({ apiKey: key });
		try {
			for (const at of places(cut)) {
				for (const onError of MODES) {
					sim.faults.add(fault(at));
					const { outputs, error } = await runNode({
						node: 'alphaSms',
						credentials: credentials(sim.url, key),
						items: inputItems(1),
						parameters: SUBJECTS[0] ?? {},
						onError,
					});
					const shown = parts.find((part) => leakOf([outputs, error], part) !== undefined);
					expect([at, onError, shown]).toEqual([at, onError, undefined]);
					expect(leakOf([outputs, error], 'xxxxxxxx')).toBeDefined();
				}
			}
		} finally {
			await sim.close();
		}
	});
});

it('the key is not shown when it cannot be used', async () => {
	for (const apiKey of ['marker key 9f4c2a7e51', ' ', '', 'marker-key-9f4c2a7e51\u0007']) {
		const sim = await simulator({ apiKey: 'another' });
		const { outputs, error } = await runNode({
			node: 'alphaSms',
			credentials: credentials(sim.url, apiKey),
			parameters: { resource: 'account', operation: 'getBalance' },
		});
		await sim.close();
		expect(error?.message).toBeTruthy();
		if (apiKey.length > 4) expect(leakOf([outputs, error], apiKey)).toBeUndefined();
	}
});
