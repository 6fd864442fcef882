import { choice, text, url } from '../../shared/operation/field';
import {
	assertSmsText,
	fallbackSms,
	hook,
	lifetime,
	messageId,
	numeric,
	shortLink,
	smsFacts,
	to,
} from './fields';
import { gatewayOperation, sendResult } from './gateway';
import { viberFields, viberItem } from './viber';

const TYPES = { none: 'rcs', sms: 'rcs+sms', viberThenSms: 'rcs+viber+sms' } as const;

/**
 * The reference lists image, link and button as required, but senders in production leave them
 * out (alphasms.md §4.5); so they are optional here, and the help text says so.
 */
export const sendRcs = gatewayOperation({
	resource: 'message',
	name: 'sendRcs',
	displayName: 'Send RCS',
	action: 'Send an RCS message',
	description: 'Send an RCS message, on request with Viber and SMS where RCS does not reach',
	safety: 'spends',
	fields: {
		phone: to,
		rcsSignature: text({
			displayName: 'RCS Sender',
			required: true,
			placeholder: 'e.g. MyShop',
			description: 'RCS sender name that is registered for your AlphaSMS account',
		}),
		rcsMessage: text({
			displayName: 'RCS Text',
			required: true,
			rows: 4,
			placeholder: 'e.g. Your order has been shipped',
			description: 'Text of the RCS message',
		}),
		rcsImage: url({
			displayName: 'Image URL',
			placeholder: 'e.g. https://example.com/picture.png',
			description:
				'Public address of a picture. The AlphaSMS manual calls image, button and link required; in practice a plain text works. If AlphaSMS refuses the message, fill in all three.',
		}),
		rcsButton: text({
			displayName: 'Button Caption',
			placeholder: 'e.g. Open',
			description: 'Text on the button',
		}),
		rcsLink: url({
			displayName: 'Button Link',
			placeholder: 'e.g. https://example.com/order/1',
			description: 'Address that the button opens',
		}),
		fallback: choice({
			displayName: 'Fall Back To',
			default: 'none',
			options: [
				{ name: 'Nothing', value: 'none' },
				{ name: 'SMS', value: 'sms' },
				{ name: 'Viber, Then SMS', value: 'viberThenSms' },
			],
			description: 'What to send when RCS cannot deliver',
		}),
		...viberFields({ fallback: ['viberThenSms'] }),
		...fallbackSms({ fallback: ['sms', 'viberThenSms'] }),
		id: messageId,
		rcsLifetime: lifetime('RCS', 60),
		shortLink,
		hook,
	},
	prepare: ({ smsMessage: message }) => assertSmsText(message),
	facts: ({ smsMessage: message }) => smsFacts(message),
	item: (params) => ({
		type: TYPES[params.fallback],
		id: params.id,
		phone: numeric(params.phone),
		rcs_signature: params.rcsSignature,
		rcs_message: params.rcsMessage,
		rcs_image: params.rcsImage,
		rcs_link: params.rcsLink,
		rcs_button: params.rcsButton,
		rcs_lifetime: params.rcsLifetime,
		...viberItem(params),
		sms_signature: params.smsSignature,
		sms_message: params.smsMessage,
		short_link: params.shortLink,
		hook: params.hook,
	}),
	simplify: sendResult,
});
