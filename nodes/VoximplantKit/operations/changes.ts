import type { CallError } from '../../shared/http/errors';
import { ParameterError } from '../../shared/http/errors';
import type { Outcome } from '../../shared/operation/operation';

/** Field names that change nothing by themselves. */
const NOT_CHANGES = ['id', 'simplify', 'dryRun', 'extraParameters'];

/** An update must say what changes. @throws ParameterError */
export function assertChanges(params: object, ...identifying: readonly string[]): void {
	const { extraParameters } = params as { extraParameters?: unknown[] };
	const ignored = [...NOT_CHANGES, ...identifying];
	const changed = Object.entries(params).some(
		([name, value]) => !ignored.includes(name) && value !== undefined && String(value) !== '',
	);
	if (changed || (extraParameters ?? []).length > 0) return;
	throw new ParameterError('There is nothing to change; add at least one field');
}

/**
 * A refusal that says that the state is already the wanted one, as after a lost answer and a second
 * try: `Can not update status from paused to paused` (voximplant-kit.md §3.4). For changes that
 * start no calls.
 */
export function alreadySo(error: CallError, { id }: { id: string }): Outcome | undefined {
	const [, from, to] =
		/status (?:can not be changed )?from (\w+) to (\w+)/i.exec(error.message) ?? [];
	if (from === undefined || from !== to) return undefined;
	const data = { id: Number(id), status: to, success: true };
	return { raw: data, data };
}
