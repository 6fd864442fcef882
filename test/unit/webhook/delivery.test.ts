/** What is read of a callback, and what is too much of it. */
import { readDelivery } from '../../../nodes/shared/webhook/delivery';
import type { FakeCallback } from '../support/webhookContext';
import { fakeWebhook } from '../support/webhookContext';

async function read(callback: FakeCallback, options?: Parameters<typeof readDelivery>[1]) {
	return await readDelivery(fakeWebhook(callback).context, options);
}

const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const fields = (count: number) => Array.from({ length: count }, (_, at) => `k${at}=v`).join('&');
const calls = (count: number) => JSON.stringify(Array.from({ length: count }, () => ({})));

it.each<[string, string, string | undefined]>([
	['100 levels', nested(100), undefined],
	['101 levels', nested(101), 'The body is nested too deeply'],
	['100,000 levels', nested(100_000), 'The body is nested too deeply'],
	['1,000 fields', fields(1000), undefined],
	['1,001 fields', fields(1001), 'There are more than 1000 fields'],
	['10 calls', calls(10), undefined],
	['11 calls', calls(11), 'There are more than 10 entries in "calls"'],
	['11 calls in an object', `{"calls":${calls(11)}}`, 'There are more than 10 entries in "calls"'],
	['broken JSON', '{"a":', 'The body is neither JSON nor form fields'],
])('%s', async (_, body, problem) => {
	expect((await read({ body }, { listKey: 'calls', maxListed: 10 })).problem).toBe(problem);
});

it('counts the fields of a query too', async () => {
	const long = { originalUrl: `/webhook/x?${fields(1001)}` };
	expect((await read(long, { acceptQuery: true })).problem).toBe('There are more than 1000 fields');
});

it.each<[string, FakeCallback]>([
	['JSON', { body: '{"__proto__":{"x":1},"a":[{"constructor":1,"prototype":2,"b":3}]}' }],
	[
		'what n8n has read of a multipart body',
		{
			headers: { 'content-type': 'multipart/form-data; boundary=x' },
			multipart: { prototype: 'x', a: [{ constructor: 'x', b: 3 }] },
		},
	],
])('takes unsafe keys out at every level of %s', async (_, callback) => {
	const { delivery } = await read(callback);
	expect(JSON.stringify(delivery?.body)).toBe('{"a":[{"b":3}]}');
});

it('refuses fields of a multipart body that are larger than 1 MB', async () => {
	const headers = { 'content-type': 'multipart/form-data; boundary=x' };
	const multipart = { a: 'x'.repeat(1024 * 1024) };
	expect((await read({ headers, multipart })).problem).toBe('The fields are larger than 1 MB');
});
