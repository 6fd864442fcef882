import { isRecord } from '../../shared/http/json';
import { asText } from '../../shared/http/redact';
import { asNumber } from '../values';
import type { AppendResult } from './append';

function words(errors: unknown): string {
	const list: unknown[] = Array.isArray(errors) ? errors : [errors];
	const texts = list.map((entry) =>
		typeof entry === 'object' && entry !== null ? JSON.stringify(entry) : asText(entry ?? ''),
	);
	return texts.filter((entry) => entry !== '').join('; ');
}

/** Why Kit turned a contact down; its row has a list of errors (voximplant-kit.md §5.5). */
function reasonOf(row: unknown): string {
	const given = isRecord(row) ? words(row.errors ?? row.error) : '';
	return given === '' ? 'Kit gives no reason' : given;
}

/** The answer with counters and a list of failed rows: PDS and dialer 1.0 (§5.5, §5.15). */
export function readCounted(result: unknown): AppendResult {
	if (!isRecord(result)) return { turnedDown: [], failed: NaN, data: {} };
	const { fail_list: failed, errors_count: errors, list_id: list } = result;
	const { count: total, success_count: taken } = result;
	const contacts: unknown[] = Array.isArray(failed) ? failed : [];
	return {
		turnedDown: [{ contacts, reason: reasonOf }],
		failed: asNumber(errors ?? asNumber(total) - asNumber(taken)),
		data: list === undefined || list === null ? {} : { list_id: list as number },
	};
}
