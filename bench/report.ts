export type Verdict = 'PASS' | 'MISS' | '';

/** One line of the result table. */
export interface Row {
	section: string;
	what: string;
	/** All values of one kind, in the order they were measured. */
	values: number[];
	unit: string;
	/** What has to hold for `value`; lines without one are there for orientation. */
	target?: { atMost: number } | { atLeast: number };
	/** The value that is judged: the median, or the worst one where every round must hold. */
	judged: 'median' | 'max' | 'min';
}

export function median(values: number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	const upper = sorted[middle] ?? NaN;
	return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

export function valueOf({ values, judged }: Row): number {
	if (judged === 'median') return median(values);
	return judged === 'max' ? Math.max(...values) : Math.min(...values);
}

export function verdictOf(row: Row): Verdict {
	if (row.target === undefined) return '';
	const value = valueOf(row);
	const holds = 'atMost' in row.target ? value <= row.target.atMost : value >= row.target.atLeast;
	return holds ? 'PASS' : 'MISS';
}

function digits(value: number): string {
	if (Number.isInteger(value)) return String(value);
	if (value >= 100) return value.toFixed(0);
	return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function withUnit(value: number, unit: string): string {
	return unit === 'x' ? `${digits(value)}x` : `${digits(value)}${unit && ` ${unit}`}`;
}

function targetText({ target, unit }: Row): string {
	if (target === undefined) return '';
	return 'atMost' in target
		? `<= ${withUnit(target.atMost, unit)}`
		: `>= ${withUnit(target.atLeast, unit)}`;
}

function spreadText({ values }: Row): string {
	if (values.length < 2) return '';
	return `${digits(Math.min(...values))} - ${digits(Math.max(...values))}`;
}

const HEAD = ['', 'Measured', 'Spread', 'Target', 'Verdict'];

/** A Markdown table that is also readable as plain text. */
export function table(rows: Row[]): string {
	const sections = [...new Set(rows.map(({ section }) => section))];
	return sections
		.map((section) => {
			const cells = rows
				.filter((row) => row.section === section)
				.map((row) => [
					row.what,
					withUnit(valueOf(row), row.unit) + (row.judged === 'median' ? '' : ` (${row.judged})`),
					spreadText(row),
					targetText(row),
					verdictOf(row),
				]);
			const lines = [HEAD, ...cells];
			const widths = HEAD.map((_, column) =>
				Math.max(3, ...lines.map((line) => line[column]?.length ?? 0)),
			);
			const draw = (line: string[]) =>
				`| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
			const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
			return [`### ${section}`, '', draw(HEAD), rule, ...cells.map(draw)].join('\n');
		})
		.join('\n\n');
}
