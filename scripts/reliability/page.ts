// docs/RELIABILITY.md, made from measured results.
import type { MeasuredFault } from '../../test/faults/support/reliability/faults';
import { MEASURED_FAULTS } from '../../test/faults/support/reliability/faults';
import type { Duration, Measurement } from '../../test/faults/support/reliability/measure';
import type { Kind, Subject } from '../../test/faults/support/reliability/plan';
import { durationsOf, KINDS, subjects } from '../../test/faults/support/reliability/plan';
import type { Results } from '../../test/faults/support/reliability/results';
import { nameOf } from '../../test/faults/support/reliability/results';
import { CLOSING, DEVIATIONS, INTRODUCTION, KIND_TEXTS, LEGEND } from './texts';

interface Cell {
	readonly subject: Subject;
	readonly fault: MeasuredFault;
	readonly duration: Duration;
	readonly found: Measurement;
}

function allCells(results: Results): Cell[] {
	return subjects.flatMap((subject) =>
		subject.faults.flatMap((fault) =>
			durationsOf(subject, fault).flatMap((duration): Cell[] => {
				const found = results.get(nameOf(subject, fault, duration));
				return found === undefined ? [] : [{ subject, fault, duration, found }];
			}),
		),
	);
}

const times = (count: number, one: string) =>
	`${count} ${count === 1 ? one : `${one.replace(/y$/, 'ie')}s`}`;

/** What one measurement says, without the words of the provider. */
function summary({ attempts, received, accepted, word }: Measurement, counts: boolean): string {
	const arrived = received === attempts ? '' : `, ${received === 0 ? 'none' : received} arrived`;
	const taken = counts && received > 0 ? `, ${accepted} accepted` : '';
	// What was made is not only answered.
	const said = counts && word === 'answered' ? 'accepted' : word.replace('_', ' ');
	return `${times(attempts, 'try')}${arrived}${taken}: **${said}**`;
}

/** The value that most have; of equally frequent ones the first in the alphabet. */
function commonest(values: readonly string[]): string {
	const counts = new Map<string, number>();
	for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
	const [first] = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
	return first?.[0] ?? '';
}

const MAKING: readonly Kind[] = ['spending', 'batch', 'upload', 'order', 'sendAndWait', 'keyed'];
const counted = ({ kind }: Subject) => MAKING.includes(kind);
const textOf = ({ subject, found }: Cell) => summary(found, counted(subject));

/** A cell of a table must not end it. */
const plain = (text: string) => text.replace(/\|/g, '\\|').replace(/[<>*_]/g, '\\$&');

function row(fault: MeasuredFault, cells: readonly Cell[]): string {
	const here = cells.filter((cell) => cell.fault === fault);
	if (here.length === 0) return '';
	const common = (duration: Duration) =>
		commonest(here.filter((cell) => cell.duration === duration).map(textOf));
	const [once, always] = [common('once'), common('always')];
	const messages = here.map(({ found }) => found.message).filter(Boolean);
	const says = messages.length === 0 ? '' : `“${plain(commonest(messages))}”`;
	return `| ${fault.title} | ${once || '–'} | ${always || '–'} | ${says} |`;
}

function operationNames(list: readonly Subject[]): string {
	const byProvider = new Map<string, number>();
	for (const { provider } of list) byProvider.set(provider, (byProvider.get(provider) ?? 0) + 1);
	return [...byProvider].map(([name, count]) => `${name} ${count}`).join(', ');
}

function kindSection(kind: Kind, cells: readonly Cell[]): string {
	const here = cells.filter(({ subject }) => subject.kind === kind);
	if (here.length === 0) return '';
	const { title, text } = KIND_TEXTS[kind];
	const list = subjects.filter((subject) => subject.kind === kind);
	return [
		`### ${title}`,
		`${text} Measured: ${operationNames(list)}.`,
		[
			'| What goes wrong | If it happens once | If it does not stop | What the error says then |',
			'| --- | --- | --- | --- |',
			...MEASURED_FAULTS.map((fault) => row(fault, here)).filter(Boolean),
		].join('\n'),
	].join('\n\n');
}

/** Operations that differ in the same way stand in one line. */
function deviations(provider: string, cells: readonly Cell[]): string[] {
	const groups = new Map<string, { cell: Cell; keys: Set<string> }>();
	for (const cell of cells) {
		if (cell.subject.provider !== provider) continue;
		const { subject, fault, duration } = cell;
		const peers = cells.filter(
			(other) =>
				other.subject.kind === subject.kind && other.fault === fault && other.duration === duration,
		);
		if (commonest(peers.map(textOf)) === textOf(cell)) continue;
		const name = [fault.id, duration, textOf(cell)].join('|');
		const group = groups.get(name) ?? { cell, keys: new Set<string>() };
		group.keys.add(subject.key);
		groups.set(name, group);
	}
	return [...groups.values()].map(({ cell, keys }) => {
		const when = cell.duration === 'once' ? 'once' : 'does not stop';
		const names = [...keys].map((key) => `\`${key}\``);
		const shown = names.length > 8 ? [...names.slice(0, 7), `${names.length - 7} more`] : names;
		return `| ${cell.fault.title} | ${when} | ${shown.join(', ')} | ${textOf(cell)} |`;
	});
}

function deviationSection(provider: string, cells: readonly Cell[]): string {
	const rows = deviations(provider, cells);
	const table = [
		'| What goes wrong | How long | Operations | What happens |',
		'| --- | --- | --- | --- |',
		...rows,
	].join('\n');
	const body = rows.length === 0 ? 'None: everything is as in the tables above.' : table;
	return `### ${provider}\n\n${body}`;
}

function totals(cells: readonly Cell[]): string {
	const making = cells.filter(({ subject }) => counted(subject));
	const most = Math.max(...making.map(({ found }) => found.accepted));
	const lost = making.filter(
		({ found }) => found.accepted > 0 && ['refused', 'not_sent'].includes(found.word),
	);
	return [
		`- ${subjects.length} operations and polls, ${MEASURED_FAULTS.length} faults, ${cells.length} measurements.`,
		`- Of the ${making.length} measurements of what costs money or makes something, the provider accepted at most **${most}** for one item.`,
		`- Items that the provider accepted and that were called refused or not sent: **${lost.length}**.`,
	].join('\n');
}

/** What a stopped run has left open; `npm run reliability` measures it. */
function openSection(results: Results): string {
	const open = subjects.flatMap((subject) => {
		const missing = subject.faults.filter((fault) =>
			durationsOf(subject, fault).some((one) => !results.has(nameOf(subject, fault, one))),
		);
		if (missing.length === 0) return [];
		const all = missing.length === subject.faults.length;
		const faults = all ? 'everything' : missing.map(({ title }) => title).join('; ');
		return [`| ${subject.provider} | \`${subject.key}\` | ${faults} |`];
	});
	if (open.length === 0) return '';
	const head = ['| Provider | Operation | What goes wrong |', '| --- | --- | --- |'];
	return ['## Not measured yet', [...head, ...open].join('\n')].join('\n\n');
}

export function reliabilityPage(results: Results): string {
	const cells = allCells(results);
	const names = [...new Set(subjects.map(({ provider }) => provider))];
	return [
		'# What happens when something goes wrong',
		INTRODUCTION,
		totals(cells),
		'## How to read the tables',
		LEGEND,
		'## By kind of operation',
		...KINDS.map((kind) => kindSection(kind, cells)).filter(Boolean),
		'## Where a provider differs',
		DEVIATIONS,
		...names.map((name) => deviationSection(name, cells)),
		openSection(results),
		CLOSING,
	]
		.filter(Boolean)
		.join('\n\n');
}
