import type { INodePropertyOptions } from 'n8n-workflow';

import { ParameterError } from '../../shared/http/errors';
import { asText } from '../../shared/http/redact';
import type { Field } from '../../shared/operation/field';
import { choice, flag, integer, reference, text, url } from '../../shared/operation/field';
import { date } from '../../shared/operation/fieldDates';
import type { CompactPhone } from '../../shared/operation/phone';
import { compactPhone } from '../../shared/operation/phone';

type Show = Record<string, Array<string | boolean | number>>;

const NEEDS = 'needs 6 to 15 digits, e.g. 5511987654321';

function cleanNumber(value: string): CompactPhone {
	const cleaned = compactPhone(value, NEEDS);
	if (cleaned.compact === undefined || /^\+?\d{6,15}$/.test(cleaned.compact)) return cleaned;
	const count = cleaned.compact.replace('+', '').length;
	return { problem: `${NEEDS}; "${value.trim()}" has ${count}` };
}

const BRAZILIAN = 'needs a Brazilian number with area code, e.g. 11987654321 or 5511987654321';

/** A number for a destination list, which holds Brazilian ones only: digits, or why it cannot be used. */
export function listNumber(value: unknown): CompactPhone {
	const cleaned = compactPhone(asText(value ?? ''), BRAZILIAN);
	if (cleaned.compact === undefined) return cleaned;
	const { compact } = cleaned;
	const isBrazilian = /^(\+55|55|0)?[1-9][1-9]\d{8,9}$/.test(compact);
	if (isBrazilian) return { compact: compact.replace('+', '') };
	return { problem: `${BRAZILIAN}; this is "${asText(value ?? '').trim()}"` };
}

/** What a form begins with may be sent by mistake, so the number is assigned to nobody. */
export const EXAMPLE_RECORDS =
	'[\n  { "number": "5511900000000", "name": "Maria", "codcli": "1001" }\n]';

/** A phone number; keeps a leading plus, which says that the country code is there. */
export function phoneNumber(options: {
	displayName: string;
	description: string;
	placeholder?: string;
}): Field<string> {
	return {
		...options,
		placeholder: options.placeholder ?? 'e.g. 5511987654321',
		required: true,
		input: { type: 'string', default: '' },
		rule: (z) =>
			z.preprocess(
				(value) => (typeof value === 'number' ? String(value) : value),
				z.string({ error: 'must be a phone number' }).transform((value, issues) => {
					const { compact, problem } = cleanNumber(value);
					if (compact !== undefined) return compact;
					issues.addIssue({ code: 'custom', message: problem ?? '' });
					return z.NEVER;
				}),
			),
	};
}

export const dest = phoneNumber({
	displayName: 'To',
	description:
		'Phone number: area code and number for Brazil (11987654321), or the whole number with country code. A number that begins with + and a country code other than 55 is sent as it is. Blanks, brackets and dashes are removed.',
});

/** International numbers must not be taken for Brazilian ones (velip.md §6.1). */
export function numberFields(number: string, setbrasil: string | undefined) {
	const isForeign = number.startsWith('+') && !number.startsWith('+55');
	const mode = setbrasil ?? (isForeign ? '0' : undefined);
	return {
		dest: number.replace('+', ''),
		setbrasil: mode === undefined ? undefined : Number(mode),
	};
}

export const setbrasil = choice({
	displayName: 'Number Format',
	default: '1',
	additional: true,
	options: [
		{
			name: 'Brazilian, Completed by Velip',
			value: '1',
			description: 'Country code 55 and the ninth digit of mobile numbers are added where missing',
		},
		{ name: 'International, as It Is', value: '0' },
	],
	description:
		'How Velip reads the number. Numbers are Brazilian unless they begin with + and another country code.',
});

export const ctid = text({
	displayName: 'Correlation ID',
	additional: true,
	placeholder: 'e.g. order1001',
	description:
		'Your own ID, by which the result is found again and which comes back in callbacks. At most 15 letters and digits are safe. Made automatically when left empty, and the same when n8n tries again.',
});

/** Velip documents at most 15 characters in one place and no limit in another (velip.md §16, row 20). */
export function ctidFacts({ ctid: id }: { ctid?: string }) {
	if (id === undefined || Array.from(id).length <= 15) return {};
	return {
		ctidWarning:
			'The correlation ID has more than 15 characters; older accounts may cut or refuse it',
	};
}

export const cpid = text({
	displayName: 'Batch ID',
	additional: true,
	placeholder: 'e.g. reminders-june',
	description: 'Your own ID for a group of calls, by which they can be listed together',
});

export const httpdup = integer({
	displayName: 'Duplicate Window (Seconds)',
	default: 10,
	min: 0,
	max: 600,
	additional: true,
	description:
		'Velip refuses a second send to the same number within so many seconds: 10 unless set. That protects from sending twice, but a workflow that sends two messages to one number in a row fails on the second. 0 switches the protection off.',
});

export const rurl = url({
	displayName: 'Result Callback URL',
	additional: true,
	placeholder: 'e.g. https://n8n.example.com/webhook/…',
	description:
		'Address that is told the result. Paste the production URL of a Velip Trigger node. The address of the account is used when left empty.',
});

/** Whether Velip wants `rurl` percent-encoded in a JSON body is not known (velip.md §16, question 2). */
export const encodeRurl = flag({
	displayName: 'Encode Callback URL',
	additional: true,
	default: true,
	description:
		'Whether to percent-encode the callback URL. Add this when callbacks do not arrive: the manual asks for it, although it should not be needed here.',
});

export function callbackFields({ rurl: address, encodeRurl: encode }: CallbackParams) {
	return { rurl: encode && address !== undefined ? encodeURIComponent(address) : address };
}

interface CallbackParams {
	rurl?: string;
	encodeRurl?: boolean;
}

export const audioId = {
	test: /^(tf)?\d+$/i,
	message: 'must be the ID of an audio, e.g. tf12345',
};

/** Bare digits make the call drop on answer, so the prefix is added (velip.md §6.5). */
export function audioRef(value: string | undefined): string | undefined {
	return value === undefined ? undefined : value.replace(/^(tf)?/i, 'tf');
}

/** An audio that the user seldom needs, by its ID. */
export function audioField(displayName: string, description: string, show?: Show) {
	return text({
		displayName,
		...(show ? { show } : { additional: true }),
		placeholder: 'e.g. tf12345',
		pattern: audioId,
		description: `${description}. The ID of an audio, from Audio: Get Many.`,
	});
}

export function audioReference(displayName: string, description: string, show: Show = {}) {
	return reference({
		displayName,
		lookup: 'searchAudios',
		example: 'tf12345',
		pattern: audioId,
		required: true,
		show,
		description,
	});
}

export const voice = reference({
	displayName: 'Voice',
	lookup: 'searchVoices',
	example: 'google|pt-BR-Wavenet-A',
	description:
		'Voice that reads the text; choose one that speaks its language. The voice of the account is used when left empty.',
});

const TIME = {
	test: /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/,
	message: 'must be a time like 09:00 or 09:00:00, two digits each',
};

export function dateField(displayName: string, description: string, required = false) {
	return date({
		displayName,
		...(required ? { required: true } : { additional: true }),
		description,
	});
}

/** Refuses a period that ends before it begins. */
export function assertPeriod(
	{ dateStart, dateEnd }: { dateStart?: string; dateEnd?: string },
	labels = { start: 'From Date', end: 'To Date' },
): void {
	if (dateStart === undefined || dateEnd === undefined || dateStart <= dateEnd) return;
	throw new ParameterError(`"${labels.end}" ${dateEnd} is before "${labels.start}" ${dateStart}`);
}

export function timeField(displayName: string, description: string) {
	const field = text({
		displayName,
		additional: true,
		placeholder: 'e.g. 09:00',
		pattern: TIME,
		description: `${description}. Brasília time, as far as Velip says.`,
	});
	// ChangeCampaign knows the long form only (velip.md §9.2).
	const rule: typeof field.rule = (z, context) =>
		field
			.rule(z, context)
			.transform((time) => (asText(time).length === 5 ? `${asText(time)}:00` : time));
	return { ...field, rule } as typeof field;
}

/** Digits only, where 0 stands for none. */
export const digits = { test: /^\d+$/, message: 'needs digits only' };

/** The ID of something that exists; a server may take 0 for no ID at all, and so for everything. */
export const positiveId = {
	test: /^[1-9]\d*$/,
	message: 'must be an ID, which has digits only and does not begin with 0',
};

export function idField(displayName: string, description: string, example = '12345') {
	return text({
		displayName,
		required: true,
		placeholder: `e.g. ${example}`,
		pattern: positiveId,
		description,
	});
}

/** A line that text tells the user without asking for anything. */
export function notice(displayName: string, show: Show): Field<undefined> {
	return {
		displayName,
		show,
		input: { type: 'notice', default: '' },
		rule: (z) => z.undefined(),
	};
}

const LEGAL =
	'Brazilian law (Procon do-not-call lists) allows calls to listed numbers only for collection or when the person asked for the call. Whoever switches the check off answers for it.';

/** The do-not-call check stays on unless somebody switches it off (velip.md §7.1, §9.1). */
export const free = flag({
	displayName: 'Skip Do-Not-Call Check',
	description:
		'Whether to call numbers on the do-not-call list (Procon) too. Allowed only for collection or when the person asked for the call.',
});
export const freeNotice = notice(LEGAL, { free: [true] });
export const noBlock = flag({
	displayName: 'Skip Do-Not-Call Check',
	description:
		'Whether the campaign calls numbers on the do-not-call list (Procon) too. Allowed only for collection or when the person asked for the call.',
});
export const noBlockNotice = notice(LEGAL, { noBlock: [true] });

const SMS_ACTIONS: INodePropertyOptions[] = [
	{ name: 'Answered', value: 'ok' },
	{ name: 'Answered or Not', value: 'oknae' },
	{ name: 'Key Pressed', value: 'dtmf1' },
	{ name: 'No Follow-Up', value: 'none' },
	{ name: 'Not Answered', value: 'nae' },
];

/** A follow-up SMS after a simple call. */
export const followUp = {
	smsAction: choice({
		displayName: 'SMS After the Call',
		default: 'none',
		additional: true,
		options: SMS_ACTIONS,
		description: 'After which calls an SMS is sent. It is charged like any other SMS.',
	}),
	smsText: text({
		displayName: 'SMS After the Call: Text',
		additional: true,
		rows: 3,
		maxLength: 160,
		placeholder: 'e.g. We tried to reach you',
		description: 'Text of that SMS, up to 160 characters. Accents are removed.',
	}),
};

/** Velip refuses the one without the other (302). */
export function assertFollowUp({ smsAction, smsText }: { smsAction?: string; smsText?: string }) {
	if (smsAction === undefined || smsAction === 'none' || smsText !== undefined) return;
	throw new ParameterError('"SMS After the Call: Text" is empty');
}

/** Without a moment there is no follow-up at all. */
export function followUpFields(params: { smsAction?: string; smsText?: string }) {
	const none = params.smsAction === undefined || params.smsAction === 'none';
	return {
		sms_action: none ? undefined : params.smsAction,
		sms_text: none ? undefined : params.smsText,
	};
}

export const appId = (channel: string) =>
	text({
		displayName: 'Line ID',
		required: true,
		placeholder: 'e.g. 101',
		pattern: positiveId,
		description: `ID of your ${channel} line (app_id). It is shown in the Velip panel; the API does not list lines.`,
	});
