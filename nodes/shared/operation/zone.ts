const DAY_MS = 86_400_000;

/** Minutes by which the wall clock of `timezone` is ahead of UTC at the instant `at`. */
function offsetMinutes(at: number, timezone: string): number {
	const parts = new Intl.DateTimeFormat('en-US', {
		timeZone: timezone,
		hourCycle: 'h23',
		year: 'numeric',
		month: 'numeric',
		day: 'numeric',
		hour: 'numeric',
		minute: 'numeric',
		second: 'numeric',
	}).formatToParts(at);
	const part = (type: string) => Number(parts.find((entry) => entry.type === type)?.value);
	const wall = Date.UTC(
		part('year'),
		part('month') - 1,
		part('day'),
		part('hour'),
		part('minute'),
		part('second'),
	);
	return Math.round((wall - Math.floor(at / 1000) * 1000) / 60_000);
}

function format(at: number, offset: number): string {
	const wall = new Date(at + offset * 60_000).toISOString().slice(0, 19);
	const two = (value: number) => String(value).padStart(2, '0');
	const size = Math.abs(offset);
	return `${wall}${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** Whether the month has that day; JavaScript would make 2 March of 30 February. */
function isCalendarDay(day: string): boolean {
	const at = Date.parse(`${day}T00:00Z`);
	return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
}

/**
 * A date from the editor or an expression (text, Date, or an object such as Luxon's DateTime) as
 * ISO 8601 with offset. Text without a zone is wall-clock time in `timezone`.
 *
 * @returns undefined when it is no date
 */
export function offsetDateTime(value: unknown, timezone: string): string | undefined {
	if (value instanceof Date) {
		const at = value.getTime();
		return Number.isNaN(at) ? undefined : format(at, offsetMinutes(at, timezone));
	}
	const source = typeof value === 'string' ? value.trim() : String(value);
	const shape = /^(\d{4}-\d{2}-\d{2})([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?/.exec(source);
	if (shape === null || !isCalendarDay(shape[1] ?? '')) return undefined;
	if (/(Z|[+-]\d{2}:?\d{2})$/i.test(source) && source.length > 10) {
		const at = Date.parse(source.replace(' ', 'T'));
		return Number.isNaN(at) ? undefined : format(at, offsetMinutes(at, timezone));
	}
	const wall = Date.parse(
		`${source.length === 10 ? `${source}T00:00` : source.replace(' ', 'T')}Z`,
	);
	if (Number.isNaN(wall)) return undefined;
	// The offset may change between the guess and the real instant (daylight saving time).
	const guess = offsetMinutes(wall, timezone);
	const offset = offsetMinutes(wall - guess * 60_000, timezone);
	const at = wall - offset * 60_000;
	// A wall time that the clock jumps over is as long after the jump as it is into the gap.
	const before = offsetMinutes(at - DAY_MS, timezone);
	const real = offsetMinutes(at, timezone) === offset ? at : wall - before * 60_000;
	return format(real, offsetMinutes(real, timezone));
}
