// docs/OPERATIONS.md, made from the operation descriptors.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { INodeProperties, INodePropertyOptions, INodeTypeDescription } from 'n8n-workflow';
import * as z from 'zod';

import { operations, resources } from '../../nodes/AlphaSms/operations';
import { alphaSms } from '../../nodes/AlphaSms/provider';
import type { Field, Fields } from '../../nodes/shared/operation/field';
import type { Operation } from '../../nodes/shared/operation/operation';
import { commonFields, optionFields } from '../../nodes/shared/operation/operation';

const HEAD = `# AlphaSMS: all operations and fields

Made by \`npx tsx scripts/docs.ts\` from the code; do not edit by hand. What the words mean (dry run, outcome, states) is
in the [README](../README.md).

"Parameter" is the name under which a workflow file and an expression know the field. It is AlphaSMS' own field name in camel
case, so \`smsSignature\` is \`sms_signature\` in AlphaSMS' manual. Fields marked "additional" are under **Additional Fields**.`;

const SAFETY: Record<Operation['safety'], string> = {
	read: 'Sends nothing. Only reads, so it is tried again by itself after a network failure.',
	idempotent:
		'Sends nothing. Repeating it does no harm, so it is tried again by itself after a network failure.',
	spends:
		'**Costs money.** Never sent again by itself once AlphaSMS may have got the request: the item then ends with outcome `unknown`. See "May this be sent twice?" in the README.',
};

/** What the descriptors cannot say about themselves. */
const REMARKS: Record<string, string> = {
	'apiRequest/send':
		'Items of the types `balance` and `status` only read; a request with nothing else in it is tried again by itself.',
	'oneTimeCode/flashCall':
		'Sent one call per request: AlphaSMS refuses a whole request when it does not serve the operator of one number in it.',
};

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
	const wrong = field.input.type === 'number' ? [-1] : ['§', '', 'x'.repeat(100_000)];
	const messages = wrong.flatMap((value) => {
		const result = schema.safeParse(value);
		const message = result.success ? undefined : result.error.issues[0]?.message;
		return message === undefined
			? []
			: [message.replace(/(,|;) .*(this (is|has)|holds|"|set ").*$/s, '')];
	});
	return [...new Set(messages.filter((message) => !message.includes('is empty')))];
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
			return 'JSON: an object or a list of objects';
		case 'dateTime':
			return 'a date and time';
		default: {
			const initial =
				field.input.default === '' ? [] : [`default \`${String(field.input.default)}\``];
			return [...complaints(field), ...initial].join('; ') || 'text';
		}
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
function optionChapter(): string {
	const all: Fields = Object.assign(
		{},
		...operations.map((operation) => optionFields(operation, alphaSms.defaults)),
	);
	const rows = Object.entries(all).map(([name, field]) => [
		field.displayName,
		`\`options.${name}\``,
		// An option that is not added is no value at all; this is what the form then begins with.
		ruleOf(field).replace('default', 'initially'),
		field.description ?? '',
	]);
	return [
		'## Options',
		'Under **Options** of the node. They hold for the whole run: they are read once, from the first item. "Initially" is what the form shows when you add the option.',
		table(['Option', 'Parameter', 'Rule', 'What it is for'], rows),
	].join('\n\n');
}

function optionLine(operation: Operation): string {
	const fields = Object.values(optionFields(operation, alphaSms.defaults));
	return `Options: ${fields.map(({ displayName }) => displayName).join(', ')} ([what they do](#options))`;
}

function section(operation: Operation, outputKeys: string[]): string {
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
			: 'One request for each input item.';
	return [
		`### ${operation.displayName}`,
		`${operation.description}. Resource \`${operation.resource}\`, operation \`${operation.name}\`.`.replace(
			/\.\. /,
			'. ',
		),
		[SAFETY[operation.safety], how, REMARKS[key]].filter(Boolean).join(' '),
		fieldTable(fields),
		...lists,
		`Output, with Simplify on: ${outputKeys.map((name) => `\`${name}\``).join(', ')}`,
		optionLine(operation),
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

function triggerSection(outputKeys: string[]): string {
	const { displayName, description, properties } = builtNode('alphaSmsTrigger');
	return [
		`## ${displayName}`,
		`${description}. How to set it up is in the [README](../README.md#alphasms-trigger).`,
		table(['Field', 'Parameter', 'Values', 'What it is for'], triggerRows(properties)),
		`Output, of all events together: ${outputKeys.map((name) => `\`${name}\``).join(', ')}`,
	].join('\n\n');
}

/** @param outputKeys the top-level output keys by `<resource>/<operation>`, and of `trigger` */
export function operationsPage(outputKeys: ReadonlyMap<string, string[]>): string {
	const keysOf = (name: string) => outputKeys.get(name) ?? [];
	const chapters = Object.entries(resources).map(([resource, title]) =>
		[
			`## ${title}`,
			...operations
				.filter((operation) => operation.resource === resource)
				.map((operation) => section(operation, keysOf(`${resource}/${operation.name}`))),
		].join('\n\n'),
	);
	return `${[HEAD, ...chapters, optionChapter(), triggerSection(keysOf('trigger'))].join('\n\n')}\n`;
}
