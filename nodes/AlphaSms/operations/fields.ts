import type { IDataObject } from 'n8n-workflow';

import { ParameterError } from '../../shared/http/errors';
import { smsSize } from '../../shared/messaging/segments';
import { flag, integer, phone, text, url } from '../../shared/operation/field';

/** Fields that most requests share (alphasms.md §3.1). */
export const to = phone({
	displayName: 'To',
	required: true,
	placeholder: 'e.g. 380971234567',
	description:
		'Phone number with country code, 11 to 15 digits. Plus sign, blanks, brackets and dashes are removed.',
});

export const messageId = integer({
	displayName: 'Message ID',
	additional: true,
	min: 1,
	placeholder: 'e.g. 100500',
	description:
		'Your own unique number for this message, by which Get Status finds it again. Made automatically when left empty.',
});

export const hook = url({
	displayName: 'Status Callback URL',
	additional: true,
	placeholder: 'e.g. https://n8n.example.com/webhook/…',
	description:
		'Address that is told every status change of this message. Paste the production URL of an AlphaSMS Trigger node. Changes may arrive out of order.',
});

const SENDER = {
	test: /^(?=.*[A-Za-z])[A-Za-z0-9._-]{3,11}$/,
	message:
		'needs 3 to 11 Latin letters, digits, dots, dashes or underscores, and at least one letter',
};

const SMS_SENDER = {
	displayName: 'Sender Name',
	required: true,
	placeholder: 'e.g. MyShop',
	pattern: SENDER,
	description:
		'Sender that the recipient sees (alpha name). It must be approved for your AlphaSMS account; the list is in the cabinet.',
} as const;

const EMOJI = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\u200d\ufe0f\u20e3\s]/gu;

/** The gateway removes emoji and then refuses an empty text (alphasms.md §3.1). */
function isOnlyEmoji(value: string): boolean {
	return value.replace(EMOJI, '') === '';
}

const SMS_TEXT = {
	displayName: 'Message',
	required: true,
	rows: 4,
	placeholder: 'e.g. Your order has been shipped',
	description:
		'Text of the SMS. One part holds 160 Latin or 70 other characters (153 or 67 when split); every part is charged. The output shows encoding and segments.',
} as const;

export const smsSignature = text(SMS_SENDER);
export const smsMessage = text(SMS_TEXT);

/** The SMS that goes out when the channels before it do not deliver. */
export function fallbackSms(show: Record<string, Array<string | boolean>>) {
	return {
		smsSignature: text({ ...SMS_SENDER, displayName: 'SMS Sender Name', show }),
		smsMessage: text({ ...SMS_TEXT, displayName: 'SMS Message', show }),
	};
}

/** The sender rule for SMS, where the sender's field serves several channels. */
export function assertSmsSender(sender: string | undefined): void {
	if (sender === undefined || SENDER.test.test(sender)) return;
	throw new ParameterError(`"Sender" of the SMS ${SENDER.message}`);
}

/** Refuses an SMS text that would arrive empty. */
export function assertSmsText(message: string | undefined, label = 'SMS Message'): void {
	if (message === undefined || !isOnlyEmoji(message)) return;
	throw new ParameterError(`"${label}" holds only emoji, which AlphaSMS removes from an SMS`);
}

export function smsFacts(message: string | undefined): IDataObject {
	if (message === undefined) return {};
	const { encoding, segments } = smsSize(message);
	return { encoding, segments };
}

export const shortLink = flag({
	displayName: 'Shorten Links',
	additional: true,
	description:
		'Whether to replace links in the text by short tracked ones. Clicks are shown in the AlphaSMS cabinet.',
});

export function lifetime(channel: string, min: number, max?: number) {
	return integer({
		displayName: `${channel} Lifetime (Seconds)`,
		additional: true,
		min,
		...(max !== undefined && { max }),
		placeholder: 'e.g. 86400',
		description: `How long AlphaSMS keeps trying through ${channel}. 172800 (two days) when left empty.`,
	});
}

/** Numbers travel as JSON numbers where they fit; digits of 15 places always do. */
export function numeric(digits: string | number): number | string {
	const value = Number(digits);
	return Number.isSafeInteger(value) && /^\d+$/.test(String(digits)) ? value : String(digits);
}
