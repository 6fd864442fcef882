/** A credential is asked for once in a burst of genuine callbacks, and again as soon as it proves nothing. */
import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';

import { judgeWith } from '../../../nodes/shared/webhook/credentials';

/** What n8n has stored, and how often it was asked for it. */
function storage(id: string | undefined, key: string) {
	const stored = { key, asked: 0 };
	const context = {
		getNode: () => ({ credentials: id === undefined ? undefined : { someApi: { id, name: 'x' } } }),
		getCredentials: async (): Promise<IDataObject> => {
			stored.asked += 1;
			return { key: stored.key };
		},
	} as unknown as IWebhookFunctions;
	const judge = async (proof: string) =>
		await judgeWith(context, 'someApi', ({ key: known }) =>
			known === proof ? undefined : 'The signature is wrong',
		);
	return { stored, judge };
}

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

it('asks n8n once for a burst of genuine callbacks', async () => {
	const { stored, judge } = storage('burst', 'k');
	for (let count = 0; count < 10; count++) expect(await judge('k')).toBeUndefined();
	expect(stored.asked).toBe(1);
});

it('remembers nothing that has proven nothing', async () => {
	const { stored, judge } = storage('forged', 'k');
	for (let count = 0; count < 3; count++) expect(await judge('forged')).toMatch(/wrong/);
	expect(stored.asked).toBe(3);
	expect(await judge('k')).toBeUndefined();
	expect(stored.asked).toBe(4);
});

it('takes a new key at once, and the old one no longer than five seconds', async () => {
	const { stored, judge } = storage('changed', 'old');
	expect(await judge('old')).toBeUndefined();
	stored.key = 'new';
	jest.advanceTimersByTime(4900);
	expect(await judge('old')).toBeUndefined();
	jest.advanceTimersByTime(200);
	expect(await judge('old')).toMatch(/wrong/);
	expect(await judge('new')).toBeUndefined();
	expect(await judge('old')).toMatch(/wrong/);
});

it('takes a new key at once while the old one is remembered', async () => {
	const { stored, judge } = storage('changed soon', 'old');
	expect(await judge('old')).toBeUndefined();
	stored.key = 'new';
	expect(await judge('new')).toBeUndefined();
	expect(await judge('old')).toMatch(/wrong/);
});

it('keeps credentials apart, and none that has no ID', async () => {
	const one = storage('one', 'k1');
	const two = storage('two', 'k2');
	const none = storage(undefined, 'k3');
	for (const { judge, key } of [
		{ ...one, key: 'k1' },
		{ ...two, key: 'k2' },
		{ ...none, key: 'k3' },
	]) {
		expect(await judge(key)).toBeUndefined();
		expect(await judge(key)).toBeUndefined();
	}
	expect(await two.judge('k1')).toMatch(/wrong/);
	expect([one.stored.asked, two.stored.asked, none.stored.asked]).toEqual([1, 2, 2]);
});
