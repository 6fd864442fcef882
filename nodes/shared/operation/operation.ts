import type { IBinaryKeyData, IDataObject } from 'n8n-workflow';

import type { CallError } from '../http/errors';
import type { ApiRequest, FilePart, Reply, Safety } from '../http/request';
import type { Fields, Params } from './field';
import type { Line } from './provider';

export type { CredentialChoice, CredentialSource, Line, Provider } from './provider';
export { batchLimit, commonFields, optionFields, settingFields } from './settings';

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
	/** There is no raw answer to choose in place of the output, so Simplify is not offered. */
	readonly isPlain?: boolean;
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
	/** What a user gives and no two items of a run may share, e.g. the ID of a request. */
	unique?(params: Params<F>): Unique | undefined;
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
		next(reply: Reply, request: ApiRequest, params: Params<F>): ApiRequest | undefined;
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

/** A value that is good for one item only. */
export interface Unique {
	/** Label of its field. */
	readonly label: string;
	readonly value: string;
	/** What to do when another item has it too. */
	readonly hint: string;
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
