import { choice, flag, text, url } from '../../shared/operation/field';
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

const WITH_TEXT = ['text', 'text+link', 'text+image+link'];
const WITH_IMAGE = ['image', 'text+image+link'];
const WITH_LINK = ['text+link', 'text+image+link'];

/** Fields of a Viber message; each kind has exactly its own (alphasms.md §4.3). */
export function viberFields(show: Record<string, string[]> = {}) {
	return {
		viberSignature: text({
			displayName: 'Viber Sender',
			required: true,
			show,
			placeholder: 'e.g. MyShop',
			description: 'Viber sender name that is registered for your AlphaSMS account',
		}),
		viberType: choice({
			displayName: 'Message Kind',
			default: 'text',
			show,
			options: [
				{ name: 'Image', value: 'image' },
				{ name: 'Text', value: 'text' },
				{ name: 'Text and Button', value: 'text+link' },
				{ name: 'Text, Image and Button', value: 'text+image+link' },
			],
			description: 'What the Viber message consists of',
		}),
		viberMessage: text({
			displayName: 'Viber Text',
			required: true,
			rows: 4,
			maxLength: 1000,
			show: { ...show, viberType: WITH_TEXT },
			placeholder: 'e.g. Your order has been shipped',
			description: 'Text of the Viber message, up to 1000 characters',
		}),
		viberImage: url({
			displayName: 'Image URL',
			required: true,
			show: { ...show, viberType: WITH_IMAGE },
			placeholder: 'e.g. https://example.com/picture.png',
			description: 'Public address of a JPG, PNG or GIF picture, best a square one',
		}),
		viberButton: text({
			displayName: 'Button Caption',
			required: true,
			maxLength: 19,
			show: { ...show, viberType: WITH_LINK },
			placeholder: 'e.g. Open',
			description: 'Text on the button, up to 19 characters',
		}),
		viberLink: url({
			displayName: 'Button Link',
			required: true,
			show: { ...show, viberType: WITH_LINK },
			placeholder: 'e.g. https://example.com/order/1',
			description: 'Address that the button opens',
		}),
	};
}

interface ViberParams {
	viberType?: string;
	viberSignature?: string;
	viberMessage?: string;
	viberImage?: string;
	viberLink?: string;
	viberButton?: string;
}

export function viberItem(params: ViberParams): Record<string, unknown> {
	return {
		viber_type: params.viberType,
		viber_signature: params.viberSignature,
		viber_message: params.viberMessage,
		viber_image: params.viberImage,
		viber_link: params.viberLink,
		viber_button: params.viberButton,
	};
}

export const sendViber = gatewayOperation({
	resource: 'message',
	name: 'sendViber',
	displayName: 'Send Viber',
	action: 'Send a viber message',
	description: 'Send a Viber business message, on request with an SMS where Viber does not reach',
	safety: 'spends',
	fields: {
		phone: to,
		...viberFields(),
		fallbackToSms: flag({
			displayName: 'Fall Back to SMS',
			description: 'Whether to send an SMS when Viber cannot deliver',
		}),
		...fallbackSms({ fallbackToSms: [true] }),
		id: messageId,
		viberLifetime: lifetime('Viber', 60),
		shortLink,
		hook,
	},
	prepare: ({ smsMessage: message }) => assertSmsText(message),
	facts: ({ smsMessage: message }) => smsFacts(message),
	item: (params) => ({
		type: params.fallbackToSms ? 'viber+sms' : 'viber',
		id: params.id,
		phone: numeric(params.phone),
		...viberItem(params),
		viber_lifetime: params.viberLifetime,
		sms_signature: params.smsSignature,
		sms_message: params.smsMessage,
		short_link: params.shortLink,
		hook: params.hook,
	}),
	simplify: sendResult,
});
