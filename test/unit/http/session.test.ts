import { setTimeout as sleep } from 'node:timers/promises';

import { SessionStore } from '../../../nodes/shared/http/session';

function loginCounter(delayMs = 5) {
	const counter = {
		count: 0,
		login: async () => {
			const number = ++counter.count;
			await sleep(delayMs);
			return `token-${number}`;
		},
	};
	return counter;
}

const times = <T>(count: number, make: () => Promise<T>) =>
	Promise.all(Array.from({ length: count }, make));

describe('SessionStore', () => {
	it('logs in once for 50 concurrent calls', async () => {
		const store = new SessionStore<string>();
		const counter = loginCounter();
		const tokens = await times(50, async () => await store.get('key', counter.login));
		expect(new Set(tokens)).toEqual(new Set(['token-1']));
		expect(await store.get('key', counter.login)).toBe('token-1');
		expect(counter.count).toBe(1);
	});

	it('keeps credentials apart', async () => {
		const store = new SessionStore<string>();
		const counter = loginCounter();
		const [one, two] = await Promise.all([
			store.get('one', counter.login),
			store.get('two', counter.login),
		]);
		expect(one).not.toBe(two);
		expect(counter.count).toBe(2);
	});

	it('renews once for 50 concurrent calls with the same stale session', async () => {
		const store = new SessionStore<string>();
		const counter = loginCounter();
		const stale = await store.get('key', counter.login);
		const tokens = await times(50, async () => await store.renew('key', stale, counter.login));
		expect(new Set(tokens)).toEqual(new Set(['token-2']));
		expect(counter.count).toBe(2);
	});

	it('gives a late caller the session that a neighbour has renewed', async () => {
		const store = new SessionStore<string>();
		const counter = loginCounter();
		const stale = await store.get('key', counter.login);
		await store.renew('key', stale, counter.login);
		expect(await store.renew('key', stale, counter.login)).toBe('token-2');
		expect(counter.count).toBe(2);
	});

	it('does not remember a failed login', async () => {
		const store = new SessionStore<string>();
		const fail = async () => await Promise.reject(new Error('wrong password'));
		await expect(store.get('key', fail)).rejects.toThrow('wrong password');
		expect(await store.get('key', async () => 'fine')).toBe('fine');
	});

	it('fails everybody who waits for one login that fails, after one try', async () => {
		const store = new SessionStore<string>();
		let count = 0;
		const fail = async () => {
			count++;
			await sleep(5);
			throw new Error('wrong password');
		};
		const results = await Promise.allSettled(
			Array.from({ length: 50 }, async () => await store.get('key', fail)),
		);
		expect(results.every(({ status }) => status === 'rejected')).toBe(true);
		expect(count).toBe(1);
	});

	it('can be renewed again after a failed renewal', async () => {
		const store = new SessionStore<string>();
		const stale = await store.get('key', async () => 'old');
		const fail = async () => await Promise.reject(new Error('down'));
		await expect(store.renew('key', stale, fail)).rejects.toThrow('down');
		expect(await store.renew('key', stale, async () => 'new')).toBe('new');
	});

	it('renews a session near its end once for 50 concurrent calls, and hands the old one over', async () => {
		const store = new SessionStore<string>();
		const given: Array<string | undefined> = [];
		let number = 0;
		const login = async (stale?: string) => {
			given.push(stale);
			await sleep(5);
			return `token-${++number}`;
		};
		const isStale = (session: string) => session === 'token-1';
		await store.get('key', login);
		const tokens = await times(50, async () => await store.get('key', login, isStale));
		expect(new Set(tokens)).toEqual(new Set(['token-2']));
		expect(given).toEqual([undefined, 'token-1']);
	});

	it('forgets only the session that is meant', async () => {
		const store = new SessionStore<string>();
		const counter = loginCounter(0);
		await store.get('key', counter.login);
		store.forget('key', 'another');
		expect(await store.get('key', counter.login)).toBe('token-1');
		store.forget('key', 'token-1');
		expect(await store.get('key', counter.login)).toBe('token-2');
	});
});
