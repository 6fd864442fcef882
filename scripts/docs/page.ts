// docs/OPERATIONS.md, made from the operation descriptors.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { INodeProperties, INodePropertyOptions, INodeTypeDescription } from 'n8n-workflow';
import * as z from 'zod';

import type { Field, Fields } from '../../nodes/shared/operation/field';
import type { Operation, Provider } from '../../nodes/shared/operation/operation';
import { commonFields, optionFields } from '../../nodes/shared/operation/operation';

/** What a provider's page is made from. */
export interface Book {
	/** The provider as users know it. */
	readonly name: string;
	/** Heading of the page, where the name alone does not tell it from another page. */
	readonly title?: string;
	/** An example of a parameter name and of the same field in the provider's manual. */
	readonly naming: readonly [parameter: string, field: string];
	readonly provider: Pick<Provider<never>, 'operations' | 'resources' | 'defaults'>;
	/** What the descriptors cannot say about themselves, by `<resource>/<operation>`. */
	readonly remarks: Readonly<Record<string, string>>;
	/** Name of each trigger, and where its guide stands, seen from docs/. */
	readonly triggers: ReadonlyArray<readonly [node: string, guide: string]>;
}

function head({ name, title = name, naming: [parameter, field] }: Book): string {
	return `# ${title}: all operations and fields

Made by \`npx tsx scripts/docs.ts\` from the code; do not edit by hand. What the words mean (dry run, outcome) is in the
[README](../README.md).

"Parameter" is the name under which a workflow file and an expression know the field. It is ${name}' own field name in camel
case, so \`${parameter}\` is \`${field}\` in ${name}' manual. Fields marked "additional" are under **Additional Fields**.`.replaceAll(
		`${name}'`,
		name.endsWith('S') ? `${name}'` : `${name}'s`,
	);
}

function safetyText(name: string, { safety, repeatKey }: Operation): string {
	if (repeatKey !== undefined) {
		return `**Costs money or makes something.** After a network failure it is sent again by itself within the same run, with the same ${repeatKey}, by which ${name} knows it. Another run has another one. See "May this be sent twice?" in the README.`;
	}
	const texts: Record<Operation['safety'], string> = {
		read: 'Sends nothing. Only reads, so it is tried again by itself after a network failure.',
		idempotent:
			'Repeating it does no harm, so it is tried again by itself after a network failure.',
		once: 'Never repeated by itself once it may have been done: twice is not the same as once here.',
		spends: `**Costs money or makes something.** Never sent again by itself once ${name} may have got the request: the item then ends with outcome \`unknown\`. See "May this be sent twice?" in the README.`,
	};
	return texts[safety];
}

function cell(text: string): string {
	return text.replace(/\|/g, '\\|').replace(/\s*\n\s*/g, ' ');
}

function table(head: string[], rows: string[][]): string {
	const line = (cells: string[]) => `| ${cells.map(cell).join(' | ')} |`;
	return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function optionNames(field: Pick<Field, 'input'>): INodePropertyOptions[] {
	return (field.input.options ?? []).filter(
		(option): option is INodePropertyOptions => 'value' in option,
	);
}

/** The field's own complaints about values that no rule could like, without the value's part. */
function complaints(field: Field): string[] {
	const schema = field.rule(z, { timezone: 'Europe/Kyiv' });
	const wrong = field.input.type === 'number' ? [-1e9, 1e9] : ['§', '', 'x'.repeat(100_000)];
	const messages = wrong.flatMap((value) => {
		const result = schema.safeParse(value);
		const message = result.success ? undefined : result.error.issues[0]?.message;
		return message === undefined
			? []
			: [message.replace(/(,|;) .*(this (is|has)|holds|"|set ").*$/s, '')];
	});
	return [...new Set(messages.filter((message) => !message.includes('is empty')))];
}

/** Nothing for empty texts and empty lists. */
function defaultOf({ input }: Field): string[] {
	const shown = String(input.default);
	return shown === '' ? [] : [`default \`${shown}\``];
}

function takesLists(field: Field): boolean {
	return field.rule(z, { timezone: 'Europe/Kyiv' }).safeParse([]).success;
}

function ruleOf(field: Field): string {
	switch (field.input.type) {
		case 'boolean':
			return `on or off, default ${field.input.default === true ? 'on' : 'off'}`;
		case 'options': {
			const names = optionNames(field).map(({ name, value }) => `${name} (\`${String(value)}\`)`);
			return `one of: ${names.join(', ')}; default \`${String(field.input.default)}\``;
		}
		case 'fixedCollection':
			return 'a list, in order; its fields are below';
		case 'json':
			return takesLists(field) ? 'JSON: an object or a list of objects' : 'JSON: an object';
		case 'notice':
			return 'a note, no value';
		case 'resourceLocator':
			return 'chosen from the list, or an ID';
		case 'dateTime':
			return 'a date and time';
		case 'assignmentCollection':
			return 'names and values, which may be dragged from the input';
		default:
			return [...complaints(field), ...defaultOf(field)].join('; ') || 'text';
	}
}

function conditionOf(field: Field, siblings: Fields): string {
	return Object.entries(field.show ?? {})
		.map(([name, values]) => {
			const sibling = siblings[name];
			const labels = (values ?? []).map((value) => {
				if (typeof value === 'boolean') return value ? 'on' : 'off';
				const option = sibling && optionNames(sibling).find((entry) => entry.value === value);
				return option?.name ?? String(value);
			});
			return `only when ${sibling?.displayName ?? name} is ${labels.join(' or ')}`;
		})
		.join(', and ');
}

function requiredText(field: Field): string {
	if (!field.required) return field.additional ? 'no (additional)' : 'no';
	return field.show && Object.keys(field.show).length > 0 ? 'yes, when shown' : 'yes';
}

function fieldTable(fields: Fields, siblings: Fields = fields): string {
	if (Object.keys(fields).length === 0) return 'It has no fields.';
	const rows = Object.entries(fields).map(([name, field]) => [
		field.displayName,
		`\`${name}\``,
		requiredText(field),
		[ruleOf(field), conditionOf(field, siblings)].filter(Boolean).join('; '),
		field.description ?? '',
	]);
	return table(['Field', 'Parameter', 'Required', 'Rule', 'What it is for'], rows);
}

/** Every option once; each operation names those that it has. */
function optionChapter({ provider }: Book): string {
	const all: Fields = Object.assign(
		{},
		...provider.operations.map((operation) => optionFields(operation, provider.defaults)),
	);
	const rows = Object.entries(all).map(([name, field]) => [
		field.displayName,
		`\`options.${name}\``,
		// An option that is not added is no value at all; this is what the form then begins with.
		ruleOf(field).replace('default', 'initially'),
		field.description ?? '',
	]);
	const perItem = Object.values<Field>(
		Object.assign({}, ...provider.operations.map(({ options }) => options ?? {})),
	).map(({ displayName }) => displayName);
	const exceptions = perItem.length > 0 && `Read for every item: ${perItem.join(', ')}.`;
	return [
		'## Options',
		[
			'Under **Options** of the node. They hold for the whole run: they are read once, from the first item.',
			exceptions,
			'"Initially" is what the form shows when you add the option.',
		]
			.filter(Boolean)
			.join(' '),
		table(['Option', 'Parameter', 'Rule', 'What it is for'], rows),
	].join('\n\n');
}

function optionLine({ provider }: Book, operation: Operation): string {
	const fields = Object.values(optionFields(operation, provider.defaults));
	return `Options: ${fields.map(({ displayName }) => displayName).join(', ')} ([what they do](#options))`;
}

function section(book: Book, operation: Operation, outputKeys: string[]): string {
	const key = `${operation.resource}/${operation.name}`;
	const fields = { ...operation.fields, ...commonFields(operation) };
	const lists = Object.entries(fields).flatMap(([, field]) =>
		field.entry === undefined
			? []
			: [`Fields of each entry of **${field.displayName}**:`, fieldTable(field.entry)],
	);
	const how = operation.waits
		? 'Handles one input item at a time; two outputs: Answered and Timed Out.'
		: operation.batch
			? 'Many input items travel in one request.'
			: operation.wholeInput
				? 'One request for all input items together.'
				: 'One request for each input item.';
	return [
		`### ${operation.displayName}`,
		`${operation.description}. Resource \`${operation.resource}\`, operation \`${operation.name}\`.`.replace(
			/\.\. /,
			'. ',
		),
		[safetyText(book.name, operation), how, book.remarks[key]].filter(Boolean).join(' '),
		fieldTable(fields),
		...lists,
		`Output${operation.isPlain ? '' : ', with Simplify on'}: ${outputKeys.map((name) => `\`${name}\``).join(', ')}`,
		optionLine(book, operation),
	].join('\n\n');
}

function triggerRows(properties: INodeProperties[], prefix = ''): string[][] {
	return properties
		.filter(({ type }) => type !== 'notice')
		.flatMap((property) => {
			const nested = (property.options ?? []).filter(
				(option): option is INodeProperties => 'type' in option,
			);
			if (property.type === 'collection') return triggerRows(nested, `${property.name}.`);
			const values = (property.options ?? []).flatMap((option) =>
				'value' in option ? [option] : [],
			);
			const choices = values.map(({ name, value }) => `${name} (\`${String(value)}\`)`).join(', ');
			return [
				[
					property.displayName,
					`\`${prefix}${property.name}\``,
					choices,
					property.description ?? '',
				],
			];
		});
}

function builtNode(name: string): INodeTypeDescription {
	const file = join(__dirname, '../../dist/types/nodes.json');
	const nodes = JSON.parse(readFileSync(file, 'utf8')) as INodeTypeDescription[];
	const found = nodes.find((node) => node.name === name);
	if (found === undefined) throw new Error(`dist/ has no node ${name}: npm run build`);
	return found;
}

function triggerSection(node: string, guide: string, outputKeys: string[]): string {
	const { displayName, description, properties } = builtNode(node);
	return [
		`## ${displayName}`,
		`${description}. How to set it up is in its [guide](${guide}).`,
		table(['Field', 'Parameter', 'Values', 'What it is for'], triggerRows(properties)),
		`Output, of all events together: ${outputKeys.map((name) => `\`${name}\``).join(', ')}`,
	].join('\n\n');
}

/** @param outputKeys the top-level output keys by `<resource>/<operation>`, and of `trigger` */
export function operationsPage(book: Book, outputKeys: ReadonlyMap<string, string[]>): string {
	const { operations, resources } = book.provider;
	const keysOf = (name: string) => outputKeys.get(name) ?? [];
	const chapters = Object.entries(resources).map(([resource, title]) =>
		[
			`## ${title}`,
			...operations
				.filter((operation) => operation.resource === resource)
				.map((operation) => section(book, operation, keysOf(`${resource}/${operation.name}`))),
		].join('\n\n'),
	);
	const triggers = book.triggers.map(([node, guide]) =>
		triggerSection(node, guide, keysOf('trigger')),
	);
	return `${[head(book), ...chapters, optionChapter(book), ...triggers].join('\n\n')}\n`;
}
