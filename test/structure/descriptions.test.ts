import type { INodeProperties } from 'n8n-workflow';
import { allProperties, builtNodes, choices, isProperty, operations, walk } from './support/built';
import { overlap } from './support/display';
import { isTitleCase } from './support/titles';

const properties = allProperties();
const paths = (found: Array<{ path: string }>) => found.map(({ path }) => path);
const sorted = (names: string[]) => [...names].sort((a, b) => a.localeCompare(b, 'en'));
/** A label that is an expression or a notice's text is not a title. */
const labelled = properties.filter(({ property }) => !['notice', 'hidden'].includes(property.type));

describe('labels', () => {
	test('the check itself knows title case', () => {
		expect(['Send SMS', 'Time to Live', 'Return All', 'iPhone'].map(isTitleCase)).toEqual([
			true,
			true,
			true,
			false,
		]);
		expect(['Sender name', 'send SMS', 'Log In to'].map(isTitleCase)).toEqual([
			false,
			false,
			false,
		]);
	});

	test('display names are in title case', () => {
		const wrong = labelled.filter(({ property }) => !isTitleCase(property.displayName));
		expect(wrong.map(({ path, property }) => `${path} "${property.displayName}"`)).toEqual([]);
	});

	test('option names are in title case', () => {
		const wrong = properties.flatMap(({ path, property }) =>
			choices(property)
				.filter(({ name }) => !isTitleCase(name))
				.map(({ name }) => `${path} "${name}"`),
		);
		expect(wrong).toEqual([]);
	});

	test('booleans start with "Whether"', () => {
		const booleans = properties.filter(({ property }) => property.type === 'boolean');
		expect(booleans.length).toBeGreaterThan(0);
		const wrong = booleans.filter(({ property }) => !property.description?.startsWith('Whether '));
		expect(paths(wrong)).toEqual([]);
	});

	test('placeholders start with "e.g."; those of collections name the action', () => {
		const wrong = properties.filter(({ property: { placeholder, type } }) => {
			if (placeholder === undefined) return false;
			const isButton = type === 'collection' || type === 'fixedCollection';
			return isButton ? !/^Add [A-Z]/.test(placeholder) : !/^e\.g\. \S/.test(placeholder);
		});
		expect(paths(wrong)).toEqual([]);
	});

	test('notices hold no tags but those that the editor keeps', () => {
		const notices = properties.filter(({ property }) => property.type === 'notice');
		expect(notices.length).toBeGreaterThan(0);
		const wrong = notices.filter(({ property }) =>
			/<(?!\/?(?:a|ul|li)\b)\/?[a-z]/i.test(property.displayName),
		);
		expect(paths(wrong)).toEqual([]);
	});

	test('descriptions are sentences without a full stop at the end of a single one', () => {
		const wrong = properties.filter(({ property: { description } }) => {
			if (description === undefined) return false;
			const bare = description.replace(/<[^>]+>/g, '');
			const isSingle = !/[.!?] /.test(bare.replace(/\b(e\.g|i\.e|etc)\./g, ''));
			return description.trim() !== description || bare === '' || (isSingle && bare.endsWith('.'));
		});
		expect(paths(wrong)).toEqual([]);
	});
});

describe('names', () => {
	test('are camelCase identifiers', () => {
		const wrong = properties.filter(({ property }) => !/^[a-z][A-Za-z0-9]*$/.test(property.name));
		expect(paths(wrong)).toEqual([]);
	});

	test('are used once among the fields that can show together', () => {
		const clashes = properties.filter(({ property, siblings }) =>
			siblings.some(
				(other) => other !== property && other.name === property.name && overlap(property, other),
			),
		);
		expect([...new Set(paths(clashes))]).toEqual([]);
	});

	test('shown fields depend on fields and choices that exist', () => {
		const wrong = builtNodes().flatMap(({ description }) => {
			const top = description.properties;
			return top.flatMap((property) => {
				const { show = {}, hide = {} } = property.displayOptions ?? {};
				return [...Object.entries(show), ...Object.entries(hide)]
					.filter(([name]) => !name.startsWith('@'))
					.filter(([name, values]) => !dependable(top, name.replace(/^\//, ''), values ?? []))
					.map(([name]) => `${description.name}: ${property.name} depends on ${name}`);
			});
		});
		expect(wrong).toEqual([]);
	});
});

/** Whether some field of that name offers all these values. */
function dependable(top: INodeProperties[], name: string, values: unknown[]): boolean {
	const fields = top.filter((field) => field.name === name.split('.')[0]);
	if (fields.length === 0) return false;
	const offered = fields.flatMap((field) => choices(field).map(({ value }) => value));
	if (offered.length === 0) return true;
	return values.every((value) => typeof value === 'object' || offered.includes(value as string));
}

describe('choices', () => {
	test('lists of five and more are sorted by name', () => {
		const wrong = properties.filter(({ property }) => {
			const names = choices(property).map(({ name }) => name);
			return names.length >= 5 && names.join('\n') !== sorted(names).join('\n');
		});
		expect(paths(wrong)).toEqual([]);
	});

	test('collections of five and more fields are sorted by label', () => {
		const wrong = properties.filter(({ property }) => {
			if (property.type !== 'collection') return false;
			const names = (property.options ?? []).filter(isProperty).map((field) => field.displayName);
			return names.length >= 5 && names.join('\n') !== sorted(names).join('\n');
		});
		expect(paths(wrong)).toEqual([]);
	});

	test('names and values are unique within a list, and defaults are among them', () => {
		const wrong = properties.filter(({ property }) => {
			const names = choices(property).map(({ name }) => name);
			const values = choices(property).map(({ value }) => value);
			const isMissing =
				property.type === 'options' &&
				values.length > 0 &&
				!values.includes(property.default as string);
			return (
				isMissing || new Set(names).size < names.length || new Set(values).size < values.length
			);
		});
		expect(paths(wrong)).toEqual([]);
	});
});

describe('returning many', () => {
	const all = properties.filter(({ property }) => property.name === 'returnAll');
	const limits = properties.filter(({ property }) => property.name === 'limit');

	test('Return All has the usual wording and a Limit beside it', () => {
		for (const { property, siblings } of all) {
			expect(property).toMatchObject({
				displayName: 'Return All',
				type: 'boolean',
				default: false,
				description: 'Whether to return all results or only up to a given limit',
			});
			expect(siblings.some(({ name }) => name === 'limit')).toBe(true);
		}
	});

	test('Limit has the usual wording, default and minimum', () => {
		for (const { property } of limits) {
			expect(property).toMatchObject({
				displayName: 'Limit',
				type: 'number',
				default: 50,
				typeOptions: { minValue: 1 },
				description: 'Max number of results to return',
			});
		}
	});
});

describe.each(builtNodes())('$className', ({ className, description, isTrigger, node }) => {
	test('is named like its class', () => {
		expect(description.name).toBe(className.charAt(0).toLowerCase() + className.slice(1));
		expect(description.name.endsWith('Trigger')).toBe(isTrigger);
		expect(description.displayName.endsWith(' Trigger')).toBe(isTrigger);
	});

	test('has a subtitle', () => {
		expect(description.subtitle).toMatch(/\S/);
	});

	test('is a tool for AI agents only when it acts', () => {
		expect(description.usableAsTool).toBe(isTrigger ? undefined : true);
	});

	test('has code for what it declares', () => {
		expect(typeof node.execute).toBe(isTrigger ? 'undefined' : 'function');
		expect(typeof node.webhook).toBe(
			(description.webhooks ?? []).length > 0 ? 'function' : 'undefined',
		);
		const declared = walk(description.properties, '');
		const load = declared.flatMap(({ property }) => property.typeOptions?.loadOptionsMethod ?? []);
		const search = declared.flatMap(({ property }) =>
			(property.modes ?? []).flatMap((mode) => mode.typeOptions?.searchListMethod ?? []),
		);
		expect(Object.keys(node.methods?.loadOptions ?? {})).toEqual(expect.arrayContaining(load));
		expect(Object.keys(node.methods?.listSearch ?? {})).toEqual(expect.arrayContaining(search));
	});
});

describe('operations', () => {
	const all = operations();

	test('are found', () => {
		expect(all.length).toBeGreaterThan(5);
	});

	test('have an action line in sentence case, and each its own', () => {
		const wrong = all.filter(({ option }) => !/^[A-Z][^.]*[^.\s]$/.test(option.action ?? ''));
		expect(wrong.map(({ resource, operation }) => `${resource}:${operation}`)).toEqual([]);
		const actions = all.map(({ node, option }) => `${node} ${option.action}`);
		expect(actions).toEqual([...new Set(actions)]);
	});

	test('explain themselves', () => {
		const silent = all.filter(({ option }) => !option.description);
		expect(silent.map(({ resource, operation }) => `${resource}:${operation}`)).toEqual([]);
	});

	test('of every resource exist', () => {
		for (const { description, isTrigger } of builtNodes()) {
			const resource = description.properties.find(({ name }) => name === 'resource');
			if (isTrigger || !resource) continue;
			const served = all.filter(({ node }) => node === description.name).map((one) => one.resource);
			expect([...new Set(served)].sort()).toEqual(
				choices(resource)
					.map(({ value }) => value)
					.sort(),
			);
		}
	});
});

describe('webhooks', () => {
	const webhooks = builtNodes().flatMap(({ description }) =>
		(description.webhooks ?? []).map((webhook) => ({ ...webhook, node: description.name })),
	);

	test('are found', () => {
		expect(webhooks.length).toBeGreaterThan(5);
	});

	test('answer what the node says, and not the name of a default of n8n', () => {
		// One for setting up starts nothing, so its answer is its own.
		const unset = webhooks.filter(
			({ name, responseData }) => name !== 'setup' && responseData !== '',
		);
		expect(unset.map(({ node }) => node)).toEqual([]);
	});
});
