import { paged } from './paging';
import { ok } from './envelope';
import type { Method, Methods, World } from './world';
import type { Visit } from './rules';
import type { Answer } from './envelope';

/** A method known by name: any parameters, an answer without surprises. */
function named(name: string): Method {
	const action = name.slice(name.lastIndexOf('/') + 1);
	const reads = /^(search|get|.*StatHistory$)/.test(action);
	return {
		paged: reads,
		writes: !reads,
		contactCentre: false,
		run: (world, visit) => (reads ? list(world, visit, []) : ok(true)),
	};
}

function list(world: World, { raw }: Visit, rows: readonly unknown[]): Answer {
	return paged(rows, (row) => row, raw, world.options);
}

/** Lists that feed drop-downs, although the page does not know their fields (voximplant-kit.md section 10). */
const lists: Record<string, (world: World) => unknown[]> = {
	'v3/dnc/searchDncList': ({ store }) => [...store.dncLists].map(([id, title]) => ({ id, title })),
	'v3/whatsappHsmTemplates/search': ({ store }) => [...store.templates.values()],
};

/** The methods of the catalogue that have no own implementation. */
export function nameOnlyMethods(names: Iterable<string>): Methods {
	const methods: Methods = {};
	for (const name of names) {
		const rows = lists[name];
		const method = named(name);
		methods[name] = rows
			? { ...method, run: (world, visit) => list(world, visit, rows(world)) }
			: method;
	}
	return methods;
}
