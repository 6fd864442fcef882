import {
	booleanField,
	checkId,
	checkOtp,
	checkPhone,
	checkSender,
	checkSmsText,
	checkVoice,
	imageField,
	lifetimeField,
	oneOf,
	optional,
	required,
	textField,
	urlField,
	type Rule,
} from './checks';
import type { Channel } from './statuses';

/** Rules of the fields of one request type, by wire name. */
export type Rules = Record<string, Rule>;

/** Viber kinds and the fields each of them carries (alphasms.md section 4.3). */
export const VIBER_KINDS: Record<string, readonly string[]> = {
	text: ['message'],
	image: ['image'],
	'text+link': ['message', 'link', 'button'],
	'text+image+link': ['message', 'image', 'link', 'button'],
};

const MIN_LIFETIME = 60;

const recipient: Rules = { id: required(checkId), phone: required(checkPhone) };
const hook: Rules = { hook: optional(urlField('hook')) };
const shortLink: Rules = { short_link: optional(booleanField('short_link')) };

/** Section 4.2. */
const sms: Rules = { sms_signature: required(checkSender), sms_message: required(checkSmsText) };

/** Section 4.3; which of the optional ones are needed is decided by `viber_type`. */
const viber: Rules = {
	viber_type: required(oneOf('viber_type', Object.keys(VIBER_KINDS))),
	viber_signature: required(checkSender),
	viber_message: optional(textField('viber_message', 1000)),
	viber_image: optional(imageField('viber_image')),
	viber_link: optional(urlField('viber_link')),
	viber_button: optional(textField('viber_button', 19)),
};
const viberLifetime: Rules = {
	viber_lifetime: optional(lifetimeField('viber_lifetime', MIN_LIFETIME)),
};

/** Section 4.5; `rcsFields` decides whether image, link and button are required. */
const rcs: Rules = {
	rcs_signature: required(checkSender),
	rcs_message: required(textField('rcs_message')),
	rcs_image: optional(urlField('rcs_image')),
	rcs_link: optional(urlField('rcs_link')),
	rcs_button: optional(textField('rcs_button')),
	rcs_lifetime: optional(lifetimeField('rcs_lifetime', MIN_LIFETIME)),
};

/** A request type: its fields, and the channels that are tried in order. */
export interface TypeRules {
	rules: Rules;
	channels: readonly Channel[];
	/** Required when `rcsFields` is `required`. */
	tableOnly?: readonly string[];
}

const RCS_TABLE = ['rcs_image', 'rcs_link', 'rcs_button'];

/** The sending types of section 4 whose fields are flat (`pipeline` has its own rules). */
export const SENDING_TYPES: Record<string, TypeRules> = {
	sms: {
		channels: ['sms'],
		rules: {
			...recipient,
			...sms,
			sms_lifetime: optional(lifetimeField('sms_lifetime', 3600, 259_200)),
			...shortLink,
			unsubscribe_link: optional(booleanField('unsubscribe_link')),
			...hook,
		},
	},
	viber: {
		channels: ['viber'],
		rules: { ...recipient, ...viber, ...viberLifetime, ...shortLink, ...hook },
	},
	'viber+sms': {
		channels: ['viber', 'sms'],
		rules: { ...recipient, ...viber, ...viberLifetime, ...sms, ...shortLink, ...hook },
	},
	rcs: {
		channels: ['rcs'],
		rules: { ...recipient, ...rcs, ...shortLink, ...hook },
		tableOnly: RCS_TABLE,
	},
	'rcs+sms': {
		channels: ['rcs', 'sms'],
		rules: { ...recipient, ...rcs, ...sms, ...shortLink, ...hook },
		tableOnly: RCS_TABLE,
	},
	'rcs+viber+sms': {
		channels: ['rcs', 'viber', 'sms'],
		rules: { ...recipient, ...rcs, ...viber, ...sms, ...shortLink, ...hook },
		tableOnly: RCS_TABLE,
	},
	telegram: {
		channels: ['telegram'],
		rules: {
			...recipient,
			message: required(checkOtp),
			telegram_lifetime: optional(lifetimeField('telegram_lifetime', MIN_LIFETIME)),
			...hook,
		},
	},
	whatsapp: {
		channels: ['whatsapp'],
		rules: { ...recipient, message: required(checkOtp), ...hook },
	},
	voice: {
		channels: ['voice'],
		rules: {
			...recipient,
			message: required(textField('message')),
			voice: required(checkVoice),
			dtmf: required(booleanField('dtmf')),
			...hook,
		},
	},
};

/** Checks by number: no text, no hook (sections 4.10 and 4.12). */
export const CHECK_RULES: Rules = recipient;

/** Fields around the blocks of a `pipeline` (section 4.11). */
export const PIPELINE_RULES: Rules = { ...recipient, ...hook };

/** Fields of each block of a `pipeline`; the names have no prefix (section 4.11). */
export const BLOCK_RULES: Record<Channel, Rules> = {
	voice: {
		message: required(textField('voice.message')),
		voice: required(checkVoice),
		dtmf: required(booleanField('voice.dtmf')),
	},
	telegram: { message: required(checkOtp) },
	viber: {
		type: required(oneOf('viber.type', Object.keys(VIBER_KINDS))),
		signature: required(checkSender),
		message: optional(textField('viber.message', 1000)),
	},
	rcs: { signature: required(checkSender), message: required(textField('rcs.message')) },
	whatsapp: { signature: required(checkSender), message: required(textField('whatsapp.message')) },
	sms: { signature: required(checkSender), message: required(checkSmsText) },
};

/** Keys the page calls plausible inside a block, though not documented. */
export const PLAUSIBLE_BLOCK_KEYS: Record<string, Rule> = {
	image: optional(urlField('image')),
	link: optional(urlField('link')),
	button: optional(textField('button')),
	lifetime: optional(lifetimeField('lifetime', MIN_LIFETIME)),
};
