export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** `YYYY-MM-DD HH:mm:ss` in UTC (voximplant-kit.md section 3.7). */
export function momentText(time: number): string {
	return new Date(time).toISOString().slice(0, 19).replace('T', ' ');
}

/** The same, null for no time. */
export function momentOrNull(time: number | null | undefined): string | null {
	return time === null || time === undefined ? null : momentText(time);
}

/** With microseconds (section 3.7, "other shapes"). */
export function microText(time: number): string {
	return `${new Date(time).toISOString().slice(0, 23).replace('T', ' ')}000`;
}

/** ISO without a zone, as in users of queues. */
export function isoText(time: number): string {
	return new Date(time).toISOString().slice(0, 19);
}

/** Milliseconds of `YYYY-MM-DD HH:mm:ss`; NaN for any other text and for dates that do not exist. */
export function parseMoment(text: string): number {
	if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return NaN;
	const time = Date.parse(`${text.replace(' ', 'T')}Z`);
	return Number.isFinite(time) && momentText(time) === text ? time : NaN;
}

const known = new Map<string, boolean>();

/** An IANA zone or an offset such as `+03:00` (section 3.7). */
export function isZone(zone: unknown): zone is string {
	if (typeof zone !== 'string' || zone === '') return false;
	if (/^[+-](0\d|1[0-4]):[0-5]\d$/.test(zone)) return true;
	let valid = known.get(zone);
	if (valid === undefined) {
		try {
			new Intl.DateTimeFormat('en', { timeZone: zone });
			valid = true;
		} catch {
			valid = false;
		}
		known.set(zone, valid);
	}
	return valid;
}

/** Prefixes whose zone the provider derives from a number; longer ones first. */
const PREFIXES: ReadonlyArray<[prefix: string, zone: string, country: string]> = [
	['972', 'Asia/Jerusalem', 'IL'],
	['380', 'Europe/Kyiv', 'UA'],
	['77', 'Asia/Almaty', 'KZ'],
	['55', 'America/Sao_Paulo', 'BR'],
	['52', 'America/Mexico_City', 'MX'],
	['49', 'Europe/Berlin', 'DE'],
	['44', 'Europe/London', 'GB'],
	['34', 'Europe/Madrid', 'ES'],
	['33', 'Europe/Paris', 'FR'],
	['7', 'Europe/Moscow', 'RU'],
	['1', 'America/New_York', 'US'],
];

/** The zone of a number, undefined when it cannot be derived. */
export function zoneOfPhone(phone: string): string | undefined {
	const digits = phone.replace(/^\+/, '');
	return PREFIXES.find(([prefix]) => digits.startsWith(prefix))?.[1];
}

/** The zones the helper lists, with their present offset; the page does not say the unit, here seconds. */
export function listZones(at: number): Array<{ name: string; offset: number }> {
	return Intl.supportedValuesOf('timeZone').map((name) => ({ name, offset: offsetOf(name, at) }));
}

function offsetOf(zone: string, at: number): number {
	const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
	const text = parts.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? '';
	const match = /([+-])(\d\d):(\d\d)/.exec(text);
	if (!match) return 0;
	const seconds = Number(match[2]) * 3600 + Number(match[3]) * 60;
	return match[1] === '-' ? -seconds : seconds;
}

/** A phone: digits with or without `+` (section 3.7). */
export function isPhone(value: unknown): boolean {
	return /^\+?\d{7,15}$/.test(String(value ?? ''));
}

/** A JSON value as text for `call_data`. */
export function asText(value: unknown): string {
	return typeof value === 'string' ? value : JSON.stringify(value);
}
