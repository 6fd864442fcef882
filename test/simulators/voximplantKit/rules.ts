import { isRecord } from '../core/http';
import { refusals } from './envelope';
import type { Notebook, RawInput, Upload } from './input';
import { isPhone, parseMoment } from './moments';

/** Says what is wrong with a value. */
type Complain = (detail: string) => Error;
/** Notes a use that works, but is not documented. */
type Remark = (detail: string) => void;

/** How a parameter is read from its text. */
export interface Rule<T> {
	read(text: string, wrong: Complain, remark: Remark): T;
	needed?: boolean;
	/** What an empty value means; elsewhere it counts as not sent and is noted (voximplant-kit.md section 3.1). */
	empty?: T;
}

/** A parameter that must be there. */
export type Needed<T> = Rule<T> & { needed: true };

/** The parameters a method knows. */
export type Rules = Record<string, Rule<unknown>>;

/** Their values. */
export type Values<R extends Rules> = {
	[K in keyof R]: R[K] extends Needed<infer T>
		? T
		: R[K] extends Rule<infer U>
			? U | undefined
			: never;
};

/** Makes a parameter necessary. */
export function need<T>(rule: Rule<T>): Needed<T> {
	return { ...rule, needed: true };
}

/** Any text. */
export function text(maxLength = Infinity): Rule<string> {
	return {
		read(value, wrong) {
			if (value.length > maxLength) throw wrong(`longer than ${maxLength} characters`);
			return value;
		},
	};
}

/** A whole number. */
export function int(min = 0, max = Number.MAX_SAFE_INTEGER): Rule<number> {
	return {
		read(value, wrong) {
			if (!/^-?\d{1,15}$/.test(value)) throw wrong(`not an integer: ${value}`);
			return within(Number(value), min, max, wrong);
		},
	};
}

/** A number. */
export function float(min: number, max: number): Rule<number> {
	return {
		read(value, wrong) {
			if (!/^-?\d+(\.\d+)?$/.test(value)) throw wrong(`not a number: ${value}`);
			return within(Number(value), min, max, wrong);
		},
	};
}

function within(value: number, min: number, max: number, wrong: Complain): number {
	if (value < min || value > max) throw wrong(`not between ${min} and ${max}: ${value}`);
	return value;
}

/** `true`, `false`, `1`, `0` (section 3.1). */
export const bool: Rule<boolean> = {
	read(value, wrong) {
		if (value === 'true' || value === '1') return true;
		if (value === 'false' || value === '0') return false;
		throw wrong(`not a boolean: ${value}`);
	},
};

/** One of some words. */
export function word<W extends string>(...words: readonly W[]): Rule<W> {
	return {
		read(value, wrong) {
			const found = words.find((candidate) => candidate === value);
			if (found === undefined) throw wrong(`not one of ${words.join(', ')}: ${value}`);
			return found;
		},
	};
}

/** A moment in UTC, in milliseconds. */
export const moment: Rule<number> = {
	read(value, wrong) {
		const time = parseMoment(value);
		if (Number.isNaN(time)) throw wrong(`not a date YYYY-MM-DD HH:mm:ss: ${value}`);
		return time;
	},
};

/** A phone number. */
export const phone: Rule<string> = {
	read(value, wrong) {
		if (!isPhone(value)) throw wrong(`not a phone number: ${value}`);
		return value.replace(/^\+/, '');
	},
};

/** A part of a phone number, at least 3 digits (section 3.7). */
export const phoneFilter: Rule<string> = {
	read(value, wrong) {
		if (!/^\+?\d{3,}$/.test(value)) throw wrong(`not at least 3 digits: ${value}`);
		return value.replace(/^\+/, '');
	},
};

function parsed(value: string, wrong: Complain): unknown {
	try {
		return JSON.parse(value);
	} catch {
		throw wrong(`not JSON: ${value.slice(0, 80)}`);
	}
}

function array(value: string, wrong: Complain): unknown[] {
	const list = parsed(value, wrong);
	if (!Array.isArray(list)) throw wrong(`not a JSON array: ${value.slice(0, 80)}`);
	return list;
}

/** A JSON array of integers. */
export const ints: Rule<number[]> = {
	read(value, wrong) {
		return array(value, wrong).map((item) => {
			if (typeof item !== 'number' || !Number.isInteger(item))
				throw wrong(`not an array of integers: ${value.slice(0, 80)}`);
			return item;
		});
	},
};

/** A JSON array of integers, or a bare integer, which is seen but not documented (section 3.1). */
export const idList: Rule<number[]> = {
	read(value, wrong, remark) {
		if (!/^\d+$/.test(value)) return ints.read(value, wrong, remark);
		remark('A bare integer instead of an array');
		return [Number(value)];
	},
};

/** A bare integer or a JSON array of integers, both documented (section 5.5, searchContacts). */
export const idOrIds: Rule<number[]> = {
	read(value, wrong, remark) {
		return /^\d+$/.test(value) ? [Number(value)] : ints.read(value, wrong, remark);
	},
};

/** A JSON array of texts. */
export function texts<W extends string>(...words: readonly W[]): Rule<string[]> {
	return {
		read(value, wrong) {
			return array(value, wrong).map((item) => {
				if (typeof item !== 'string') throw wrong(`not an array of texts: ${value.slice(0, 80)}`);
				if (words.length > 0 && !words.some((candidate) => candidate === item))
					throw wrong(`not one of ${words.join(', ')}: ${item}`);
				return item;
			});
		},
	};
}

/** A JSON object. */
export const object: Rule<Record<string, unknown>> = {
	read(value, wrong) {
		const result = parsed(value, wrong);
		if (!isRecord(result)) throw wrong(`not a JSON object: ${value.slice(0, 80)}`);
		return result;
	},
};

/** A JSON array of objects. */
export const rows: Rule<Array<Record<string, unknown>>> = {
	read(value, wrong) {
		return array(value, wrong).map((item) => {
			if (!isRecord(item)) throw wrong('not an array of objects');
			return item;
		});
	},
};

/** Two times of a day; `withSeconds` differs per dialer (section 8). Empty: round the clock. */
export function workingTime(withSeconds: boolean): Rule<string[] | null> {
	const shape = withSeconds ? /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/ : /^([01]\d|2[0-3]):[0-5]\d$/;
	return {
		empty: null,
		read(value, wrong) {
			const times = array(value, wrong);
			if (times.length === 0) return null;
			if (times.length !== 2 || !times.every((time) => shape.test(String(time))))
				throw wrong(`not two times ${withSeconds ? 'HH:mm:ss' : 'HH:mm'}: ${value}`);
			return times.map(String);
		},
	};
}

/** Parameters every paged method knows. */
const PAGING = new Set(['page', 'per-page', 'sort']);
const CREDENTIALS = new Set(['domain', 'access_token']);

/** What a request carries. */
export interface Visit {
	method: string;
	raw: RawInput;
	uploads: readonly Upload[];
	notes: Notebook;
	paged: boolean;
}

/** Reads the parameters; the body wins over the query. Unknown ones are noted. */
export function readValues<R extends Rules>(rules: R, visit: Visit): Values<R> {
	const { raw, method, notes, paged } = visit;
	const sent = new Map([...raw.query, ...raw.body]);
	for (const name of sent.keys()) {
		if (CREDENTIALS.has(name) || Object.hasOwn(rules, name) || (paged && PAGING.has(name)))
			continue;
		if (!name.includes('[')) notes.violation(method, name, 'The page lists no such parameter');
	}
	const values: Record<string, unknown> = {};
	for (const [name, rule] of Object.entries(rules)) values[name] = readOne(name, rule, sent, visit);
	return values as Values<R>;
}

function readOne(
	name: string,
	rule: Rule<unknown>,
	sent: ReadonlyMap<string, string>,
	{ raw, method, notes }: Visit,
): unknown {
	const value = sent.get(name);
	if (raw.query.has(name) && !raw.body.has(name) && raw.body.size > 0)
		notes.undocumented(method, name, 'A parameter in the query');
	if (value === '' && 'empty' in rule) return rule.empty;
	if (value === '') notes.violation(method, name, 'An empty value');
	if (value === undefined || value === '') {
		if (rule.needed) throw refusals.invalid(name, 'cannot be blank');
		return undefined;
	}
	return rule.read(
		value,
		(detail) => refusals.invalid(name, detail),
		(detail) => notes.undocumented(method, name, detail),
	);
}
