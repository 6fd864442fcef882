import type { INodeProperties, INodePropertyCollection } from 'n8n-workflow';

import type { Field, Fields } from './field';
import type { Operation, Provider } from './operation';
import { commonFields, optionFields } from './operation';

/** Name of the one group inside a list parameter. */
export const LIST_GROUP = 'entry';

function byLabel(a: { displayName: string }, b: { displayName: string }): number {
	return a.displayName.localeCompare(b.displayName);
}

function toProperty(name: string, field: Field, show?: Record<string, string[]>): INodeProperties {
	const shown = { ...show, ...field.show };
	const property: INodeProperties = {
		displayName: field.displayName,
		name,
		...field.input,
		...(field.required && { required: true }),
		...(field.placeholder && { placeholder: field.placeholder }),
		...(field.description && { description: field.description }),
		...(field.hint && { hint: field.hint }),
		...(Object.keys(shown).length > 0 && { displayOptions: { show: shown } }),
	};
	if (field.entry === undefined) return property;
	const group: INodePropertyCollection = {
		displayName: field.displayName,
		name: LIST_GROUP,
		values: Object.entries(field.entry).map(([key, entry]) => toProperty(key, entry)),
	};
	return { ...property, options: [group] };
}

function collection(
	name: 'additionalFields' | 'options',
	fields: Fields,
	show: Record<string, string[]>,
): INodeProperties[] {
	if (Object.keys(fields).length === 0) return [];
	const additional = name === 'additionalFields';
	return [
		{
			displayName: additional ? 'Additional Fields' : 'Options',
			name,
			type: 'collection',
			placeholder: additional ? 'Add Field' : 'Add Option',
			default: {},
			displayOptions: { show: { ...show } },
			options: Object.entries(fields)
				.map(([key, field]) => toProperty(key, field))
				.sort(byLabel),
		},
	];
}

function pick(fields: Fields, additional: boolean): Fields {
	return Object.fromEntries(
		Object.entries(fields).filter(([, field]) => Boolean(field.additional) === additional),
	);
}

function operationProperties(
	operation: Operation,
	defaults: Provider<unknown>['defaults'],
): INodeProperties[] {
	const show = { resource: [operation.resource], operation: [operation.name] };
	const form = { ...pick(operation.fields, false), ...commonFields(operation) };
	return [
		...Object.entries(form).map(([name, field]) => toProperty(name, field, show)),
		...collection('additionalFields', pick(operation.fields, true), show),
		...collection('options', optionFields(operation, defaults), show),
	];
}

function mergeKey(property: INodeProperties): string {
	const { operation: _, ...show } = property.displayOptions?.show ?? {};
	return JSON.stringify({ ...property, displayOptions: { show } });
}

/**
 * Lists a parameter once when several operations of a resource have exactly the same one, as far
 * as every operation keeps its own order.
 */
function merged(sequences: INodeProperties[][]): INodeProperties[] {
	const all: Array<{ key: string; property: INodeProperties }> = [];
	for (const sequence of sequences) {
		let cursor = 0;
		for (const property of sequence) {
			const key = mergeKey(property);
			const index = all.findIndex((entry, at) => at >= cursor && entry.key === key);
			const show = all[index]?.property.displayOptions?.show;
			if (show === undefined) {
				all.splice(cursor, 0, { key, property });
				cursor += 1;
			} else {
				const added = property.displayOptions?.show?.operation ?? [];
				show.operation = [...(show.operation ?? []), ...added];
				cursor = index + 1;
			}
		}
	}
	return all.map(({ property }) => property);
}

function operationChoice(resource: string, operations: readonly Operation[]): INodeProperties {
	const initialOperation = operations[0]?.name ?? '';
	return {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [resource] } },
		options: operations
			.map(({ displayName, name, action, description }) => ({
				name: displayName,
				value: name,
				action,
				description,
			}))
			.sort((a, b) => a.name.localeCompare(b.name)),
		default: initialOperation,
	};
}

/** All parameters of a provider's action node, in the order in which the editor shows them. */
export function describeOperations(
	provider: Pick<Provider<never>, 'resources' | 'operations' | 'defaults'>,
): INodeProperties[] {
	const { resources, operations, defaults } = provider;
	const names = Object.keys(resources);
	const inResource = (resource: string) =>
		operations.filter((operation) => operation.resource === resource);
	const initialResource = operations[0]?.resource ?? '';
	return [
		{
			displayName: 'Resource',
			name: 'resource',
			type: 'options',
			noDataExpression: true,
			options: names
				.map((value) => ({ name: resources[value] ?? value, value }))
				.sort((a, b) => a.name.localeCompare(b.name)),
			default: initialResource,
		},
		...names.map((resource) => operationChoice(resource, inResource(resource))),
		...names.flatMap((resource) =>
			merged(inResource(resource).map((operation) => operationProperties(operation, defaults))),
		),
	];
}
