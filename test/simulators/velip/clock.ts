export { Calendar, Clock } from '../core/clock';

const SECOND = 1000;
/** Brasília has had no summer time since 2019; the page takes server time to be this zone (velip.md section 6.2). */
const OFFSET = -3 * 3600 * SECOND;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** `YYYY-MM-DD` in Brasília. */
export function dateOf(time: number): string {
	return new Date(time + OFFSET).toISOString().slice(0, 10);
}

/** `HH:MM:SS` in Brasília. */
export function timeOf(time: number): string {
	return new Date(time + OFFSET).toISOString().slice(11, 19);
}

/** Number of the day in Brasília, for counting per day. */
export function dayOf(time: number): number {
	return Math.floor((time + OFFSET) / DAY);
}

/** Hour of the day in Brasília. */
export function hourOf(time: number): number {
	return new Date(time + OFFSET).getUTCHours();
}

/** First millisecond of a day in Brasília; NaN for a date that does not exist. */
export function startOfDay(date: string): number {
	if (!isDate(date)) return NaN;
	return Date.parse(`${date}T00:00:00Z`) - OFFSET;
}

/** A moment `YYYY-MM-DD HH:MM[:SS]` in Brasília; NaN when it is none. */
export function parseMoment(text: string): number {
	const [date = '', time = ''] = text.split(/[ T]/);
	if (!isDate(date) || !isTime(time)) return NaN;
	return Date.parse(`${date}T${time.length === 5 ? `${time}:00` : time}Z`) - OFFSET;
}

/** Section 6.2: a real calendar date, `YYYY-MM-DD`. */
export function isDate(text: string): boolean {
	if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
	const time = Date.parse(`${text}T00:00:00Z`);
	return Number.isFinite(time) && new Date(time).toISOString().startsWith(text);
}

/** Section 6.2: `HH:MM` or `HH:MM:SS`, two digits each. */
export function isTime(text: string): boolean {
	return /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/.test(text);
}
