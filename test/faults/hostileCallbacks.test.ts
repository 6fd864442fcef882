/** Whatever is posted to the trigger's address: it answers, never throws, and believes no unsigned status. */
import { leakOf } from './support/secrets';
import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import type { Answer, Case } from './support/webhook';
import {
	call,
	cases,
	fields,
	hugeBodies,
	SECRET,
	settings,
	SIGNATURES,
	toCallback,
} from './support/webhook';

const SEED = 20_240_131;
const RUNS = 4_000;
const GOOD = ['valid', 'upper case', 'padded'];
/** What counts as no signature at all. */
const ABSENT = ['none', 'empty', 'blank', 'list'];

function judgeEvent({ setting, signature }: Case, event: IDataObject): string[] {
	const problems: string[] = [];
	const signed = GOOD.includes(signature);
	const knows = setting.callbackSecret === SECRET;
	if (!signed && !ABSENT.includes(signature)) problems.push('a wrong signature was accepted');
	if (!signed && !knows)
		problems.push('an unsigned callback was accepted without a secret in the URL');
	if (!signed && setting.options.signature !== 'optional') {
		if (event.event === 'status') problems.push('an unsigned callback passed as a status');
		if (event.msg_id !== undefined && event.msg_id !== null)
			problems.push('an unsigned callback names a gateway message');
	}
	if (!setting.events.includes(String(event.event)))
		problems.push(`the event ${String(event.event)} was not asked for`);
	for (const key of ['__proto__', 'prototype']) {
		if (Object.hasOwn(event, key)) problems.push(`the output has a key ${key}`);
	}
	const key = event.deliveryKey;
	if (
		key !== undefined &&
		(typeof key !== 'string' || !/^(status|call|reply):/.test(key) || event.event === 'other')
	) {
		problems.push(`the delivery key ${JSON.stringify(key)} is not ours`);
	}
	if (leakOf(event) !== undefined) problems.push('the output shows the key');
	return problems;
}

function judge(test: Case, answer: Answer): string[] {
	const problems = answer.events.flatMap((event) => judgeEvent(test, event));
	if (!answer.answered) problems.push('no answer');
	if (answer.status !== undefined && ![400, 401].includes(answer.status))
		problems.push(`answered ${answer.status}`);
	if (answer.status !== undefined && answer.events.length > 0)
		problems.push('refused and yet started');
	if (answer.events.length > 1) problems.push(`${answer.events.length} events`);
	if ('polluted' in {}) problems.push('Object.prototype was polluted');
	return problems;
}

let count = 0;

async function check(test: Case, multipart?: unknown): Promise<Answer> {
	const callback = { ...toCallback(test), multipart };
	const answer = await call(test.setting, callback, `node-${count++}`);
	const problems = judge(test, answer);
	if (problems.length > 0) {
		const body = test.body.toString('utf8').slice(0, 400);
		throw new Error(
			`signature ${test.signature}, ${JSON.stringify(test.setting)}: ${problems.join('; ')}\n${body}`,
		);
	}
	return answer;
}

it(`survives ${RUNS} hostile callbacks`, async () => {
	const seen = { started: 0, refused: 0, ignored: 0 };
	await fc.assert(
		fc.asyncProperty(cases, async (test) => {
			const { status, events } = await check(test);
			seen[events.length > 0 ? 'started' : status === undefined ? 'ignored' : 'refused']++;
		}),
		{ seed: SEED, numRuns: RUNS },
	);
	// The cases are worth something only if each way out is taken often.
	expect(Math.min(...Object.values(seen))).toBeGreaterThan(RUNS / 20);
});

it('survives 1000 hostile multipart bodies, which n8n has read', async () => {
	const seen = { started: 0, refused: 0, ignored: 0 };
	const bodies = fc.oneof(fields, fc.jsonValue({ maxDepth: 3 }));
	const signatures = fc.constantFrom('none', 'none', 'empty', 'one digit off', 'of another body');
	await fc.assert(
		fc.asyncProperty(settings, bodies, signatures, async (setting, multipart, signature) => {
			const contentType = 'multipart/form-data; boundary=x';
			const headerName = 'x-signature';
			const test = { setting, body: Buffer.alloc(0), signature, contentType, headerName };
			const { status, events } = await check(test, multipart);
			seen[events.length > 0 ? 'started' : status === undefined ? 'ignored' : 'refused']++;
		}),
		{ seed: SEED, numRuns: 1000 },
	);
	expect(Math.min(...Object.values(seen))).toBeGreaterThan(30);
});

describe.each(hugeBodies)('survives %s', (_, body) => {
	it.each(['none', 'valid', 'one digit off'])('signature: %s', async (signature) => {
		const setting = {
			callbackSecret: SECRET,
			events: ['status', 'callResult', 'other', 'viberReply'],
			options: {},
		};
		await check({
			setting,
			body,
			signature,
			contentType: 'application/json',
			headerName: 'x-signature',
		});
	});
});

const STATUS = {
	id: 100500,
	msg_id: 123456789,
	type: 'viber',
	status: 'READ',
	datetime: '2024-01-31T12:34:00+02:00',
};

it.each(Object.keys(SIGNATURES))(
	'starts for a status only when it is signed: %s',
	async (signature) => {
		const setting = { callbackSecret: SECRET, events: ['status'], options: {} };
		const body = Buffer.from(JSON.stringify(STATUS));
		const { events, status } = await check({
			setting,
			body,
			signature,
			contentType: 'application/json',
			headerName: 'x-signature',
		});
		expect({ started: events.length, status }).toEqual(
			GOOD.includes(signature) ? { started: 1, status: undefined } : { started: 0, status: 401 },
		);
	},
);

it('does not let an unsigned callback suppress a later signed status', async () => {
	const setting = { callbackSecret: SECRET, events: ['status', 'other'], options: {} };
	const forged = { deliveryKey: 'status:100500:123456789:viber:READ' };
	const callback = (value: object, signature: string) => {
		const body = Buffer.from(JSON.stringify(value));
		return toCallback({
			body,
			signature,
			contentType: 'application/json',
			headerName: 'x-signature',
		});
	};
	await call(setting, callback(forged, 'none'), 'suppression');
	expect((await call(setting, callback(STATUS, 'valid'), 'suppression')).events).toHaveLength(1);
	expect((await call(setting, callback(STATUS, 'valid'), 'suppression')).events).toHaveLength(0);
});
