import type { INodeProperties } from 'n8n-workflow';

import { describeOperations } from '../../../nodes/shared/operation/describe';
import type { Fields } from '../../../nodes/shared/operation/field';
import { flag, integer, list, phone, text } from '../../../nodes/shared/operation/field';
import type { Operation } from '../../../nodes/shared/operation/operation';

function operation(
	resource: string,
	name: string,
	fields: Fields,
	more: Partial<Operation> = {},
): Operation {
	return {
		resource,
		name,
		displayName: name,
		action: `Do ${name}`,
		description: `Does ${name}`,
		safety: 'read',
		fields,
		request: () => ({ method: 'GET', path: '/', safety: 'read' }),
		read: () => [],
		...more,
	};
}

const id = text({ displayName: 'ID', required: true });
const own = { displayName: 'Note', additional: true } as const;

const properties = describeOperations({
	resources: { message: 'Message', account: 'Account' },
	defaults: { concurrency: 5, batchSize: 100 },
	operations: [
		operation(
			'message',
			'send',
			{
				phone: phone({ displayName: 'To', required: true }),
				zeta: text({ ...own, displayName: 'Zeta' }),
				alpha: text({ ...own, displayName: 'Alpha' }),
			},
			{ safety: 'spends', batch: true, ownId: 'zeta' },
		),
		operation(
			'message',
			'sendNameless',
			{ text: text({ displayName: 'Text' }) },
			{ safety: 'spends' },
		),
		operation('message', 'get', { id }),
		operation('message', 'delete', { id, force: flag({ displayName: 'Force' }) }),
		operation('message', 'other', { id: text({ displayName: 'Other ID', required: true }) }),
		operation(
			'account',
			'list',
			{ id },
			{
				pages: { next: () => undefined },
			},
		),
		operation('account', 'build', {
			parts: list({
				displayName: 'Parts',
				addLabel: 'Add Part',
				entryLabel: 'Part',
				entry: { size: integer({ displayName: 'Size', default: 1, min: 0 }) },
			}),
		}),
	],
});

const named = (name: string): INodeProperties[] =>
	properties.filter((entry) => entry.name === name);
const shownFor = (entry: INodeProperties | undefined) => entry?.displayOptions?.show;
const optionsOf = (name: string, operationName: string) =>
	named(name)
		.filter((entry) => shownFor(entry)?.operation?.includes(operationName))
		.flatMap((entry) => (entry.options ?? []).map((option) => option.name));

describe('describeOperations', () => {
	it('begins with resources and operations, sorted, the first operation as the default', () => {
		expect(properties.slice(0, 3).map((entry) => entry.name)).toEqual([
			'resource',
			'operation',
			'operation',
		]);
		expect(named('resource')[0]).toMatchObject({
			default: 'message',
			options: [
				{ name: 'Account', value: 'account' },
				{ name: 'Message', value: 'message' },
			],
		});
		const [ofMessage, ofAccount] = named('operation');
		expect(ofMessage).toMatchObject({
			default: 'send',
			displayOptions: { show: { resource: ['message'] } },
		});
		expect(ofMessage?.options?.map((option) => option.name)).toEqual([
			'delete',
			'get',
			'other',
			'send',
			'sendNameless',
		]);
		expect(ofAccount?.default).toBe('list');
	});

	it('lists a parameter once when operations of one resource share it', () => {
		const ids = named('id');
		expect(ids).toHaveLength(3);
		expect(ids.map(shownFor)).toEqual(
			expect.arrayContaining([
				{ resource: ['message'], operation: ['get', 'delete'] },
				{ resource: ['message'], operation: ['other'] },
				{ resource: ['account'], operation: ['list'] },
			]),
		);
	});

	it('keeps the order of the fields, then Additional Fields, then Options', () => {
		const ofSend = properties
			.filter((entry) => shownFor(entry)?.operation?.includes('send'))
			.map((entry) => entry.name);
		expect(ofSend).toHaveLength(5);
		expect(ofSend[0]).toBe('phone');
		expect(ofSend.slice(1, 3).sort()).toEqual(['dryRun', 'simplify']);
		expect(ofSend.slice(3)).toEqual(['additionalFields', 'options']);
	});

	it('sorts collections by label and leaves empty ones out', () => {
		expect(optionsOf('additionalFields', 'send')).toEqual(['alpha', 'zeta']);
		expect(optionsOf('additionalFields', 'get')).toEqual([]);
		const options = named('options').find((entry) => shownFor(entry)?.operation?.includes('send'));
		const labels = (options?.options ?? []).map((option) =>
			'displayName' in option ? option.displayName : '',
		);
		expect(labels).toEqual([...labels].sort((a, b) => a.localeCompare(b)));
	});

	it.each([
		[
			'send',
			['batchSize', 'concurrency', 'defaultCountry', 'maxSends', 'onUnknownOutcome', 'timeout'],
		],
		['sendNameless', ['concurrency', 'maxSends', 'timeout']],
		['get', ['concurrency', 'timeout']],
	])('gives the options that make sense: %s', (name, expected) => {
		expect(optionsOf('options', name).sort()).toEqual(expected);
	});

	it('gives lists Return All and Limit', () => {
		expect(shownFor(named('returnAll')[0])).toEqual({ resource: ['account'], operation: ['list'] });
		expect(named('limit')[0]).toMatchObject({
			default: 50,
			typeOptions: { minValue: 1 },
			displayOptions: { show: { returnAll: [false] } },
		});
	});

	it('describes entries of lists', () => {
		expect(named('parts')[0]).toMatchObject({
			type: 'fixedCollection',
			typeOptions: { multipleValues: true, sortable: true, multipleValueButtonText: 'Add Part' },
			options: [{ name: 'entry', values: [{ name: 'size', displayName: 'Size', default: 1 }] }],
		});
	});

	it('offers a Dry Run only where something is spent', () => {
		expect(named('dryRun').map(shownFor)).toEqual([
			{ resource: ['message'], operation: ['send', 'sendNameless'] },
		]);
	});

	it('does not share objects between parameters', () => {
		const shows = properties.map((entry) => entry.displayOptions?.show).filter(Boolean);
		expect(new Set(shows).size).toBe(shows.length);
	});
});
