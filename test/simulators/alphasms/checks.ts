import { isRecord } from '../core/http';
import type { AlphaSmsBehaviour } from './options';

/** Looks at one value; returns the error text of the item, or undefined when the value is fine. */
export type Check = (value: unknown, options: AlphaSmsBehaviour) => string | undefined;

/** What is expected of one field. */
export interface Rule {
	required: boolean;
	check: Check;
}

/** Error texts. The first four are the provider's own (alphasms.md section 7), the rest is not documented. */
export const ERRORS = {
	alphaName: 'Error in Alpha-name',
	smsText: 'Please enter SMS text',
	phone: 'Please enter valid receiver phone number',
	money: 'Not enough money',
	notFound: 'SMS not found',
	unknownType: 'Unknown command',
	duplicate: 'A message with this ID already exists',
	field: (name: string): string => `Error in ${name}`,
} as const;

/** A required field. */
export function required(check: Check): Rule {
	return { required: true, check };
}

/** A field that may be left out. */
export function optional(check: Check): Rule {
	return { required: false, check };
}

/** Text of one of the channels; blank text is refused. */
export function textField(name: string, max = Infinity, min = 1): Check {
	return (value) => {
		const fine =
			typeof value === 'string' &&
			value.trim() !== '' &&
			value.length >= min &&
			value.length <= max;
		return fine ? undefined : ERRORS.field(name);
	};
}

/** JSON `true` or `false`; words and numbers are refused. */
export function booleanField(name: string): Check {
	return (value) => (typeof value === 'boolean' ? undefined : ERRORS.field(name));
}

/** Whole seconds within the range (section 8). */
export function lifetimeField(name: string, min: number, max = Infinity): Check {
	return (value) => {
		const fine =
			typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
		return fine ? undefined : ERRORS.field(name);
	};
}

/** An http(s) URL. */
export function urlField(name: string): Check {
	return (value) => (toUrl(value) ? undefined : ERRORS.field(name));
}

/** URL of an image; section 3.1: `.jpg .jpeg .png .gif`. */
export function imageField(name: string): Check {
	return (value) => {
		const url = toUrl(value);
		return url && /\.(jpe?g|png|gif)$/i.test(url.pathname) ? undefined : ERRORS.field(name);
	};
}

/** One of the words. */
export function oneOf(name: string, words: readonly string[]): Check {
	return (value) =>
		typeof value === 'string' && words.includes(value) ? undefined : ERRORS.field(name);
}

/** Own id: an integer up to 2^53, or the same as a digit string (section 3.1, "`id` details"). */
export const checkId: Check = (value) =>
	idOf(value) === undefined ? ERRORS.field('id') : undefined;

/** The id as text, or undefined when it is none. */
export function idOf(value: unknown): string | undefined {
	if (typeof value === 'number')
		return Number.isSafeInteger(value) && value > 0 ? String(value) : undefined;
	if (typeof value === 'string') return /^[1-9]\d{0,18}$/.test(value) ? value : undefined;
	return undefined;
}

/** Recipient: digits only (section 3.1). Local-format numbers of 7 to 10 digits are taken too (section 3.2). */
export const checkPhone: Check = (value) =>
	phoneOf(value) === undefined ? ERRORS.phone : undefined;

/** The phone as text, or undefined when it is none. */
export function phoneOf(value: unknown): string | undefined {
	if (typeof value !== 'number' && typeof value !== 'string') return undefined;
	const phone = String(value);
	return /^\d{7,15}$/.test(phone) ? phone : undefined;
}

/** Sender name: 3-11 Latin letters, digits, dot, dash, underscore, blank; at least one letter; approved (section 3.1). */
export const checkSender: Check = (value, options) => {
	if (typeof value !== 'string' || !/^(?=.*[A-Za-z])[A-Za-z0-9._ -]{3,11}$/.test(value))
		return ERRORS.alphaName;
	const approved = options.senders ? options.senders.includes(value) : value !== 'BadSender';
	return approved ? undefined : ERRORS.alphaName;
};

const EMOJI =
	/[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\u200d\ufe0f\u20e3]/gu;

const FIRST_WORD = /[\p{L}\p{N}]/u;

/** SMS text; one of emoji only is refused like an empty one (section 3.1, "Text length"). */
export const checkSmsText: Check = (value) => {
	if (typeof value !== 'string') return ERRORS.smsText;
	// Nearly every text has a letter; looking for one is far cheaper than taking the emoji out.
	const fine = FIRST_WORD.test(value) || value.replace(EMOJI, '').trim() !== '';
	return fine ? undefined : ERRORS.smsText;
};

/** One-time code: 4-8 digits, as a string (sections 4.7, 4.8). */
export const checkOtp: Check = (value) =>
	typeof value === 'string' && /^\d{4,8}$/.test(value) ? undefined : ERRORS.field('message');

/** The `voice` object of a call (section 4.9). */
export const checkVoice: Check = (value) => {
	if (!isRecord(value)) return ERRORS.field('voice');
	const { gender, language, name } = value;
	if (gender !== 'male' && gender !== 'female') return ERRORS.field('voice.gender');
	if (typeof language !== 'string' || !/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})+$/.test(language))
		return ERRORS.field('voice.language');
	return typeof name === 'string' && name.trim() !== '' ? undefined : ERRORS.field('voice.name');
};

function toUrl(value: unknown): URL | undefined {
	if (typeof value !== 'string') return undefined;
	try {
		const url = new URL(value);
		return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
	} catch {
		return undefined;
	}
}
