/**
 * docs/RELIABILITY.md is what was measured, and what was measured still holds: every operation with every fault is in the
 * results, and a sample that is another one every day is measured anew. `npm run reliability` measures everything.
 */
import { watchLog } from './support/secrets';

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { describedOperations } from './support/described';
import { providers } from './support/providers';
import { asking } from './support/providers/provider';
import type { Duration, Measurement } from './support/reliability/measure';
import { countPauses, KEY_SHOWN } from './support/reliability/measure';
import { durationsOf, KINDS, subjects } from './support/reliability/plan';
import { cells, nameOf, read } from './support/reliability/results';
import { pooled } from './support/spend';

watchLog();
countPauses();

const ROOT = join(__dirname, '..', '..');
const DAY_MS = 86_400_000;
/** Many of them only wait for what a Retry-After asks. */
const AT_ONCE = 16;
/** Every operation is measured with so many faults, and with all of them after as many days as it takes. */
const FAULTS_A_DAY = 2;

const results = read();
const making = [...cells()].filter(({ subject: { kind } }) =>
	['spending', 'batch', 'upload', 'order', 'sendAndWait', 'keyed'].includes(kind),
);

function found(subject: (typeof subjects)[number], fault: { id: string }, duration: Duration) {
	return results.get(nameOf(subject, fault, duration));
}

it('has every operation of every provider', () => {
	const measured = subjects.map(({ key }) => key);
	for (const provider of providers) {
		const offline = provider.operations.filter((one) => one.offline).map(({ key }) => key);
		const { all } = describedOperations(provider.node);
		expect([...asking(provider).map(({ key }) => key), ...offline].sort()).toEqual(all);
		expect(measured).toEqual(expect.arrayContaining(asking(provider).map(({ key }) => key)));
	}
	expect(new Set(subjects.map(({ kind }) => kind))).toEqual(new Set(KINDS));
});

it('has a result of every operation with every fault, and no other', () => {
	const wanted = [...cells()];
	const names = new Set(
		wanted.map(({ subject, fault, duration }) => nameOf(subject, fault, duration)),
	);
	const open = wanted.filter(
		({ subject, fault, duration }) => found(subject, fault, duration) === undefined,
	);
	expect(open.map(({ subject, fault }) => `${subject.key} · ${fault.id}`)).toEqual([]);
	expect([...results.keys()].filter((name) => !names.has(name))).toEqual([]);
});

it('never made anything twice, nor called refused what was made', () => {
	const bad = making.filter(({ subject, fault, duration }) => {
		const { accepted = NaN, word = 'failed' } = found(subject, fault, duration) ?? {};
		return !(accepted <= 1) || (accepted === 1 && ['refused', 'not_sent'].includes(word));
	});
	expect(bad.map(({ subject, fault }) => `${subject.key} · ${fault.id}`)).toEqual([]);
});

it('never sent again what costs money after it may have arrived', () => {
	const passing = ['429seconds', '429date'];
	const bad = making.filter(({ subject, fault, duration }) => {
		const { received = NaN } = found(subject, fault, duration) ?? {};
		return subject.kind !== 'keyed' && !passing.includes(fault.id) && !(received <= 1);
	});
	expect(bad.map(({ subject, fault }) => `${subject.key} · ${fault.id}`)).toEqual([]);
});

it('never showed the key', () => {
	const shown = [...results].filter(([, { message }]) => message.includes(KEY_SHOWN));
	expect(shown.map(([name]) => name)).toEqual([]);
});

it('is what the page says', async () => {
	const script = ['--import', 'tsx', join('scripts', 'reliability.ts'), '--check'];
	const { stderr } = await promisify(execFile)(process.execPath, script, { cwd: ROOT }).catch(
		(error: { stderr?: string }) => ({ stderr: error.stderr ?? 'failed' }),
	);
	expect(stderr).not.toMatch(/not what the results say|Error|failed/);
}, 120_000);

it('still holds for the sample of the day', async () => {
	const day = Math.floor(Date.now() / DAY_MS);
	const sample = subjects.flatMap((subject, place) => {
		const light = subject.faults.filter(({ heavy, timeout }) => !heavy && timeout === undefined);
		return Array.from({ length: FAULTS_A_DAY }, (_, step) => {
			const fault = light[(day * FAULTS_A_DAY + place + step) % light.length];
			return fault === undefined
				? []
				: durationsOf(subject, fault).map((one) => ({ subject, fault, one }));
		}).flat();
	});
	expect(sample.length).toBeGreaterThan(subjects.length);
	const shown = ({ attempts, received, accepted, word }: Measurement) =>
		`${attempts} ${received} ${accepted} ${word}`;
	const differing = await pooled(sample, AT_ONCE, async ({ subject, fault, one }) => {
		const before = found(subject, fault, one);
		if (before === undefined) return [];
		const now = shown(await subject.run(fault, one));
		const was = shown(before);
		return now === was ? [] : [`${nameOf(subject, fault, one)}: ${now}, before ${was}`];
	});
	expect(differing.flat()).toEqual([]);
}, 180_000);
