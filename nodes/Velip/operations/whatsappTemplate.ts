import type { IDataObject } from 'n8n-workflow';

import { choice, text } from '../../shared/operation/field';
import { tidyRecord } from '../values';
import { extraParameters, functionOperation, listOperation, parsedJson } from './base';
import { appId, idField } from './fields';

const lineId = appId('WhatsApp');
const templateId = idField(
	'Template ID',
	'ID of the template at Velip ("cwt_id" in the output of Get Many, or from the panel)',
	'501',
);

/** A template row with its JSON texts as what they are. */
export function templateRow(row: IDataObject): IDataObject {
	const keys = ['cwt_variables_examples', 'cwt_button_config'];
	const parsed = keys.filter((key) => key in row).map((key) => [key, parsedJson(row[key])]);
	return { ...row, ...(Object.fromEntries(parsed) as IDataObject) };
}

/** What stands in `result`, on the top level. */
function unpacked({ result, ...rest }: IDataObject): IDataObject {
	return { ...rest, ...tidyRecord(result) };
}

export const getTemplates = listOperation({
	resource: 'whatsAppTemplate',
	name: 'getAll',
	displayName: 'Get Many',
	action: 'Get many whatsapp templates',
	description: 'Get the approved templates of a line',
	fn: 'GetWATemplates',
	key: 'templates',
	limited: false,
	fields: { appId: lineId },
	row: templateRow,
});

export const submitTemplate = functionOperation({
	resource: 'whatsAppTemplate',
	name: 'submit',
	displayName: 'Submit',
	action: 'Submit a whatsapp template',
	description:
		'Send a template that is stored in the Velip panel to Meta for approval; the API cannot write one',
	safety: 'spends',
	recheck: 'use Check Status',
	fn: 'CreateWhatsappTemplate',
	fields: {
		appId: lineId,
		templateId,
		cwmId: text({
			displayName: 'Media ID',
			additional: true,
			placeholder: 'e.g. 12',
			description:
				'Media entry of the panel whose public address is stored with the template (cwm_id)',
		}),
		extraParameters,
	},
	identify: ({ templateId: id }) => ({ template_id: id }),
	body: () => ({ action: 'create' }),
	simplify: (result) => ({
		...result,
		json_generated: parsedJson(result.json_generated) as IDataObject,
		meta_raw_response: parsedJson(result.meta_raw_response) as IDataObject,
	}),
});

/** These two functions call the line `v8l_id` (velip.md §12.5). */
const v8lId = lineId;

export const checkTemplate = functionOperation({
	resource: 'whatsAppTemplate',
	name: 'checkStatus',
	displayName: 'Check Status',
	action: 'Check the status of a whatsapp template',
	description: 'Ask Meta whether a submitted template is approved',
	safety: 'read',
	fn: 'CheckTemplateStatus',
	fields: { v8lId, templateId },
	local: ['v8lId'],
	body: ({ v8lId: id }) => ({ v8l_id: id }),
	simplify: unpacked,
});

export const deleteTemplate = functionOperation({
	resource: 'whatsAppTemplate',
	name: 'delete',
	displayName: 'Delete',
	action: 'Delete a whatsapp template',
	description: 'Delete a template at Meta, at Velip, or at both',
	safety: 'idempotent',
	fn: 'DeleteWhatsappTemplate',
	fields: {
		v8lId,
		templateId,
		deleteMode: choice({
			displayName: 'Delete At',
			default: 'meta_only',
			options: [
				{
					name: 'Meta',
					value: 'meta_only',
					description: 'The copy at Velip is kept and marked as deleted',
				},
				{ name: 'Meta and Velip', value: 'both' },
				{ name: 'Velip', value: 'local_only' },
			],
			description: 'Where the template is deleted',
		}),
	},
	local: ['v8lId'],
	body: ({ v8lId: id }) => ({ v8l_id: id }),
	simplify: (result) => ({ deleted: true, ...unpacked(result) }),
});

export const validateLine = functionOperation({
	resource: 'whatsAppLine',
	name: 'validate',
	displayName: 'Validate Number',
	action: 'Validate a whatsapp number',
	description: 'Check the credentials of a WhatsApp number at Meta before it is set up as a line',
	safety: 'read',
	fn: 'ValidateWhatsAppNumber',
	fields: {
		waApiKey: {
			...text({
				displayName: 'Meta Access Token',
				required: true,
				description: 'Access token of the WhatsApp Cloud API',
			}),
			input: { type: 'string', default: '', typeOptions: { password: true } },
		},
		waBusinessId: idField('Business Account ID', 'ID of the WhatsApp business account'),
		waPhoneNumberId: idField('Phone Number ID', 'ID of the phone number at Meta'),
		waNumber: idField('Number', 'The number itself, digits only', '5511987654321'),
	},
	simplify: unpacked,
});
