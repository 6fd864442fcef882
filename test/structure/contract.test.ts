import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contract, type Contract } from './support/contract';
import { readJson } from './support/paths';

const FILE = join(__dirname, '__snapshots__', 'contract.json');
const UPDATE = 'UPDATE_CONTRACT=1 npx jest test/structure/contract.test.ts';

/** The lines of a contract, each with the place it stands in. */
function lines(whole: Contract): string[] {
	return Object.entries(whole).flatMap(([kind, entries]) =>
		Object.entries(entries).flatMap(([name, items]) =>
			items.map((item) => `${kind} ${name}: ${item}`),
		),
	);
}

/**
 * Parameter names, option values and output keys are what saved workflows are made of. New lines are
 * fine; a line that is gone needs a new version of the node that keeps the old one working.
 */
test('the public contract is the committed one', () => {
	const current = contract();
	if (process.env.UPDATE_CONTRACT) {
		writeFileSync(FILE, `${JSON.stringify(current, null, 2)}\n`);
	}
	if (!existsSync(FILE))
		throw new Error(`There is no committed contract yet. Write it with: ${UPDATE}`);
	const committed = lines(readJson<Contract>(FILE));
	const now = lines(current);
	const gone = committed.filter((line) => !now.includes(line));
	const added = now.filter((line) => !committed.includes(line));
	if (gone.length + added.length > 0) {
		const report = [...gone.map((line) => `- ${line}`), ...added.map((line) => `+ ${line}`)].join(
			'\n',
		);
		throw new Error(
			`The public contract changed.\n${report}\n\n` +
				'Lines with "-" break saved workflows: give the node a new version instead.\n' +
				`If the change is meant: ${UPDATE}`,
		);
	}
	expect(now.length).toBeGreaterThan(50);
});
