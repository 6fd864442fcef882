import type { IDataObject } from 'n8n-workflow';

import { ParameterError } from '../../shared/http/errors';
import { choice, list, text } from '../../shared/operation/field';
import { tidyRecord } from '../values';
import { extraParameters, functionOperation, listOperation } from './base';
import { idField, positiveId } from './fields';

export const getVoices = listOperation({
	resource: 'voice',
	name: 'getAll',
	displayName: 'Get Many',
	action: 'Get many voices',
	description: 'Get the text-to-speech voices of the account',
	fn: 'GetTTSVoices',
	key: 'voices',
	limited: false,
	fields: {},
});

const label = {
	label: text({
		displayName: 'Label',
		required: true,
		placeholder: 'e.g. Call back',
		description: 'What the button says',
	}),
};

function optionList(displayName: string) {
	return text({
		displayName,
		additional: true,
		rows: 3,
		placeholder: 'e.g. Sale; Complaint; Other',
		description: 'Choices for the attendant, separated by semicolons, commas or new lines',
	});
}

export const createQueue = functionOperation({
	resource: 'queue',
	name: 'create',
	displayName: 'Create',
	action: 'Create a queue',
	description: 'Make a queue of the call centre',
	safety: 'spends',
	recheck: 'look for it with Queue: Get Many',
	fn: 'CreateCenterQueue',
	fields: {
		name: text({
			displayName: 'Name',
			required: true,
			placeholder: 'e.g. Support',
			description: 'Name of the queue',
		}),
		type: choice({
			displayName: 'Kind',
			default: 'au',
			options: [
				{ name: 'Chat', value: 'ch' },
				{ name: 'Voice', value: 'au' },
			],
			description: 'What the attendants do',
		}),
		description: text({
			displayName: 'Description',
			additional: true,
			placeholder: 'e.g. First level',
			description: 'Note about the queue',
		}),
		aiTutorId: text({
			displayName: 'AI Tutor ID',
			additional: true,
			placeholder: 'e.g. 77',
			pattern: positiveId,
			description: 'Active agent that helps the attendants',
		}),
		aiChatbotId: text({
			displayName: 'AI Chatbot ID',
			additional: true,
			placeholder: 'e.g. 77',
			pattern: positiveId,
			description: 'Active agent that answers first',
		}),
		buttons: list({
			displayName: 'Quick Buttons',
			addLabel: 'Add Button',
			entryLabel: 'Button',
			additional: true,
			description: 'Up to eight buttons for the attendants',
			entry: label,
		}),
		dropdown1: optionList('Choices 1'),
		dropdown2: optionList('Choices 2'),
		templates: text({
			displayName: 'Knowledge Template IDs',
			additional: true,
			placeholder: 'e.g. 3, 4',
			description: 'IDs of knowledge templates, separated by commas',
		}),
		extraParameters,
	},
	local: ['buttons', 'dropdown1', 'dropdown2'],
	identify: ({ name }) => ({ name }),
	madeIds: ['queue_id'],
	prepare(params) {
		const count = params.buttons?.length ?? 0;
		if (count <= 8) return params;
		throw new ParameterError(`"Quick Buttons" may hold 8 buttons, these are ${count}`);
	},
	body: ({ buttons, dropdown1, dropdown2 }) => ({
		...Object.fromEntries(
			(buttons ?? []).map((button, index) => [`button_${index + 1}`, button.label]),
		),
		dropdown_1: dropdown1,
		dropdown_2: dropdown2,
	}),
	simplify: ({ queue, ...rest }): IDataObject => ({ ...rest, ...tidyRecord(queue) }),
});

export const getQueues = listOperation({
	resource: 'queue',
	name: 'getAll',
	displayName: 'Get Many',
	action: 'Get many queues',
	description: 'Get the active queues of the call centre',
	fn: 'GetCenterQueues',
	key: 'queues',
	limited: false,
	fields: {},
});

export const getWebRtc = functionOperation({
	resource: 'webRtc',
	name: 'getCredentials',
	displayName: 'Get Credentials',
	action: 'Get the credentials of a softphone',
	description:
		'Get the SIP account of a call centre user, made on first use. The output holds a password: keep it out of logs and chats.',
	// The first request makes the account, and every later one returns the same.
	safety: 'idempotent',
	fn: 'GetWebRTC',
	fields: { userid: idField('User ID', 'ID of the call centre user, from the Velip panel', '987') },
});
