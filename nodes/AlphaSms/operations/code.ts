import { asText } from '../../shared/http/redact';
import { text } from '../../shared/operation/field';
import { hook, lifetime, messageId, numeric, to } from './fields';
import { gatewayOperation, sendResult } from './gateway';

/** Telegram and WhatsApp carry codes only (alphasms.md §4.7, §4.8). */
const code = text({
	displayName: 'Code',
	required: true,
	placeholder: 'e.g. 4711',
	pattern: { test: /^\d{4,8}$/, message: 'needs 4 to 8 digits and nothing else' },
	description:
		'The one-time code: 4 to 8 digits. Keep it as text in expressions, a number loses leading zeros.',
});

export const sendTelegramCode = gatewayOperation({
	resource: 'oneTimeCode',
	name: 'sendTelegram',
	displayName: 'Send via Telegram',
	action: 'Send a one time code to a telegram account',
	description: 'Send a code to the Telegram account of a phone number',
	safety: 'spends',
	fields: {
		phone: to,
		message: code,
		id: messageId,
		telegramLifetime: lifetime('Telegram', 60),
		hook,
	},
	item: (params) => ({
		type: 'telegram',
		id: params.id,
		phone: numeric(params.phone),
		message: params.message,
		telegram_lifetime: params.telegramLifetime,
		hook: params.hook,
	}),
	simplify: sendResult,
});

export const sendWhatsAppCode = gatewayOperation({
	resource: 'oneTimeCode',
	name: 'sendWhatsApp',
	displayName: 'Send via WhatsApp',
	action: 'Send a one time code to a whatsapp account',
	description: 'Send a code to the WhatsApp account of a phone number',
	safety: 'spends',
	fields: { phone: to, message: code, id: messageId, hook },
	item: (params) => ({
		type: 'whatsapp',
		id: params.id,
		phone: numeric(params.phone),
		message: params.message,
		hook: params.hook,
	}),
	simplify: sendResult,
});

/**
 * One call per request: the gateway refuses the whole envelope when it does not serve the
 * operator of one number (alphasms.md §4.10).
 */
export const flashCall = gatewayOperation({
	resource: 'oneTimeCode',
	name: 'flashCall',
	displayName: 'Flash Call',
	action: 'Place a flash call',
	description:
		'Ring the phone from a number whose last digits are the code; the output holds the code to compare with',
	safety: 'spends',
	batch: false,
	recheck: 'look at the history in the AlphaSMS cabinet',
	fields: { phone: to, id: messageId },
	item: (params) => ({ type: 'call/otp', id: params.id, phone: numeric(params.phone) }),
	simplify: ({ code: digits, price }) => ({ code: asText(digits), price }),
});
