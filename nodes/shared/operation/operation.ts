import type { IBinaryKeyData, IDataObject } from 'n8n-workflow';

import type { Client, ClientOptions, Dialect } from '../http/client';
import type { CallError } from '../http/errors';
import type { ApiRequest, FilePart, Reply, Safety } from '../http/request';
import { DEFAULT_TIMEOUT_MS } from '../http/transport';
import type { Field, Fields, Params } from './field';
import { choice, flag, integer, text } from './field';

/** One input item on its way through an operation. */
export interface Call<P> {
	readonly itemIndex: number;
	readonly params: P;
	/** The input file, for operations that name one. */
	readonly file?: FilePart;
	/** The input files by the fields that name them. */
	readonly files?: Readonly<Record<string, FilePart>>;
	/** JSON of the input item. */
	readonly item?: IDataObject;
	/** The answer to `Operation.basis`. */
	readonly basis?: Reply;
	/** JSON of all input items, for operations that take the whole input at once. */
	readonly rows?: readonly IDataObject[];
}

/** What became of one call: the provider's data, or why there is none. */
export type Outcome =
	| {
			readonly raw: IDataObject;
			readonly data: IDataObject | IDataObject[];
			/** A file for the output item, and the binary field that it goes to. */
			readonly file?: { readonly field: string; readonly part: FilePart };
			/** A file that is still to be fetched from the provider. */
			readonly source?: FileSource;
			/** The same, once n8n has stored it. */
			readonly binary?: IBinaryKeyData;
			/** The request went well, and the provider turned this item down: see `Rejects`. */
			readonly rejected?: boolean;
			readonly error?: undefined;
	  }
	| {
			readonly error: CallError | Error;
			/** What had come of a list before it broke off. */
			readonly partial?: IDataObject[];
	  };

/** Where a file is, and the binary field that it goes to. */
export interface FileSource {
	readonly url: string;
	readonly field: string;
	/** What it is, as the beginning of an error message, e.g. `The recording`. */
	readonly name: string;
	/** Name where the server gives none, and in place of one that is only an ID (without an ending). */
	readonly fileName: string;
	readonly title?: string;
}

/**
 * An operation as data plus small pure functions. The editor form, the validation, the request
 * and the documentation are all made from it. One request may carry several calls when `batch`
 * is set; otherwise `calls` has one element.
 */
export interface Operation<F extends Fields = Fields> {
	readonly resource: string;
	readonly name: string;
	readonly displayName: string;
	readonly action: string;
	readonly description: string;
	readonly safety: Safety;
	readonly fields: F;
	/** Many items in one request. With a key only items of the same key travel together. */
	readonly batch?: boolean | Batch<Params<F>>;
	/** For requests that take some of their items and turn others down. */
	readonly rejects?: Rejects<Params<F>>;
	/** Names of the fields that hold the name of a binary input. */
	readonly file?: (keyof F & string) | ReadonlyArray<keyof F & string>;
	/** Fields in the "Options" collection that are read for every item, beside the common ones. */
	readonly options?: Fields;
	/** Asks nobody, so that it needs no credential. */
	readonly offline?: boolean;
	/** One request for all input items; parameters are read from the first item. */
	readonly wholeInput?: boolean;
	/**
	 * Rules across fields, and values that the run fills in. Throws `ParameterError`.
	 * @param place a text that stays the same when n8n runs the node again for the same item, and
	 * differs for every other item and execution
	 */
	prepare?(params: Params<F>, place: string): Params<F>;
	checkFile?(file: FilePart, params: Params<F>, field: string): void;
	/** The keys by which a person finds this call again, e.g. id and phone. */
	identify?(params: Params<F>): IDataObject;
	/** The field with an id of ours that the provider knows the call by, where there is one. */
	readonly ownId?: keyof F & string;
	/** Items of the same lane are sent one after the other, in their order, e.g. those of one chat. */
	lane?(params: Params<F>): string | undefined;
	/** Keys of the output by which the provider knows what was made; told also when the run ends early. */
	readonly madeIds?: readonly string[];
	/** Longest time for one request in seconds, where the usual one is too short; users can change it. */
	readonly timeoutSeconds?: number;
	/** How many messages, calls or look-ups one item pays for; 1 unless given. */
	sends?(params: Params<F>): number;
	/** The key by which the provider knows a repeat of the same run, where there is one; the request may then be repeated. */
	readonly repeatKey?: string;
	/** How a person finds out what became of a send whose answer was lost. */
	readonly recheck?: string;
	/** Facts known without asking, shown by Dry Run and added to the output. */
	facts?(params: Params<F>): IDataObject;
	request(calls: ReadonlyArray<Call<Params<F>>>): ApiRequest;
	/** A question that comes first and only reads; the request is made from its answer. */
	basis?(params: Params<F>): ApiRequest;
	/** An outcome that is known without a request, e.g. a file whose address is given. */
	known?(params: Params<F>, call: Call<Params<F>>): Outcome | undefined;
	/**
	 * How the request is carried out where sending it is not all, e.g. something that is begun, held
	 * and ended; gives what `read` reads.
	 */
	carryOut?(
		request: ApiRequest,
		call: Call<Params<F>>,
		line: Line,
		signal?: AbortSignal,
	): Promise<Reply>;
	/** One outcome per call, in order. Throws `CallError` when the whole answer is a no. */
	read(reply: Reply, calls: ReadonlyArray<Call<Params<F>>>): Outcome[];
	/** Free requests that follow a Dry Run, e.g. a price. */
	quote?(params: Params<F>): { request: ApiRequest; read(reply: Reply): IDataObject };
	/** Following pages, for lists; the form then has Return All and Limit. */
	readonly pages?: {
		/** The request after `reply`, undefined after the last page. */
		next(reply: Reply, request: ApiRequest): ApiRequest | undefined;
		/** Tells rows apart, so that one that has moved to the next page meanwhile comes out once. */
		key?(row: IDataObject): string | undefined;
		/** Whether a page that was there before is the end, and not a fault: see `key`. */
		readonly endsByRepeating?: boolean;
		/** Where a request begins, and the field in which a user says so, to go on after a failure. */
		readonly cursor?: { readonly field: keyof F & string; of(request: ApiRequest): string };
		/** For actions that come in pages: all of them are followed, and this is the output. */
		whole?(rows: IDataObject[]): IDataObject;
	};
	/** The outcome of a refusal that this user counts as a success. */
	excuse?(error: CallError, params: Params<F>): Outcome | undefined;
	/** Another spelling of a refused request, tried once; for operations that only read. */
	again?(error: CallError, request: ApiRequest): ApiRequest | undefined;
	/** Asks on after a success until the provider has finished its work. */
	readonly until?: Follow<Params<F>>;
	/**
	 * Makes it a send-and-wait: the parameter that takes the callback URL, and what the URL shall
	 * say about the awaited answer. The text is sealed, so a callback cannot change it.
	 */
	readonly waits?: { readonly hook: string; tag(params: Params<F>): string };
}

export interface Batch<P> {
	/** The most items that the provider takes in one request. */
	readonly size: number;
	/** What must be the same for all items of a request. */
	key?(params: P): string;
}

/**
 * Items that a request may turn down although it succeeds. They come out of a second output with
 * their reason, or fail, as the user says.
 */
export interface Rejects<P> {
	/** The parameter by which the user says so, and its value for the second output. */
	readonly parameter: string;
	readonly separate: string;
	/** Why the provider would surely turn it down, so that it is not even sent. */
	screen?(params: P): string | undefined;
	/** The output of an item that was turned down; its reason is added. */
	row(call: Call<P>): IDataObject;
}

/** Questions that follow a success, until the answer is final or the time is over. */
export interface Follow<P> {
	/** Longest time in milliseconds; undefined when nobody wants to wait. */
	limitMs(params: P): number | undefined;
	/** Pause in milliseconds. */
	readonly everyMs: number | ((params: P) => number);
	/** Whether a refused question says nothing about the next one. */
	readonly persists?: boolean;
	/** A request that only reads. */
	request(data: IDataObject, params: P): ApiRequest;
	/** What to add to the output, and whether that is final. */
	read(
		reply: Reply,
		params: P,
	): {
		data: IDataObject;
		isFinal: boolean;
		/** The file that has come out of it. */
		source?: FileSource;
	};
	/** Whether the first answer was final already, so that nothing has to be asked. */
	isFinal?(data: IDataObject): boolean;
	/** The request that follows a final answer, e.g. for the file that is ready now. */
	last?(params: P, data: IDataObject): { request: ApiRequest; read(reply: Reply): Outcome };
	/** What a failed question means; `giveUp` unless given: ask on, or fail with this error. */
	judge?(error: CallError, data: IDataObject): 'wait' | CallError | undefined;
	/**
	 * What to add when the time is over, or a question failed with this message; an error where the
	 * output is worth nothing without the final answer.
	 */
	giveUp(problem: string | undefined, data: IDataObject): IDataObject | CallError;
}

/** Keeps the field types inside the descriptor and gives out a list element. */
export function defineOperation<const F extends Fields>(operation: Operation<F>): Operation {
	return operation as unknown as Operation;
}

/** Credential types of which the user takes one by a parameter. */
export interface CredentialChoice {
	/** A parameter without expressions. */
	readonly parameter: string;
	/** Credential type by value of the parameter, the default first; empty for none. */
	readonly types: Readonly<Record<string, string>>;
}

/** Where a credential comes from. */
export interface CredentialSource {
	/** Empty when the user has chosen none; then there are no data either. */
	readonly type: string;
	/** n8n's renewal of an OAuth2 token, on hosts that have it; gives the token endpoint's answer. */
	readonly renewToken?: () => Promise<unknown>;
}

/** What requests travel over: HTTP (`Client`), or a connection of the provider's own. */
export interface Line
	extends
		Pick<Client<never>, 'secrets' | 'call'>,
		Partial<Pick<Client<never>, 'secretsOfErrors' | 'withhold'>> {
	/** Where the provider has files at addresses. */
	readonly download?: Client<never>['download'];
	/** Ends what the run has opened, whatever has become of it. */
	close?(): Promise<void>;
}

interface ProviderBase<C> {
	readonly credential: string | CredentialChoice;
	/** Checks and normalises the stored credential. Throws `ParameterError`. */
	connect(credentials: IDataObject, source?: CredentialSource): C;
	readonly resources: Readonly<Record<string, string>>;
	readonly operations: readonly Operation[];
	readonly defaults: {
		readonly concurrency: number;
		readonly batchSize: number;
		/** Time-out of one request; 30 unless given. */
		readonly timeoutSeconds?: number;
	};
}

interface HttpProvider<C, S> extends ProviderBase<C> {
	readonly dialect: Dialect<C, S>;
	readonly open?: undefined;
}

/** A provider that is not spoken to by HTTP requests. */
interface LineProvider<C> extends ProviderBase<C> {
	readonly dialect: Pick<Dialect<C>, 'name' | 'origin' | 'explain'>;
	/** Nothing is connected yet before the first request. */
	open(connection: C, options: ClientOptions): Line;
}

/** A provider: its dialect, its credential and its operations. */
export type Provider<C, S = undefined> = HttpProvider<C, S> | LineProvider<C>;

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
		simplify: SIMPLIFY,
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
