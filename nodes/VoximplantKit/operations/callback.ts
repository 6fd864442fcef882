import type { IDataObject } from 'n8n-workflow';

import { isRecord } from '../../shared/http/json';
import type { Field } from '../../shared/operation/field';
import { flag, text, url } from '../../shared/operation/field';
import { choices } from '../../shared/operation/fieldLists';
import { EVENTS } from '../callbacks';
import { tidyRow } from '../values';
import { deleted, kitList, kitOperation } from './base';
import { assertChanges } from './changes';
import { idField, idFilter } from './fields';

const EVENT_OPTIONS = Object.entries(EVENTS)
	.map(([value, [title, description]]) => ({ name: title, value, description }))
	.sort((a, b) => a.name.localeCompare(b.name));

const name = text({
	displayName: 'Name',
	required: true,
	placeholder: 'e.g. CRM',
	description: 'What the endpoint is called in Kit',
});

const address = url({
	displayName: 'URL',
	required: true,
	placeholder: 'e.g. https://crm.example.com/kit-events',
	description: 'Where Kit sends the events by POST',
});

const callbacks = choices({
	displayName: 'Events',
	required: true,
	default: ['call_finalized', 'new_calls'],
	options: EVENT_OPTIONS,
	description: 'What is reported to the endpoint',
});

const saltText = text({
	displayName: 'Salt',
	required: true,
	description:
		'A secret of your choice. Kit puts it into the hash of every event, by which the receiver knows that it comes from Kit.',
});

const salt: Field<string> = {
	...saltText,
	input: { type: 'string', default: '', typeOptions: { password: true } },
};

const enabled = flag({
	displayName: 'Enabled',
	default: true,
	description: 'Whether events are sent to the endpoint',
});

/** An endpoint without its salt, which is a secret and may be part of an answer (§10). */
function withoutSalt(row: unknown): unknown {
	if (!isRecord(row)) return row;
	const { salt: _, ...rest } = row;
	return rest;
}

function endpointRow(row: unknown): IDataObject {
	return tidyRow(withoutSalt(row));
}

function endpointOf(result: unknown): IDataObject {
	return isRecord(result) ? endpointRow(result) : { success: true };
}

export const createCallback = kitOperation({
	resource: 'callback',
	name: 'create',
	displayName: 'Create',
	action: 'Create a callback endpoint',
	description:
		'Have Kit report events to an address. An account has five endpoints at most; the Voximplant Kit Trigger makes its own.',
	method: 'callback/create',
	safety: 'spends',
	recheck: 'look for its URL with Callback: Get Many',
	fields: { name, url: address, callbacks, salt, isEnabled: enabled },
	identify: ({ name: title, url: target }) => ({ name: title, url: target }),
	strip: withoutSalt,
	simplify: endpointOf,
});

export const updateCallback = kitOperation({
	resource: 'callback',
	name: 'update',
	displayName: 'Update',
	action: 'Update a callback endpoint',
	description: 'Change a callback endpoint; what is not given stays as it is',
	method: 'callback/update',
	safety: 'idempotent',
	fields: {
		id: idField('Callback ID', 'ID of the endpoint, from Get Many', '15'),
		name: { ...name, required: false, additional: true as const } as Field<string | undefined>,
		url: { ...address, required: false, additional: true as const } as Field<string | undefined>,
		callbacks: choices({
			displayName: 'Events',
			additional: true,
			options: EVENT_OPTIONS,
			description: 'What is reported to the endpoint; all events that shall be, not only new ones',
		}),
		salt: { ...salt, required: false, additional: true as const } as Field<string | undefined>,
		isEnabled: { ...enabled, additional: true as const } as Field<boolean | undefined>,
	},
	prepare(params) {
		assertChanges(params);
		return params;
	},
	identify: ({ id }) => ({ id: Number(id) }),
	strip: withoutSalt,
	simplify: endpointOf,
});

export const getCallbacks = kitList({
	resource: 'callback',
	name: 'getAll',
	displayName: 'Get Many',
	action: 'Get many callback endpoints',
	description: 'Get the addresses that Kit reports events to',
	method: 'callback/search',
	fields: {
		id: idFilter('Callback ID', 'Only the endpoint with this ID', '15'),
		name: text({
			displayName: 'Name',
			additional: true,
			placeholder: 'e.g. CRM',
			description: 'Only endpoints with this name',
		}),
		url: text({
			displayName: 'URL',
			additional: true,
			placeholder: 'e.g. https://crm.example.com/kit-events',
			description: 'Only endpoints with this URL',
		}),
	},
	strip: withoutSalt,
	row: endpointRow,
});

export const deleteCallback = kitOperation({
	resource: 'callback',
	name: 'delete',
	displayName: 'Delete',
	action: 'Delete a callback endpoint',
	description: 'Have Kit no longer report events to an address',
	method: 'callback/delete',
	safety: 'idempotent',
	fields: { id: idField('Callback ID', 'ID of the endpoint, from Get Many', '15') },
	identify: ({ id }) => ({ id: Number(id) }),
	simplify: deleted,
});
