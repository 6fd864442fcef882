import { ParameterError } from '../../shared/http/errors';
import { choice, list, text, url } from '../../shared/operation/field';
import { assignments } from '../../shared/operation/fieldLists';
import { kitOperation } from './base';
import { idField, optional, phoneNumber, ref, shown } from './fields';

/** Limits of the variables of a conversation (voximplant-kit.md §5.7). */
const MAX_VARIABLES = 20;
const MAX_NAME = 20;
const MAX_VALUE = 200;

/** @throws ParameterError */
function assertChatVariables(variables: Readonly<Record<string, unknown>> | undefined): void {
	const entries = Object.entries(variables ?? {});
	if (entries.length > MAX_VARIABLES) {
		throw new ParameterError(
			`"Variables" has ${entries.length} entries; Kit takes ${MAX_VARIABLES} at most`,
		);
	}
	for (const [name, value] of entries) {
		const words = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
		if (name.length > MAX_NAME) {
			throw new ParameterError(
				`"Variables": the name "${name}" has ${name.length} characters; Kit takes ${MAX_NAME} at most`,
			);
		}
		if (words.length <= MAX_VALUE) continue;
		throw new ParameterError(
			`"Variables": "${name}" has ${words.length} characters; Kit takes ${MAX_VALUE} at most`,
		);
	}
}

const parameterValues = list({
	displayName: 'Text Parameters',
	addLabel: 'Add Parameter',
	entryLabel: 'Parameter',
	description:
		'Values for the placeholders in the text of the template, in their order: the first one for {{1}}, and so on',
	entry: {
		value: text({
			displayName: 'Value',
			required: true,
			placeholder: 'e.g. Maria',
			description: 'What the placeholder becomes',
		}),
	},
});

/** Kit refuses values that hold placeholders themselves (voximplant-kit.md §5.7). */
function assertNoBraces(label: string, value: string | undefined): void {
	if (value === undefined || !/\{\{|\}\}/.test(value)) return;
	throw new ParameterError(`"${label}" may not hold {{ or }}: "${value}"`);
}

export const sendTemplate = kitOperation({
	resource: 'message',
	name: 'sendTemplate',
	displayName: 'Send WhatsApp Template',
	action: 'Send a template by whatsapp',
	description:
		'Open a WhatsApp conversation with an approved template. Kit takes ten per second at most.',
	method: 'botService/sendTemplateMessage',
	safety: 'spends',
	recheck: "look for the recipient in Kit's conversations",
	fields: {
		clientId: phoneNumber({
			displayName: 'To',
			description: 'WhatsApp number with country code. Blanks, brackets and dashes are removed.',
		}),
		channelId: idField(
			'Channel ID',
			'The WhatsApp channel; its ID is the number in the address of its settings page in Kit',
			'31',
		),
		messageTemplateId: ref.template('Approved template'),
		textParamValues: parameterValues,
		header: choice({
			displayName: 'Header',
			default: 'none',
			options: [
				{ name: 'File in Kit', value: 'attachment' },
				{ name: 'File on the Web', value: 'url' },
				{ name: 'None', value: 'none' },
				{ name: 'Text', value: 'text' },
			],
			description: 'What the placeholder in the header of the template becomes',
		}),
		headerParamValue: shown(
			text({
				displayName: 'Header Text',
				required: true,
				placeholder: 'e.g. Order 7',
				description: 'Value for the placeholder in the header',
			}),
			{ header: ['text'] },
		),
		headerAttachmentId: shown(idField('Header File ID', 'The "file_id" of a file in Kit', '123'), {
			header: ['attachment'],
		}),
		headerUrl: shown(
			url({
				displayName: 'Header File URL',
				required: true,
				placeholder: 'e.g. https://example.com/bill.pdf',
				description: 'Where WhatsApp gets the picture, video or document of the header',
			}),
			{ header: ['url'] },
		),
		buttonUrlParamValue: text({
			displayName: 'Button URL Parameter',
			additional: true,
			placeholder: 'e.g. orders/7',
			description: 'Value for the placeholder in the address of the button',
		}),
		userId: optional(ref.user('Agent who gets the reply')),
		variables: assignments({
			displayName: 'Variables',
			additional: true,
			description:
				'Variables of the conversation: up to 20, names of 20 and values of 200 characters',
		}),
	},
	local: ['header'],
	prepare(params) {
		for (const { value } of params.textParamValues) assertNoBraces('Text Parameters', value);
		assertNoBraces('Header Text', params.headerParamValue);
		assertNoBraces('Button URL Parameter', params.buttonUrlParamValue);
		assertChatVariables(params.variables);
		return params;
	},
	body: ({ clientId, textParamValues }) => ({
		client_id: clientId.startsWith('+') ? clientId : `+${clientId}`,
		text_param_values:
			textParamValues.length > 0 ? textParamValues.map(({ value }) => value) : undefined,
	}),
	identify: ({ clientId, messageTemplateId }) => ({
		client_id: clientId,
		message_template_id: Number(messageTemplateId),
	}),
});

export const sendBotMessage = kitOperation({
	resource: 'message',
	name: 'sendBotMessage',
	displayName: 'Send Bot Message',
	action: 'Send a bot message',
	description: 'Write into a conversation that is open, as the bot',
	method: 'botService/sendMessage',
	safety: 'spends',
	recheck: "look at the conversation in Kit's conversations",
	fields: {
		conversationUuid: text({
			displayName: 'Conversation UUID',
			required: true,
			placeholder: 'e.g. 11111111-2222-4333-8444-555555555555',
			pattern: { test: /^[\w-]+$/, message: 'has letters, digits and dashes only' },
			description:
				'The "conversation_uuid", from Send WhatsApp Template or from an event of a chat',
		}),
		content: choice({
			displayName: 'Content',
			default: 'text',
			options: [
				{ name: 'File', value: 'file' },
				{ name: 'Text', value: 'text' },
			],
			description: 'What is sent',
		}),
		text: shown(
			text({
				displayName: 'Text',
				required: true,
				rows: 3,
				placeholder: 'e.g. Your order is on its way',
				description: 'Text of the message',
			}),
			{ content: ['text'] },
		),
		fileType: shown(
			text({
				displayName: 'File Type',
				required: true,
				default: 'photo',
				placeholder: 'e.g. photo',
				description: 'Kind of the file as Kit calls it. The reference names "photo" only.',
			}),
			{ content: ['file'] },
		),
		fileId: shown(idField('File ID', 'The "file_id" of a file in Kit', '123'), {
			content: ['file'],
		}),
	},
	local: ['content', 'fileType', 'fileId'],
	body: ({ fileType, fileId }) => ({
		payload: fileId && [{ type: fileType, file_id: Number(fileId) }],
	}),
	identify: ({ conversationUuid }) => ({ conversation_uuid: conversationUuid }),
	simplify: () => ({}),
});
