import { choice, text } from '../../shared/operation/field';
import type { Operation } from '../../shared/operation/operation';
import { appendOperation, phoneColumn, screenPhone, sentPhone } from './append';
import { deleted, kitList, kitOperation } from './base';
import { readCounted } from './counted';
import {
	idField,
	idFilter,
	optional,
	PART_TOO,
	phoneFilter,
	phoneNumber,
	ref,
	shown,
} from './fields';

/** The most numbers of one request that clients use (voximplant-kit.md §5.9). */
const APPEND_ROWS = 50;

const add = appendOperation({
	resource: 'dncContact',
	name: 'add',
	displayName: 'Add',
	action: 'Add numbers to a do not call list',
	description:
		'Add one number per input item to a do-not-call list; up to 50 travel in one request. Campaigns with the list no longer call them.',
	method: 'dnc/addDncContacts',
	size: APPEND_ROWS,
	phoneColumn: 'number',
	fields: {
		id: ref.dncList('List that gets the numbers'),
		number: phoneColumn('Phone', 'Number that shall not be called, with country code'),
		comment: text({
			displayName: 'Comment',
			additional: true,
			placeholder: 'e.g. Opted out by SMS',
			description: 'Reason; items with the same comment travel together',
		}),
	},
	identify: ({ id, number }) => ({ list_id: Number(id), number: sentPhone(number) ?? number }),
	body: ({ id, comment }) => ({ id, comment }),
	contact: ({ number }) => ({ columns: { number: sentPhone(number) }, variables: {} }),
	screen: ({ number }) => screenPhone('Phone', number),
	rowsField: 'contacts',
	encode: ({ number }) => number,
	// What Kit answers is not documented (§5.9); counters are read where there are some.
	read: readCounted,
});

/** It costs nothing, and to miss an opt-out is worse than to add it twice. */
export const addDncContacts: Operation = {
	...add,
	safety: 'idempotent',
	request: (calls) => ({ ...add.request(calls), safety: 'idempotent' }),
};

export const getDncContacts = kitList({
	resource: 'dncContact',
	name: 'getAll',
	displayName: 'Get Many',
	action: 'Get many numbers of do not call lists',
	description: 'Get the numbers of do-not-call lists, or find out whether a number is on one',
	method: 'dnc/searchDncContacts',
	fields: {
		listId: optional(ref.dncList('Only numbers of this list')),
		number: phoneFilter('Phone', `Only this number. ${PART_TOO}`),
		id: idFilter('Contact ID', 'Only the entry with this ID', '4455'),
	},
	body: ({ number }) => ({ number: number?.replace('+', '') }),
});

export const deleteDncContact = kitOperation({
	resource: 'dncContact',
	name: 'delete',
	displayName: 'Delete',
	action: 'Delete a number from a do not call list',
	description: 'Take a number off a do-not-call list, so that campaigns call it again',
	method: 'dnc/deleteDncContact',
	safety: 'idempotent',
	fields: {
		deleteBy: choice({
			displayName: 'Find By',
			default: 'number',
			options: [
				{ name: 'ID', value: 'id' },
				{ name: 'List and Number', value: 'number' },
			],
			description: 'What you have of the entry',
		}),
		id: shown(idField('Contact ID', 'ID of the entry, from Get Many', '4455'), {
			deleteBy: ['id'],
		}),
		listId: shown(ref.dncList('List that holds the number'), { deleteBy: ['number'] }),
		number: shown(
			phoneNumber({ displayName: 'Phone', description: 'Number that is taken off the list' }),
			{ deleteBy: ['number'] },
		),
	},
	local: ['deleteBy'],
	body: ({ number }) => ({ number: number?.replace('+', '') }),
	identify: ({ id, listId, number }) =>
		id === undefined ? { list_id: Number(listId), number } : { id: Number(id) },
	simplify: deleted,
});

export const getDncLists = kitList({
	resource: 'dncList',
	name: 'getAll',
	displayName: 'Get Many',
	action: 'Get many do not call lists',
	description: 'Get the do-not-call lists of the account',
	method: 'dnc/searchDncList',
	fields: {},
});
