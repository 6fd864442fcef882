import { ParameterError } from '../../shared/http/errors';

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
