/** Whatever is sent to a trigger's address: it answers, never throws, and believes nothing that it should not. */
import { leakOf, watchLog } from './support/secrets';
import fc from 'fast-check';

import { alphaSmsTrigger } from './support/callbacks/alphaSms';
import { bodies, CONTENT_TYPES, forms, hugeBodies, strayHeaders } from './support/callbacks/bodies';
import type { Answer, Callback, Setting, TriggerCase } from './support/callbacks/trigger';
import { call, unsafeKey } from './support/callbacks/trigger';
import { velipTrigger } from './support/callbacks/velip';
import { kitTriggers } from './support/callbacks/voximplantKit';
import { channelTriggers } from './support/callbacks/voximplantKitCustomChannel';

watchLog();

const SEED = 20_240_131;
const RUNS = 7_000;
const TRIGGERS = [alphaSmsTrigger, velipTrigger, ...channelTriggers, ...kitTriggers].map(
	(one) => [[one.node, one.variant].filter(Boolean).join(', '), one] as const,
);
/** Not one of any provider's. */
const STRANGER = '6.6.6.6';

interface Attack {
	readonly setting: Setting;
	readonly proof: string;
	readonly callback: Callback;
}

function headersFor({ proofHeader, proofs }: TriggerCase, proof: string, body: Buffer) {
	return { [proofHeader]: proofs[proof]?.(body), host: 'n8n.example.com' };
}

function judge(
	trigger: TriggerCase,
	{ setting, proof, callback }: Attack,
	answer: Answer,
): string[] {
	const problems = answer.events.flatMap((event) => {
		const found = trigger.judge(setting, proof, event, callback);
		const asked = [...setting.events, ...(trigger.alsoPasses ?? [])];
		const unsafe = unsafeKey(event);
		if (unsafe !== undefined) found.push(`the output has a key ${unsafe}`);
		if (!asked.includes(String(event.event)))
			found.push(`the event ${String(event.event)} was not asked for`);
		if (leakOf(event) !== undefined) found.push('the output shows the secret');
		return found;
	});
	if (!answer.answered) problems.push('no answer');
	const { status } = answer;
	// A setting that cannot be used is the one thing that is no fault of the caller.
	const isUnusable = status === 500 && setting.options.additionalEvents === 'no event!';
	if (status !== undefined && ![400, 401].includes(status) && !isUnusable)
		problems.push(`answered ${status}`);
	if (status !== undefined && answer.events.length > 0) problems.push('refused and yet started');
	if ('polluted' in {}) problems.push('Object.prototype was polluted');
	return problems;
}

let count = 0;

async function check(trigger: TriggerCase, attack: Attack): Promise<Answer> {
	const { setting, callback } = attack;
	const sent = { address: STRANGER, ...callback };
	const answer = await call(trigger, setting, sent, `node-${count++}`);
	const problems = judge(trigger, attack, answer);
	if (problems.length > 0) {
		const body = callback.rawBody.toString('utf8').slice(0, 400);
		const place = `${attack.proof}, ${JSON.stringify(setting)}, ${callback.originalUrl ?? ''}`;
		throw new Error(`${place}: ${problems.join('; ')}\n${body}`);
	}
	return answer;
}

/** The cases are worth something only if each way out is taken often. */
function ways() {
	const seen = { started: 0, refused: 0, ignored: 0 };
	return {
		note: ({ status, events }: Answer) => {
			seen[events.length > 0 ? 'started' : status === undefined ? 'ignored' : 'refused']++;
		},
		least: () => Math.min(...Object.values(seen)),
	};
}

describe.each(TRIGGERS)('%s', (_, trigger) => {
	const proofs = fc.oneof(
		fc.constantFrom(...Object.keys(trigger.proofs).slice(0, 2)),
		fc.constantFrom(...Object.keys(trigger.proofs)),
	);

	it(`survives ${RUNS} hostile callbacks`, async () => {
		const seen = ways();
		const attacks = fc.record({
			setting: trigger.settings,
			proof: proofs,
			body: bodies(trigger.fields),
			contentType: fc.constantFrom(...CONTENT_TYPES),
			more: strayHeaders,
		});
		await fc.assert(
			fc.asyncProperty(attacks, async ({ setting, proof, body, contentType, more }) => {
				const own = headersFor(trigger, proof, body);
				const headers = { ...more, 'content-type': contentType, ...own };
				const query = { a: 'b', list: ['x'], ['__proto__']: 'y' };
				const callback = { rawBody: body, headers, query, originalUrl: '/webhook/x?a=b' };
				seen.note(await check(trigger, { setting, proof, callback }));
			}),
			{ seed: SEED, numRuns: RUNS },
		);
		expect(seen.least()).toBeGreaterThan(RUNS / 50);
	});

	it('survives 2000 hostile queries', async () => {
		const seen = ways();
		const attacks = fc.record({
			setting: trigger.settings,
			proof: proofs,
			search: fc.oneof(
				{ weight: 8, arbitrary: forms(trigger.fields) },
				{ weight: 1, arbitrary: fc.string() },
				{ weight: 1, arbitrary: fc.constantFrom('', '=', '&&', '%', '%zz=%', 'a[b]=c&a[]=d') },
			),
		});
		await fc.assert(
			fc.asyncProperty(attacks, async ({ setting, proof, search }) => {
				const rawBody = Buffer.alloc(0);
				const headers = headersFor(trigger, proof, rawBody);
				const query = Object.fromEntries(new URLSearchParams(search));
				const callback = { rawBody, headers, query, originalUrl: `/webhook/x?${search}` };
				seen.note(await check(trigger, { setting, proof, callback }));
			}),
			{ seed: SEED, numRuns: 2000 },
		);
		if (trigger.takesQuery) expect(seen.least()).toBeGreaterThan(100);
	});

	it('survives 1500 hostile multipart bodies, which n8n has read', async () => {
		const attacks = fc.record({
			setting: trigger.settings,
			proof: fc.constantFrom(
				...Object.keys(trigger.proofs).filter((name) => name !== 'valid' && name !== 'list'),
			),
			multipart: fc.oneof(trigger.fields, fc.jsonValue({ maxDepth: 3 })),
		});
		await fc.assert(
			fc.asyncProperty(attacks, async ({ setting, proof, multipart }) => {
				const rawBody = Buffer.alloc(0);
				const contentType = 'multipart/form-data; boundary=x';
				// What nobody can sign is proven by the signature of something else at best.
				const other = Buffer.from('x');
				const headers = { 'content-type': contentType, ...headersFor(trigger, proof, other) };
				const isProven = proof === 'upper case' || proof === 'padded';
				const name = isProven ? 'of another body' : proof;
				const callback = { rawBody, headers, query: {}, multipart };
				await check(trigger, { setting, proof: name, callback });
			}),
			{ seed: SEED, numRuns: 1500 },
		);
	});

	describe.each([...hugeBodies, ...(trigger.hugeBodies ?? [])])('survives %s', (__, body) => {
		it.each(Object.keys(trigger.proofs).slice(0, 3))(
			'proof: %s',
			async (proof) => {
				const headers = { 'content-type': 'application/json', ...headersFor(trigger, proof, body) };
				const callback = { rawBody: body, headers, query: {} };
				// What grows with the square of the size would take minutes.
				await check(trigger, { setting: trigger.open, proof, callback });
			},
			60_000,
		);
	});
});
