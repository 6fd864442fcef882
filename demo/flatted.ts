type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * n8n stores execution data "flatted": a JSON array whose first element is the root and in which every
 * string inside an object or array is the index of another element. Shared values stay shared.
 */
export function parseFlatted(text: string): unknown {
	const table = JSON.parse(text) as Json[];
	const done = new Map<number, unknown>();

	const resolve = (index: number): unknown => {
		if (done.has(index)) return done.get(index);
		const raw = table[index];
		if (raw === null || typeof raw !== 'object') {
			done.set(index, raw);
			return raw;
		}
		// Registered before its children are read: the data may refer back to it.
		const copy: unknown[] | Record<string, unknown> = Array.isArray(raw) ? [] : {};
		done.set(index, copy);
		for (const [key, value] of Object.entries(raw)) {
			Reflect.set(copy, key, typeof value === 'string' ? resolve(Number(value)) : value);
		}
		return copy;
	};

	return resolve(0);
}
