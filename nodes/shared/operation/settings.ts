import { DEFAULT_TIMEOUT_MS } from '../http/transport';
import type { Field, Fields } from './field';
import { choice, flag, integer, text } from './field';
import type { Operation } from './operation';
import type { Provider } from './provider';

const DRY_RUN = flag({
	displayName: 'Dry Run',
	description:
		'Whether to only check and show what would be sent. Nothing is sent and nothing is charged.',
});

const SIMPLIFY = flag({
	displayName: 'Simplify',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
});

const RETURN_ALL = flag({
	displayName: 'Return All',
	description: 'Whether to return all results or only up to a given limit',
});

const LIMIT = integer({
	displayName: 'Limit',
	default: 50,
	min: 1,
	description: 'Max number of results to return',
	show: { returnAll: [false] },
});

/** The fields that the shared layer adds to an operation's own. */
export function commonFields(operation: Operation): Fields {
	return {
		...(operation.pages && !operation.pages.whole && { returnAll: RETURN_ALL, limit: LIMIT }),
		...(operation.safety === 'spends' && { dryRun: DRY_RUN }),
		...(!operation.isPlain && { simplify: SIMPLIFY }),
	};
}

function takesNationalPhone(fields: Fields): boolean {
	return Object.values(fields).some(({ takesNational }) => takesNational);
}

/** The most items of one request, where the operation itself says so. */
export function batchLimit({ batch }: Operation): number | undefined {
	return typeof batch === 'object' ? batch.size : undefined;
}

/** All fields of the "Options" collection of an operation. */
export function optionFields(
	operation: Operation,
	defaults: Provider<unknown>['defaults'],
): Fields {
	return { ...settingFields(operation, defaults), ...operation.options };
}

/** The node-wide settings of the "Options" collection that make sense for an operation. */
export function settingFields(
	operation: Operation,
	defaults: Provider<unknown>['defaults'],
): Record<string, Field> {
	if (operation.offline) return {};
	const spends = operation.safety === 'spends';
	return {
		...(!operation.waits && {
			concurrency: integer({
				displayName: 'Concurrent Requests',
				default: defaults.concurrency,
				min: 1,
				max: 100,
				additional: true,
				description:
					'How many requests may be under way at once. Slows down by itself when the provider limits the rate.',
			}),
		}),
		...(takesNationalPhone(operation.fields) && {
			defaultCountry: text({
				displayName: 'Default Country Code',
				additional: true,
				placeholder: 'e.g. 380',
				pattern: { test: /^\+?[1-9]\d{0,3}$/, message: 'must be a calling code, e.g. 380' },
				description:
					'Calling code put in front of numbers that begin with a single 0, e.g. 380 turns 0971234567 into 380971234567',
			}),
		}),
		...(operation.batch && {
			batchSize: integer({
				displayName: 'Items per Request',
				default: batchLimit(operation) ?? defaults.batchSize,
				min: 1,
				max: batchLimit(operation) ?? 1000,
				additional: true,
				description: 'How many input items travel together in one request; 1 sends each by itself',
			}),
		}),
		...(spends &&
			!operation.waits && {
				maxSends: integer({
					displayName: 'Maximum Sends per Run',
					default: 1000,
					min: 1,
					additional: true,
					description:
						'Stops before the first send when there are more input items than this, as a guard against a wrong list. Not limited unless added.',
				}),
			}),
		...(spends &&
			operation.ownId && {
				onUnknownOutcome: choice({
					displayName: 'On Unknown Outcome',
					default: 'stop',
					additional: true,
					description:
						'What to do when a request was sent but no usable answer came (a broken connection, a server error, an unreadable answer), so that nobody knows whether it was accepted',
					options: [
						{
							name: 'Do Not Send Again (Safe)',
							value: 'stop',
							description: 'The item fails with outcome "unknown" and its ID, for you to check',
						},
						{
							name: 'Send Again with the Same ID',
							value: 'resend',
							description: 'May be delivered and charged twice',
						},
					],
				}),
			}),
		timeout: integer({
			displayName: 'Timeout (Seconds)',
			default: operation.timeoutSeconds ?? defaults.timeoutSeconds ?? DEFAULT_TIMEOUT_MS / 1000,
			min: 1,
			max: 600,
			additional: true,
			description: 'How long to wait for the answer to one request',
		}),
	};
}
