/**
 * With "Continue", what concerns the whole run fails every item with its outcome: n8n would hand on the input of a node
 * that throws, as if all had gone well.
 */
import type { IDataObject } from 'n8n-workflow';

import type { AlphaSmsSimulator } from '../simulators/alphasms';
import type { AlphaSmsRun } from './support/alphaSms';
import {
	pairedItems,
	recipients,
	runAlphaSms,
	SMS,
	SMS_FROM_ITEM,
	startGateway,
} from './support/alphaSms';

let sim: AlphaSmsSimulator;
beforeEach(async () => {
	sim = await startGateway();
});
afterEach(async () => await sim.close());

const operation = 'message.sendSms';
const requests = () => Object.values(sim.requests).reduce((sum, count) => sum + count, 0);

describe.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
	'on error: %s',
	(onError) => {
		/** Message and details of every item, after checking that each came out once and as a failure. */
		async function failuresOf(run: Omit<AlphaSmsRun, 'operation'> & { operation?: string }) {
			const result = await runAlphaSms(sim, { operation, ...run, onError });
			expect(result.error).toBeUndefined();
			expect(result.run.status).toBe('success');
			const waits = run.operation?.endsWith('AndWait') ?? false;
			const at = onError === 'continueRegularOutput' ? 0 : waits ? 2 : 1;
			result.outputs.forEach((items, output) => {
				if (output !== at) expect(items).toEqual([]);
			});
			const items = result.outputs[at] ?? [];
			expect(pairedItems(items)).toEqual((run.items ?? [{}]).map((_, index) => index));
			return items.map(({ json }): IDataObject & { message: string } =>
				at === 0
					? { ...json, message: String(json.error) }
					: (json.error as IDataObject & { message: string }),
			);
		}

		it('Maximum Sends per Run fails every item', async () => {
			const parameters = { ...SMS_FROM_ITEM, options: { maxSends: 4 } };
			const failures = await failuresOf({ parameters, items: recipients(5) });
			failures.forEach(({ message, outcome, description }, index) => {
				expect(message).toBe(
					`5 messages, calls or look-ups would be sent, but "Maximum Sends per Run" is 4; nothing was sent [item ${index}]`,
				);
				expect(outcome).toBe('not_sent');
				expect(description).toMatch(/Check the list/);
			});
			expect(failures).toHaveLength(5);
			expect(requests()).toBe(0);
		});

		it.each([1, 5])('a refused key costs one request, %i at once', async (concurrency) => {
			const items = recipients(20);
			const [first, ...others] = await failuresOf({
				parameters: { ...SMS_FROM_ITEM, options: { batchSize: 1, concurrency } },
				items,
				credential: { apiKey: 'wrong-key-123' },
			});
			expect(requests()).toBe(1);
			expect(first).toMatchObject({
				message: 'AlphaSMS refused the request: Access denied [item 0]',
				description: expect.stringMatching(/^Check the API key/),
				outcome: 'refused',
				phone: items[0]?.phone,
				id: expect.any(Number),
			});
			expect(others).toHaveLength(19);
			others.forEach((failure, index) => {
				expect(failure).toMatchObject({
					message: `Not sent, because the run was stopped: AlphaSMS refused the request: Access denied [item ${index + 1}]`,
					outcome: 'not_sent',
					phone: items[index + 1]?.phone,
					id: expect.any(Number),
				});
			});
			expect(JSON.stringify([first, others])).not.toContain('wrong-key-123');
		});

		it('a limit that lasts longer than a run costs one request', async () => {
			sim.faults.add({ kind: 'status', status: 429, retryAfter: 3600, times: 'always' });
			const parameters = { ...SMS_FROM_ITEM, options: { batchSize: 2, concurrency: 5 } };
			const failures = await failuresOf({ parameters, items: recipients(20) });
			expect(requests()).toBe(1);
			expect(failures.map(({ outcome }) => outcome)).toEqual(Array(20).fill('not_sent'));
			expect(failures[1]).toMatchObject({
				message: 'AlphaSMS limits the request rate (HTTP 429) [item 1]',
				description: expect.stringMatching(/come back in 60 minutes/),
				httpStatus: 429,
			});
			expect(failures[2]?.message).toBe(
				'Not sent, because the run was stopped: AlphaSMS limits the request rate (HTTP 429) [item 2]',
			);
		});

		it('keeps what was accepted, and what is unknown, before the run had to stop', async () => {
			sim.faults.add([{ kind: 'resetAfterBody', skip: 1 }]);
			sim.faults.add({ kind: 'okWithError', error: 'Access denied', skip: 1 });
			const parameters = { ...SMS_FROM_ITEM, options: { batchSize: 1, concurrency: 1 } };
			const result = await runAlphaSms(sim, {
				operation,
				parameters,
				items: recipients(5),
				onError,
			});
			expect(result.error).toBeUndefined();
			const words = result.outputs.flat().map(({ json }) => {
				const details = typeof json.error === 'object' ? (json.error as IDataObject) : json;
				return details.outcome;
			});
			expect(words).toEqual(['accepted', 'unknown', 'refused', 'not_sent', 'not_sent']);
			expect([requests(), sim.acceptedTotal, sim.maxPerId]).toEqual([3, 2, 1]);
		});

		it.each<[string, IDataObject, RegExp]>([
			['no key', { apiKey: '' }, /^The AlphaSMS credential has no API key \[item \d\]$/],
			['a key with blanks', { apiKey: 'a b c d' }, /credential holds blanks \[item \d\]$/],
			[
				'no address',
				{ customBaseUrl: 'alphasms' },
				/is not a web address: "alphasms" \[item \d\]$/,
			],
		])('a credential with %s fails every item', async (_, credential, message) => {
			const failures = await failuresOf({
				parameters: SMS_FROM_ITEM,
				items: recipients(3),
				credential: credential as Record<string, string>,
			});
			expect(failures).toHaveLength(3);
			for (const failure of failures) {
				expect(failure.message).toMatch(message);
				expect(failure.outcome).toBe('not_sent');
			}
			expect(requests()).toBe(0);
		});

		it('an option that cannot be used fails every item', async () => {
			const parameters = { ...SMS_FROM_ITEM, options: { concurrency: '={{ "many" }}' } };
			const failures = await failuresOf({ parameters, items: recipients(2) });
			expect(failures.map(({ message, outcome }) => [message, outcome])).toEqual(
				[0, 1].map((index) => [
					`"Concurrent Requests" must be a whole number, not a string [item ${index}]`,
					'not_sent',
				]),
			);
			expect(requests()).toBe(0);
		});

		it('Send and Wait fails every one of several items, and does not wait', async () => {
			const failures = await failuresOf({
				operation: 'message.sendSmsAndWait',
				parameters: SMS,
				items: [{}, {}, {}],
			});
			failures.forEach(({ message, outcome, description }, index) => {
				expect(message).toBe(
					`"Send SMS and Wait" handles one item at a time, this run has 3; nothing was sent [item ${index}]`,
				);
				expect(outcome).toBe('not_sent');
				expect(description).toMatch(/Loop Over Items/);
			});
			expect(requests()).toBe(0);
		});
	},
);
