/** Batches of AlphaSMS: every item gets its own result, whatever the answer looks like. */
import { watchLog } from './support/secrets';
import fc from 'fast-check';

import { alphaSms } from './support/providers/alphaSms';
import { byKey, type Gateway } from './support/providers/provider';
import { run } from './support/spend';

watchLog();

const SEED = 20_240_131;
const IDS = [800_001, 800_002, 800_003];
const [sendSms] = byKey(alphaSms, 'message/sendSms');

let gateway: Gateway;
beforeAll(async () => {
	gateway = await alphaSms.start({ log: 'counts', operation: sendSms });
});
afterAll(async () => {
	await gateway.close();
});

async function answerWith(data: unknown[]) {
	if (!sendSms) throw new Error('no operation');
	gateway.faults.clear();
	const body = JSON.stringify({ success: true, data });
	gateway.faults.add({ kind: 'okWithError', body, times: 'always' });
	const items = alphaSms.items(3).map((item, index) => ({
		...item,
		json: { ...item.json, id: IDS[index] },
	}));
	const parameters = {
		...gateway.parameters(sendSms),
		additionalFields: { id: '={{ $json.id }}' },
	};
	const { json } = await run(alphaSms, gateway.url, parameters, {
		items,
		onError: 'continueRegularOutput',
	});
	return json.map(({ outcome }) => outcome);
}

it('gives every item its own result, however the answer is ordered', async () => {
	const answers = fc.record({
		order: fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
		success: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
		asText: fc.boolean(),
		missing: fc.boolean(),
	});
	await fc.assert(
		fc.asyncProperty(answers, async ({ order, success, asText, missing }) => {
			const data = order.map((index) => ({
				success: success[index],
				...(success[index] === false && { error: 'Error in Alpha-name' }),
				data: { id: asText ? String(IDS[index]) : IDS[index] },
			}));
			const lost = missing ? order[2] : undefined;
			const words = [0, 1, 2].map((index) =>
				index === lost ? 'unknown' : success[index] ? 'accepted' : 'refused',
			);
			expect(await answerWith(missing ? data.slice(0, 2) : data)).toEqual(words);
		}),
		{ seed: SEED, numRuns: 60 },
	);
});

it('never calls an item refused when the answer also says that it was accepted', async () => {
	const sent = (id: number) => ({ success: true, data: { id, msg_id: id + 5, data: 1, parts: 1 } });
	const refused = (id: number) => ({
		success: false,
		error: 'A message with this ID already exists',
		data: { id },
	});
	const data = [...IDS.map(sent), ...IDS.map(refused)];
	for (const list of [data, [...data].reverse()]) {
		expect(await answerWith(list)).not.toContain('refused');
	}
});
