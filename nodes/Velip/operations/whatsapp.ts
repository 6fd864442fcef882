import { ParameterError } from '../../shared/http/errors';
import type { Params } from '../../shared/operation/field';
import {
	choice,
	flag,
	integer,
	json,
	list,
	reference,
	text,
	url,
} from '../../shared/operation/field';
import { automaticId, explainWindow, extraParameters, functionOperation } from './base';
import { appId, ctid, ctidFacts, httpdup, phoneNumber } from './fields';

const dest = phoneNumber({
	displayName: 'To',
	description:
		'Phone number with country code, e.g. 5511987654321; with a plus sign in front when it has no more than 11 digits. Blanks, brackets and dashes are removed.',
});

const line = appId('WhatsApp');

const more = {
	ctid,
	httpdup,
	msgId: text({
		displayName: 'Related Call ID',
		additional: true,
		placeholder: 'e.g. c_88700',
		description: 'Call that the message belongs to (msg_id)',
	}),
	extraParameters,
};

interface MessageParams {
	dest: string;
	ctid?: string;
}

/** WhatsApp numbers are not completed by Velip: without 55 it would be a number abroad (§6.1). */
function assertCountry(number: string): void {
	if (number.startsWith('+') || !/^0|^\d{10,11}$/.test(number)) return;
	throw new ParameterError(
		`"To" ${number} has no country code`,
		'Put 55 in front of a Brazilian number (5511987654321), or + in front of a number of another country.',
	);
}

const base = {
	resource: 'whatsAppMessage',
	safety: 'spends',
	fn: 'MakeWhatsapp',
	recheck:
		'look for it in the Velip panel by its correlation ID (ctid); the API tells no WhatsApp status,',
	prepare: <P extends MessageParams>(params: P, place: string): P => {
		assertCountry(params.dest);
		return { ...params, ctid: params.ctid ?? automaticId(place) };
	},
	facts: ctidFacts,
	excuse: explainWindow('MakeWhatsapp'),
	madeIds: ['cdls_id'],
	identify: ({ ctid: id, dest: number }: MessageParams) => ({
		ctid: id,
		dest: number.replace('+', ''),
	}),
} as const;

export const sendText = functionOperation({
	...base,
	name: 'sendText',
	displayName: 'Send Text',
	action: 'Send a text by whatsapp',
	description:
		'Send a text. It passes only within 24 hours after the last message of the recipient; after that use Send Template.',
	fields: {
		appId: line,
		dest,
		mdata: text({
			displayName: 'Text',
			required: true,
			rows: 4,
			placeholder: 'e.g. Your order has been shipped',
			description: 'Text of the message',
		}),
		...more,
	},
	body: ({ dest: number }) => ({ dest: number.replace('+', ''), mtype: 'text' }),
});

export const sendMedia = functionOperation({
	...base,
	name: 'sendMedia',
	displayName: 'Send Media',
	action: 'Send a file by whatsapp',
	description: 'Send a picture, video, audio, sticker or document from a public address',
	fields: {
		appId: line,
		dest,
		mtype: choice({
			displayName: 'Kind',
			default: 'image',
			options: [
				{ name: 'Audio', value: 'audio' },
				{ name: 'Document', value: 'file' },
				{ name: 'Image', value: 'image' },
				{ name: 'Sticker', value: 'sticker' },
				{ name: 'Video', value: 'video' },
			],
			description: 'What the file is. WhatsApp takes 16 MB of audio or video, 100 MB of documents.',
		}),
		mdata: url({
			displayName: 'File URL',
			required: true,
			placeholder: 'e.g. https://example.com/picture.jpg',
			description: 'Public address of the file',
		}),
		mcaption: text({
			displayName: 'Caption or File Name',
			show: { mtype: ['image', 'video', 'file'] },
			placeholder: 'e.g. Your invoice.pdf',
			description: 'Text under a picture or video; the file name of a document',
		}),
		...more,
	},
	body: ({ dest: number }) => ({ dest: number.replace('+', '') }),
});

const FILLED = ['fields'];

const bodyParameters = list({
	displayName: 'Text Values',
	addLabel: 'Add Value',
	entryLabel: 'Value',
	show: { templateInput: FILLED },
	description: 'What replaces {{1}}, {{2}} and so on in the text of the template, in this order',
	entry: {
		text: text({
			displayName: 'Value',
			required: true,
			placeholder: 'e.g. Maria',
			description: 'Text for this place',
		}),
	},
});

const buttonParameters = list({
	displayName: 'Button Values',
	addLabel: 'Add Button Value',
	entryLabel: 'Button Value',
	show: { templateInput: FILLED },
	description: 'Values for buttons that have a variable part',
	entry: {
		index: integer({
			displayName: 'Button Number',
			default: 1,
			min: 1,
			max: 10,
			description: 'Which button, counted from 1',
		}),
		subType: choice({
			displayName: 'Button Kind',
			default: 'url',
			options: [
				{ name: 'Copy Code', value: 'copy_code' },
				{ name: 'Link', value: 'url' },
				{ name: 'Quick Reply', value: 'quick_reply' },
			],
			description: 'Kind of the button',
		}),
		value: text({
			displayName: 'Value',
			required: true,
			placeholder: 'e.g. order/1001',
			description: 'End of the link, the code, or what a quick reply reports',
		}),
	},
});

const header = {
	headerKind: choice({
		displayName: 'Header',
		default: 'none',
		show: { templateInput: FILLED },
		options: [
			{ name: 'Document', value: 'document' },
			{ name: 'Image', value: 'image' },
			{ name: 'Nothing to Fill In', value: 'none' },
			{ name: 'Text', value: 'text' },
			{ name: 'Video', value: 'video' },
		],
		description: 'What the header of the template needs',
	}),
	headerValue: text({
		displayName: 'Header Value',
		required: true,
		show: { templateInput: FILLED, headerKind: ['text', 'image', 'video', 'document'] },
		placeholder: 'e.g. https://example.com/picture.jpg',
		description: 'Text of the header, or the public address of its file',
	}),
};

interface TemplateParams {
	template?: string;
	language?: string;
	headerKind?: string;
	headerValue?: string;
	bodyParameters?: Params<{ list: typeof bodyParameters }>['list'];
	buttonParameters?: Params<{ list: typeof buttonParameters }>['list'];
}

function buttonParameter(subType: string, value: string): object {
	if (subType === 'quick_reply') return { type: 'payload', payload: value };
	return subType === 'copy_code'
		? { type: 'coupon_code', coupon_code: value }
		: { type: 'text', text: value };
}

function headerComponent({ headerKind, headerValue }: TemplateParams): object[] {
	if (headerKind === undefined || headerKind === 'none') return [];
	if (headerKind !== 'text' && !/^https?:\/\//i.test(headerValue ?? '')) {
		throw new ParameterError('"Header Value" must be a web address for this kind of header');
	}
	const parameter =
		headerKind === 'text'
			? { type: 'text', text: headerValue }
			: { type: headerKind, [headerKind]: { link: headerValue } };
	return [{ type: 'header', parameters: [parameter] }];
}

/** The template object of Meta's Cloud API (velip.md §12.1). */
export function templateObject(params: TemplateParams): Record<string, unknown> {
	const [name = '', listed] = (params.template ?? '').split('|');
	const code = params.language ?? listed;
	if (!code) {
		throw new ParameterError(
			'"Template" needs its language: choose it from the list, write it as name|language, or fill in "Language"',
		);
	}
	const values = params.bodyParameters ?? [];
	const components = [
		...headerComponent(params),
		...(values.length > 0
			? [
					{
						type: 'body',
						parameters: values.map(({ text: value }) => ({ type: 'text', text: value })),
					},
				]
			: []),
		...(params.buttonParameters ?? []).map(({ index, subType, value }) => ({
			type: 'button',
			sub_type: subType,
			index: String(index - 1),
			parameters: [buttonParameter(subType, value)],
		})),
	];
	return { name, language: { code }, ...(components.length > 0 && { components }) };
}

export const sendTemplate = functionOperation({
	...base,
	name: 'sendTemplate',
	displayName: 'Send Template',
	action: 'Send a template by whatsapp',
	description: 'Send an approved template; the only kind that passes at any time',
	fields: {
		appId: line,
		dest,
		templateInput: choice({
			displayName: 'Template Input',
			default: 'fields',
			options: [
				{ name: 'Fields', value: 'fields' },
				{ name: 'JSON', value: 'json', description: 'The whole template object of Meta' },
			],
			description: 'How you give the template',
		}),
		template: reference({
			displayName: 'Template',
			lookup: 'searchTemplates',
			example: 'order_update|pt_BR',
			required: true,
			show: { templateInput: FILLED },
			description:
				'Approved template of the line. Fill in the Line ID first. By ID: name|language.',
		}),
		...header,
		bodyParameters,
		buttonParameters,
		templateJson: json({
			displayName: 'Template JSON',
			required: true,
			onlyObject: true,
			show: { templateInput: ['json'] },
			default: '{ "name": "order_update", "language": { "code": "pt_BR" }, "components": [] }',
			description: 'Object with "name", "language" and "components", as in the manual of Meta',
		}),
		language: text({
			displayName: 'Language',
			additional: true,
			placeholder: 'e.g. pt_BR',
			description: 'Language of the template; that of the chosen template unless given',
		}),
		misHSM: flag({
			displayName: 'Opens a Session',
			additional: true,
			default: true,
			description:
				'Whether Velip shall treat the message as one that opens a session (misHSM). Velip finds out by itself unless this is added.',
		}),
		...more,
	},
	local: [
		'templateInput',
		'template',
		'templateJson',
		'headerKind',
		'headerValue',
		'bodyParameters',
		'buttonParameters',
		'language',
		'misHSM',
	],
	body: (params) => ({
		dest: params.dest.replace('+', ''),
		mtype: 'template',
		template: params.templateInput === 'json' ? params.templateJson : templateObject(params),
		misHSM: params.misHSM === undefined ? undefined : String(params.misHSM),
	}),
});
