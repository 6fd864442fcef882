import {
	checkSender,
	checkSmsText,
	ERRORS,
	imageField,
	lifetimeField,
	phoneOf,
	textField,
	urlField,
} from './checks';
import type { AlphaSmsBehaviour } from './options';
import { countParts } from './segments';
import type { Channel } from './statuses';

/** Parameters of a call, by name. */
export type Parameters = Record<string, string | undefined>;

/** A valid `send` command. */
export interface HttpSend {
	channels: readonly Channel[];
	phone: string;
	sender: string;
	parts: number;
	scheduledAt?: number;
}

/** The words of older clients of this platform (alphasms.md section 7). */
const SENDER_ERROR =
	'Sender phone should contains only english letters, digits, dot, underscore, dash';

/** Checks the parameters of `send` (Appendix A); a text is the error. */
export function checkHttpSend(
	parameters: Parameters,
	options: AlphaSmsBehaviour,
): HttpSend | string {
	const phone = phoneOf(parameters.to);
	if (phone === undefined) return ERRORS.phone;
	const viber = parameters.viber === '1';
	const channels: readonly Channel[] = !viber
		? ['sms']
		: parameters.viber_sms === '1'
			? ['viber', 'sms']
			: ['viber'];
	const error =
		(viber ? checkViber(parameters, options) : undefined) ??
		(channels.includes('sms') ? checkSms(parameters, options) : undefined);
	if (error) return error;
	const scheduledAt =
		parameters.ask_date === undefined ? undefined : parseAskDate(parameters.ask_date);
	if (Number.isNaN(scheduledAt)) return ERRORS.field('ask_date');
	return {
		channels,
		phone,
		sender: (viber ? parameters.viber_from : parameters.from) ?? '',
		parts: channels.includes('sms') ? countParts(parameters.message ?? '') : 1,
		scheduledAt,
	};
}

function checkSms(parameters: Parameters, options: AlphaSmsBehaviour): string | undefined {
	if (!/^[A-Za-z0-9._ -]+$/.test(parameters.from ?? '')) return SENDER_ERROR;
	return checkSender(parameters.from, options) ?? checkSmsText(parameters.message, options);
}

const FIELDS_OF_KIND: Record<string, readonly string[]> = {
	text: ['viber_message'],
	image: ['viber_image'],
	button: ['viber_message', 'viber_url', 'viber_button'],
};

function checkViber(parameters: Parameters, options: AlphaSmsBehaviour): string | undefined {
	const kind = parameters.viber_type ?? '';
	const fields = Object.hasOwn(FIELDS_OF_KIND, kind) ? FIELDS_OF_KIND[kind] : undefined;
	if (!fields) return ERRORS.field('viber_type');
	const missing = fields.find((name) => !parameters[name]);
	if (missing) return ERRORS.field(missing);
	const lifetime = parameters.viber_lifetime;
	const checks = {
		viber_message: textField('viber_message', 1000),
		viber_image: imageField('viber_image'),
		viber_url: urlField('viber_url'),
		viber_button: textField('viber_button', 19),
	};
	for (const [name, check] of Object.entries(checks)) {
		const value = parameters[name];
		const error = value === undefined ? undefined : check(value, options);
		if (error) return error;
	}
	return (
		checkSender(parameters.viber_from, options) ??
		(lifetime === undefined
			? undefined
			: lifetimeField('viber_lifetime', 60, 86_400)(Number(lifetime), options))
	);
}

/** ISO 8601 with offset, with or without a colon in it: the sample is `2024-08-15T15:52:01+0200`. NaN when it is not. */
function parseAskDate(value: string): number {
	const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(Z|[+-]\d\d:?\d\d)$/.exec(value);
	if (!match) return NaN;
	const offset = match[2] === 'Z' ? 'Z' : `${match[2]?.slice(0, 3)}:${match[2]?.slice(-2)}`;
	return Date.parse(`${match[1]}${offset}`);
}
