/** Whatever is sent to the address of a waiting execution: it answers, never throws, and goes on only for the answer that is awaited. */
import { leakOf, watchLog } from './support/secrets';
import fc from 'fast-check';

import { bodies, CONTENT_TYPES, forms, hugeBodies, strayHeaders } from './support/callbacks/bodies';
import { mutations } from './support/callbacks/mutations';
import type { ResumeCase } from './support/callbacks/resumes';
import { addressOf, at, resumeCases } from './support/callbacks/resumes';
import type { Answer, Callback } from './support/callbacks/trigger';
import { call, unsafeKey } from './support/callbacks/trigger';

watchLog();

const SEED = 20_240_915;
const RUNS = 6_000;
const CASES = resumeCases.map((one) => [one.node, one] as const);

/** Whether it went on; fails where it should not have, or there was no proper answer. */
async function goesOn(resumed: ResumeCase, callback: Callback): Promise<boolean> {
	const answer: Answer = await call(resumed, {}, callback, 'node-under-test');
	const { events, status, answered } = answer;
	expect(answered).toBe(true);
	expect([undefined, 400, 401]).toContain(status);
	expect('polluted' in {}).toBe(false);
	for (const event of events) {
		expect(status).toBeUndefined();
		expect(event.timedOut).toBe(false);
		expect(unsafeKey(event)).toBeUndefined();
		expect(leakOf(event)).toBeUndefined();
		expect({ event, genuine: resumed.isGenuine(callback, event) }).toEqual({
			event,
			genuine: true,
		});
	}
	return events.length > 0;
}

function counter() {
	const seen = { true: 0, false: 0 };
	return {
		note: (wentOn: boolean) => void seen[`${wentOn}`]++,
		least: () => Math.min(seen.true, seen.false),
	};
}

/** Addresses that are sealed, and such as somebody might make up from them. */
const addresses = fc.oneof(
	...['100500~delivery~~required', '100500~call~~required', '100500~key~sms~optional', 'order1001']
		.map(addressOf)
		.map((address) => fc.constantFrom(address, address, address, `${address}0`)),
	fc.constantFrom(
		'/webhook-waiting/42/node-under-test',
		'',
		'/',
		'?awaits=order1001&seal=',
		`${addressOf('order1001')}&awaits=order1001&awaits=order1002`,
		addressOf('order1001').replace('/42/', '/43/'),
		addressOf('order1001').replace('order1001', 'order1002'),
	),
);

/** Changes of the address: of single characters, of its parts, and of their order. */
const addressChanges = fc.oneof(
	fc
		.tuple(fc.nat({ max: 300 }), fc.constantFrom('', '0', 'a', '/', '?', '&', '=', '%', '~', '#'))
		.map(([place, put]) => (url: string) => {
			const index = place % url.length;
			return url.slice(0, index) + put + url.slice(index + 1);
		}),
	fc.constantFrom<(url: string) => string>(
		...[
			(url: string) => url,
			(url: string) => url.replace('/42/', '/42//'),
			(url: string) => url.replace('?', '/?'),
			(url: string) => url.replace('/42/', '/7/42/'),
			(url: string) => url.replace('/42/', '/7/'),
			(url: string) => url.replace('node-under-test', 'another-node'),
			(url: string) => url.replace('awaits=', 'awaits=x&awaits='),
			(url: string) => url.replace('seal=', 'seal[]='),
			(url: string) => url.replace(/seal=[^&]*/, 'seal='),
			(url: string) => url.replace(/seal=(\w+)/, (_, seal: string) => `seal=${seal.toUpperCase()}`),
			(url: string) => url.replace('delivery', 'call').replace('required', 'optional'),
			(url: string) => url.replace(/order\d+/, 'order0'),
			(url: string) => `${url}&awaits=order0`,
			(url: string) => `${url}&cd_called_status=OK&ctid=`,
			(url: string) => url.replace(/awaits=([^&]*)/, (_, tag: string) => `Awaits=${tag}`),
		],
	),
);

describe.each(CASES)('%s', (_, resumed) => {
	it('goes on for what is awaited', async () => {
		await fc.assert(
			fc.asyncProperty(resumed.genuine, async (callback) => {
				expect(await goesOn(resumed, callback)).toBe(true);
			}),
			{ seed: SEED, numRuns: 500 },
		);
	});

	it(`survives ${RUNS} hostile callbacks`, async () => {
		const seen = counter();
		const attacks = fc.record({
			address: addresses,
			body: fc.oneof(
				{ weight: 4, arbitrary: bodies(resumed.fields) },
				fc.constant(Buffer.alloc(0)),
			),
			search: fc.option(forms(resumed.fields)),
			contentType: fc.constantFrom(...CONTENT_TYPES),
			more: strayHeaders,
		});
		await fc.assert(
			fc.asyncProperty(attacks, async ({ address, body, search, contentType, more }) => {
				const headers = { ...more, 'content-type': contentType };
				const url = search === null ? address : `${address}&${search}`;
				seen.note(await goesOn(resumed, at({ rawBody: body, headers, query: {} }, url)));
			}),
			{ seed: SEED, numRuns: RUNS },
		);
		expect(seen.least()).toBeGreaterThan(RUNS / 100);
	});

	it(`goes on for none of ${RUNS} changed callbacks that it should not`, async () => {
		const seen = counter();
		const changes = fc.record({
			callback: resumed.genuine,
			url: fc.option(addressChanges),
			change: fc.option(mutations('x-signature')),
		});
		await fc.assert(
			fc.asyncProperty(changes, async ({ callback, url, change }) => {
				const changed = change === null ? callback : change(callback);
				const address = callback.originalUrl ?? '';
				seen.note(await goesOn(resumed, at(changed, url === null ? address : url(address))));
			}),
			{ seed: SEED, numRuns: RUNS },
		);
		expect(seen.least()).toBeGreaterThan(RUNS / 50);
	});

	it.each(hugeBodies)('survives %s', async (__, rawBody) => {
		const headers = { 'content-type': 'application/json' };
		await goesOn(resumed, at({ rawBody, headers, query: {} }, addressOf('order1001')));
	});
});
