import { ParameterError } from '../../shared/http/errors';
import type { Params } from '../../shared/operation/field';
import { choice, flag, list, text } from '../../shared/operation/field';
import { assertSmsSender, assertSmsText, hook, messageId, numeric, smsFacts, to } from './fields';
import { defined, gatewayOperation, sendResult } from './gateway';
import { voiceFields, voiceItem } from './voice';

const CODE = { test: /^\d{4,8}$/, message: 'needs 4 to 8 digits and nothing else' };

const channel = {
	channel: choice({
		displayName: 'Channel',
		default: 'viber',
		options: [
			{ name: 'Call with Spoken Text', value: 'voice' },
			{ name: 'RCS', value: 'rcs' },
			{ name: 'SMS', value: 'sms' },
			{ name: 'Telegram Code', value: 'telegram' },
			{ name: 'Viber', value: 'viber' },
			{ name: 'WhatsApp (Experimental)', value: 'whatsapp' },
		],
		description: 'Way in which the message is sent at this step',
	}),
	code: text({
		displayName: 'Code',
		required: true,
		pattern: CODE,
		show: { channel: ['telegram'] },
		placeholder: 'e.g. 4711',
		description: 'Telegram carries one-time codes only: 4 to 8 digits',
	}),
	dtmf: flag({
		displayName: 'Collect Key Press',
		show: { channel: ['voice'] },
		description: 'Whether to note the key that the callee presses',
	}),
	signature: text({
		displayName: 'Sender',
		required: true,
		show: { channel: ['sms', 'viber', 'rcs', 'whatsapp'] },
		placeholder: 'e.g. MyShop',
		description: 'Sender name that is registered for this channel',
	}),
	text: text({
		displayName: 'Text',
		required: true,
		rows: 3,
		show: { channel: ['sms', 'viber', 'rcs', 'whatsapp', 'voice'] },
		placeholder: 'e.g. Your order has been shipped',
		description: 'Text of the message, or text that is read to the callee',
	}),
	...voiceFields({ channel: ['voice'] }),
};

/** Inside the blocks the names have no prefix (alphasms.md §4.11). */
function block(step: Params<typeof channel>): Record<string, unknown> {
	switch (step.channel) {
		case 'voice':
			return { message: step.text, voice: voiceItem(step), dtmf: step.dtmf ?? false };
		case 'telegram':
			return { message: step.code };
		case 'viber':
			return { type: 'text', signature: step.signature, message: step.text };
		default:
			return { signature: step.signature, message: step.text };
	}
}

export const sendPipeline = gatewayOperation({
	resource: 'message',
	name: 'sendMultiChannel',
	displayName: 'Send Multi-Channel',
	action: 'Send a message through several channels in order',
	description: 'Try several channels one after the other until one of them delivers',
	safety: 'spends',
	fields: {
		phone: to,
		pipeline: list({
			displayName: 'Channels',
			addLabel: 'Add Channel',
			entryLabel: 'Channel',
			required: true,
			entry: channel,
			description:
				'Channels in the order in which they are tried. Each channel can be used once. Drag to sort.',
		}),
		id: messageId,
		hook,
	},
	prepare({ pipeline }) {
		const names = pipeline.map((step) => step.channel);
		const twice = names.find((name, index) => names.indexOf(name) !== index);
		if (twice !== undefined) {
			throw new ParameterError(`"Channels" has the channel "${twice}" twice`);
		}
		for (const step of pipeline.filter(({ channel: name }) => name === 'sms')) {
			assertSmsSender(step.signature);
			assertSmsText(step.text, 'Text');
		}
	},
	facts: ({ pipeline }) => smsFacts(pipeline.find((step) => step.channel === 'sms')?.text),
	item: ({ id, phone, pipeline, hook: callback }) => ({
		type: 'pipeline',
		id,
		phone: numeric(phone),
		pipeline: pipeline.map((step) => step.channel),
		...Object.fromEntries(pipeline.map((step) => [step.channel, defined(block(step))])),
		hook: callback,
	}),
	simplify: sendResult,
});
