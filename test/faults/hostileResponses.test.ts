/**
 * Answers that no sane gateway would give: the node says one thing about every item, never a JavaScript error, and never
 * shows the key.
 */
import { leakOf, watchLog } from './support/secrets';
import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import { runNode, type RunResult } from '../engine/support/engine';
import type { AlphaSmsSimulator } from '../simulators/alphasms';
import { damaged, damages } from './support/mutate';
import { inputItems, operations } from './support/operations';
import { credentials, simulator } from './support/spend';

watchLog();

const SEED = 20_240_131;
const IDS = [800_001, 800_002, 800_003];
const OUTCOMES = ['accepted', 'refused', 'unknown', 'not_sent'];
/** What an unhandled programming error looks like to a user. */
const CRASH =
	/TypeError|RangeError|ReferenceError|call stack|Cannot (read|convert|destructure|set)|is not (a function|iterable|defined)|Invalid (string|array) length/i;

interface Subject {
	readonly key: string;
	readonly parameters: IDataObject;
	/** Items in, and in one request. */
	readonly items: number;
	readonly spends: boolean;
	readonly valid: Record<string, unknown>;
	readonly runs: number;
}

const sent = (id: number) => ({ success: true, data: { id, msg_id: id + 5, data: 1, parts: 1 } });
const one = (data: object) => ({ success: true, data: [{ success: true, data }] });
const replies = [
	{ datetime: '2022-05-01T12:01:02+03:00', message: 'Please wait' },
	{
		datetime: '2022-05-03T14:21:17+03:00',
		media: { url: 'https://example.org/a', filename: 'a.pdf', filesize: 67983 },
	},
];

function spending(
	key: string,
	items: number,
	valid: Record<string, unknown>,
	runs: number,
): Subject {
	const [operation] = operations(key);
	const additionalFields = operation?.identity === 'id' ? { id: '={{ $json.id }}' } : {};
	return {
		key,
		items,
		spends: true,
		valid,
		runs,
		parameters: { ...operation?.parameters, additionalFields },
	};
}

function reading(
	key: string,
	parameters: IDataObject,
	valid: Record<string, unknown>,
	runs: number,
): Subject {
	const [resource, operation] = key.split('/');
	return {
		key,
		items: 1,
		spends: false,
		valid,
		runs,
		parameters: { resource, operation, ...parameters },
	};
}

const SUBJECTS: readonly Subject[] = [
	spending('message/sendSms', 3, { success: true, data: IDS.map(sent) }, 250),
	spending('message/sendViberAndWait', 1, { success: true, data: [sent(800_001)] }, 40),
	spending('oneTimeCode/flashCall', 1, one({ code: '0471', price: 0.2 }), 60),
	spending(
		'number/lookUp',
		1,
		one({ phone: 380971234531, status: 'DELIVERED', network: { origin: { prefix: 97 } } }),
		60,
	),
	spending('call/playAudioFile', 1, { id: 100500, price: 0.4 }, 60),
	spending('apiRequest/send', 1, { success: true, data: [sent(700_100)] }, 60),
	reading(
		'message/getStatus',
		{ id: '800001' },
		one({ id: 800_001, type: 'sms', status: 'DELIVERED' }),
		60,
	),
	reading(
		'message/getViberReplies',
		{ id: '800001' },
		one({ id: 800_001, type: 'viber', status: 'REPLIED', replies }),
		60,
	),
	reading('account/getBalance', {}, one({ amount: 31.1683, currency: 'UAH' }), 60),
];

async function answerWith(
	sim: AlphaSmsSimulator,
	{ parameters, items }: Subject,
	body: string,
): Promise<RunResult> {
	sim.faults.clear();
	sim.faults.add({ kind: 'okWithError', body, times: 'always' });
	const input = inputItems(items).map((item, index) => ({
		...item,
		json: { ...item.json, id: IDS[index] },
	}));
	return await runNode({
		node: 'alphaSms',
		credentials: credentials(sim.url),
		items: input,
		onError: 'continueRegularOutput',
		parameters: { simplify: true, ...parameters },
	});
}

function judge({ items, spends, key }: Subject, result: RunResult): string[] {
	const problems: string[] = [];
	const leak = leakOf([result.outputs, result.error]);
	if (leak !== undefined) problems.push(`shows the key: ${leak}`);
	if (result.error) problems.push(`the whole run failed: ${result.error.message}`);
	const [outputs = []] = result.outputs;
	const paired = outputs.map(({ pairedItem }) => (pairedItem as { item: number }).item);
	// These two give out a row for each reply and each result, so there may be none or many.
	const byRow = key === 'message/getViberReplies' || key === 'apiRequest/send';
	if (!byRow && paired.join() !== [...Array(items).keys()].join())
		problems.push(`output items for ${paired.join()}`);
	if (key === 'apiRequest/send' && paired.length === 0) problems.push('no output item');
	for (const { json } of outputs) {
		if (CRASH.test(String(json.error))) problems.push(`crashed: ${String(json.error)}`);
		if (spends && !OUTCOMES.includes(String(json.outcome)))
			problems.push(`outcome ${JSON.stringify(json.outcome)?.slice(0, 80)}`);
		if (spends && json.outcome === 'not_sent')
			problems.push(`sent, but called not_sent: ${String(json.error)}`);
	}
	if ('polluted' in {}) problems.push('Object.prototype was polluted');
	return problems;
}

let sim: AlphaSmsSimulator;
beforeAll(async () => {
	sim = await simulator({ log: 'counts' });
});
afterAll(async () => {
	await sim.close();
});

it.each(SUBJECTS.map((subject) => [subject.key, subject] as const))(
	'%s survives damaged answers',
	async (key, subject) => {
		await fc.assert(
			fc.asyncProperty(damages, async (list) => {
				const body = damaged(subject.valid, list);
				const problems = judge(subject, await answerWith(sim, subject, body));
				if (problems.length > 0)
					throw new Error(`${key}: ${problems.join('; ')}\n${body.slice(0, 600)}`);
			}),
			{ seed: SEED, numRuns: subject.runs },
		);
	},
);

it.each([1_000, 20_000, 100_000])('survives an answer nested %d levels deep', async (depth) => {
	const [subject] = SUBJECTS;
	if (!subject) throw new Error('no subject');
	const deep = `${'['.repeat(depth)}1${']'.repeat(depth)}`;
	const body = JSON.stringify({ success: true, data: IDS.map(sent) }).replace(
		'"parts":1',
		`"parts":${deep}`,
	);
	expect(judge(subject, await answerWith(sim, subject, body))).toEqual([]);
});

it('gives every item its own result, however the answer is ordered', async () => {
	const [subject] = SUBJECTS;
	if (!subject) throw new Error('no subject');
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
			const body = JSON.stringify({ success: true, data: missing ? data.slice(0, 2) : data });
			const { json } = await answerWith(sim, subject, body);
			const words = [0, 1, 2].map((index) =>
				index === lost ? 'unknown' : success[index] ? 'accepted' : 'refused',
			);
			expect(json.map(({ outcome }) => outcome)).toEqual(words);
		}),
		{ seed: SEED, numRuns: 60 },
	);
});

it('never calls an item refused when the answer also says that it was accepted', async () => {
	const [subject] = SUBJECTS;
	if (!subject) throw new Error('no subject');
	const refused = (id: number) => ({
		success: false,
		error: 'A message with this ID already exists',
		data: { id },
	});
	const data = [...IDS.map(sent), ...IDS.map(refused)];
	for (const list of [data, [...data].reverse()]) {
		const { json } = await answerWith(sim, subject, JSON.stringify({ success: true, data: list }));
		expect(json.map(({ outcome }) => outcome)).not.toContain('refused');
	}
});
