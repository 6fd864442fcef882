/** One request finds out whether a credential is any good; the others wait for it. */
import { CallError, CancelledError } from '../../../nodes/shared/http/errors';
import { RefusalMemory } from '../../../nodes/shared/http/refusals';

const KEY = 'credential';
const refusal = () =>
	new CallError('no such token', { stopsRun: true, cause: 'credential-invalid' });

/** A request that is ended by hand. */
function request() {
	const control: { end?: (error?: Error) => void } = {};
	const asked = jest.fn(
		async () =>
			await new Promise<string>((resolve, reject) => {
				control.end = (error) => (error === undefined ? resolve('answer') : reject(error));
			}),
	);
	return { asked, end: (error?: Error) => control.end?.(error) };
}

const turn = async () => await new Promise((resolve) => setImmediate(resolve));

/** Asks as the client does: not at all while a refusal is remembered. */
function asking(memory: RefusalMemory, ask: () => Promise<string>) {
	return async () => {
		const refused = memory.recall(KEY);
		if (refused !== undefined) throw refused;
		return await ask();
	};
}

test('the others are not sent when the first one is refused', async () => {
	const memory = new RefusalMemory(60_000);
	const first = request();
	const other = jest.fn(async () => 'answer');
	const leading = memory.ahead(KEY, asking(memory, first.asked));
	const following = memory.ahead(KEY, asking(memory, other));
	const ended = Promise.allSettled([leading, following]);
	await turn();
	expect(other).not.toHaveBeenCalled();
	first.end(refusal());
	expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
	expect(other).not.toHaveBeenCalled();
});

test.each([
	['is answered', undefined],
	['is refused for its content', new CallError('wrong number')],
	['is lost', new CallError('reset', { outcome: 'unknown', transient: true })],
])('the others go when the first one %s', async (_, error) => {
	const memory = new RefusalMemory(60_000);
	const first = request();
	const leading = memory.ahead(KEY, first.asked);
	const following = memory.ahead(KEY, async () => 'other');
	const another = memory.ahead('another credential', async () => 'at once');
	const ended = Promise.allSettled([leading, following]);
	expect(await another).toBe('at once');
	first.end(error);
	expect((await ended)[1]).toEqual({ status: 'fulfilled', value: 'other' });
});

test('an accepted credential keeps nobody waiting, until it is refused', async () => {
	const memory = new RefusalMemory(60_000);
	await memory.ahead(KEY, async () => 'answer');
	const slow = request();
	const leading = memory.ahead(KEY, slow.asked);
	expect(await memory.ahead(KEY, async () => 'at once')).toBe('at once');
	slow.end(refusal());
	await expect(leading).rejects.toThrow('no such token');
	expect(memory.recall(KEY)).toMatchObject({ stopsRun: true, outcome: 'not_sent' });
});

test('waiting ends at once on cancel', async () => {
	const memory = new RefusalMemory(60_000);
	const first = request();
	const leading = memory.ahead(KEY, first.asked);
	const abort = new AbortController();
	const following = memory.ahead(KEY, async () => 'other', abort.signal);
	abort.abort();
	await expect(following).rejects.toThrow(CancelledError);
	first.end();
	expect(await leading).toBe('answer');
});
