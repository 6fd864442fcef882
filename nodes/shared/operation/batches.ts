import type { Operation } from './operation';
import { batchLimit } from './operation';
import type { ItemCall } from './results';

function chunk<T>(list: readonly T[], size: number): T[][] {
	const chunks: T[][] = [];
	for (let start = 0; start < list.length; start += size) {
		chunks.push(list.slice(start, start + size));
	}
	return chunks;
}

function byKey(operation: Operation, calls: readonly ItemCall[]): ItemCall[][] {
	const { batch } = operation;
	if (typeof batch !== 'object' || batch.key === undefined) return [[...calls]];
	const groups = new Map<string, ItemCall[]>();
	for (const call of calls) {
		const key = batch.key(call.params);
		const group = groups.get(key);
		if (group === undefined) groups.set(key, [call]);
		else group.push(call);
	}
	return [...groups.values()];
}

/** The calls of each request: of the same key, in order, at most `size` or what the provider takes. */
export function batchesOf(
	operation: Operation,
	calls: readonly ItemCall[],
	size: number | undefined,
	fallback: number,
): ItemCall[][] {
	if (!operation.batch) return chunk(calls, 1);
	const limit = batchLimit(operation) ?? Infinity;
	const wanted = Math.min(size ?? (limit === Infinity ? fallback : limit), limit);
	return byKey(operation, calls).flatMap((group) => chunk(group, wanted));
}
