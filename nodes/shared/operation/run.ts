import type { IExecuteFunctions } from 'n8n-workflow';

import { egressFilterOf } from '../http/egress';
import { ParameterError } from '../http/errors';
import { Gate } from '../http/gate';
import { asText } from '../http/redact';
import type { FilePart } from '../http/request';
import { DEFAULT_TIMEOUT_MS, MAX_REPLY_BYTES } from '../http/transport';
import { resumeUrl } from '../webhook/sendAndWait';
import { lineOf, openConnection } from './connect';
import type { Fields } from './field';
import type { Line, Operation, Provider } from './operation';
import { commonFields, settingFields } from './operation';
import { compileFields } from './parse';
import { NOT_PLAIN, plainReader } from './plainPath';
import { isTool } from './tool';

/** The parsed "Options" collection. */
export interface Settings {
	concurrency?: number;
	batchSize?: number;
	maxSends?: number;
	onUnknownOutcome?: string;
	timeout?: number;
	defaultCountry?: string;
}

export type ParsedItem = Record<string, unknown> & {
	simplify?: boolean;
	dryRun?: boolean;
	returnAll?: boolean;
	limit?: number;
};

/** Everything that one execution of a node needs, made once and used for all its items. */
export interface Run<C, S> {
	readonly context: IExecuteFunctions;
	readonly provider: Provider<C, S>;
	readonly operation: Operation;
	readonly client: Line;
	readonly settings: Settings;
	readonly signal?: AbortSignal;
	parse(itemIndex: number): ParsedItem;
}

function operationOf(context: IExecuteFunctions, operations: readonly Operation[]): Operation {
	const resource = String(context.getNodeParameter('resource', 0));
	const name = String(context.getNodeParameter('operation', 0));
	const found = operations.find((entry) => entry.resource === resource && entry.name === name);
	if (found === undefined) {
		throw new ParameterError(`There is no operation "${name}" for "${resource}"`);
	}
	return found;
}

function asObject(value: unknown): Record<string, unknown> {
	return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function splitFields(operation: Operation): { form: Fields; additional: Fields } {
	const entries = Object.entries({ ...operation.fields, ...commonFields(operation) });
	return {
		form: Object.fromEntries(entries.filter(([, field]) => !field.additional)),
		additional: Object.fromEntries(entries.filter(([, field]) => field.additional)),
	};
}

function isExpressionText(value: unknown): boolean {
	return typeof value === 'string' && value.startsWith('=');
}

function remember<K, V>(make: (key: K) => V): (key: K) => V {
	const made = new Map<K, V>();
	return (key) => {
		const value = made.get(key) ?? make(key);
		made.set(key, value);
		return value;
	};
}

function holdsExpression(value: unknown): boolean {
	if (isExpressionText(value)) return true;
	return typeof value === 'object' && value !== null && Object.values(value).some(holdsExpression);
}

/** Reads parameters item by item; one without an expression is the same for all and read once. */
function parameterReader(context: IExecuteFunctions) {
	const constants = new Map<string, unknown>();
	const { parameters } = context.getNode();
	const input = context.getInputData();
	// In a tool `$json` is the agent's input, and the input data are what the model has made up.
	const inTool = isTool(context);
	const plain = remember((name: string) => ({
		read: inTool ? undefined : plainReader(parameters[name]),
	}));
	return (name: string, itemIndex: number, fallback: unknown): unknown => {
		if (constants.has(name)) return constants.get(name);
		const found = plain(name).read?.(input[itemIndex]?.json ?? {}) ?? NOT_PLAIN;
		if (found !== NOT_PLAIN) return found;
		const value: unknown = context.getNodeParameter(name, itemIndex, fallback);
		if (!holdsExpression(parameters[name])) constants.set(name, value);
		return value;
	};
}

function timeoutMsOf(
	{ timeoutSeconds }: Operation,
	{ timeout }: Settings,
	usual: number | undefined,
): number {
	const seconds = timeout ?? timeoutSeconds ?? usual;
	return seconds === undefined ? DEFAULT_TIMEOUT_MS : seconds * 1000;
}

/** Names this run of this node; n8n's "Retry On Fail" does not change it, a loop does. */
function placeOf(context: IExecuteFunctions): string {
	const runIndex: unknown = context.evaluateExpression('{{ $runIndex }}', 0);
	const parts = [context.getWorkflow().id, context.getExecutionId(), context.getNode().id];
	return [...parts, runIndex].map(asText).join(':');
}

/** Reads operation, credential and options, and prepares the validation of items. */
export async function startRun<C, S>(
	context: IExecuteFunctions,
	provider: Provider<C, S>,
): Promise<Run<C, S>> {
	const operation = operationOf(context, provider.operations);
	const z = await import('zod');
	const { offline } = operation;
	const { connection, assertUrlAllowed } = await openConnection(context, provider, offline);
	if (!offline) assertUrlAllowed(provider.dialect.origin(connection));

	const timezone = context.getTimezone();
	const rawOptions = asObject(context.getNodeParameter('options', 0, {}));
	const parseOptions = compileFields(settingFields(operation, provider.defaults), z, { timezone });
	const settings: Settings = parseOptions((name) => rawOptions[name]);

	const ownOptions = operation.options && compileFields(operation.options, z, { timezone });
	const { form, additional } = splitFields(operation);
	const parsersFor = remember((defaultCountry: string | undefined) => ({
		parseForm: compileFields(form, z, { timezone, defaultCountry }),
		parseAdditional: compileFields(additional, z, { timezone, defaultCountry }),
	}));
	const raw = context.getNode().parameters;
	const isExpression = (name: string) => isExpressionText(raw[name]);
	const countryVaries =
		isExpression('options') || isExpressionText(asObject(raw.options).defaultCountry);
	const countryOf = (itemIndex: number): string | undefined => {
		if (!countryVaries) return settings.defaultCountry;
		const options = asObject(context.getNodeParameter('options', itemIndex, {}));
		return (parseOptions((name) => options[name]) as Settings).defaultCountry;
	};

	const read = parameterReader(context);
	const here = placeOf(context);
	const signal = context.getExecutionCancelSignal?.();
	const client = lineOf(provider, connection, {
		timeoutMs: timeoutMsOf(operation, settings, provider.defaults.timeoutSeconds),
		maxBytes: MAX_REPLY_BYTES,
		egress: egressFilterOf(context.helpers),
		signal,
		gate: new Gate(settings.concurrency ?? provider.defaults.concurrency, signal),
		resendUnknown: settings.onUnknownOutcome === 'resend',
		assertUrlAllowed,
	});

	const secretFields = Object.entries(operation.fields)
		.filter(([, { input }]) => input.typeOptions?.password === true)
		.map(([name]) => name);

	return {
		context,
		provider,
		operation,
		client,
		settings,
		signal,
		parse(itemIndex) {
			const place = `${here}:${itemIndex}`;
			const { parseForm, parseAdditional } = parsersFor(countryOf(itemIndex));
			const onForm = parseForm((name) => read(name, itemIndex, undefined), isExpression);
			const more = asObject(read('additionalFields', itemIndex, {}));
			const chosen = ownOptions && asObject(read('options', itemIndex, {}));
			const all = {
				...onForm,
				...parseAdditional(
					(name) => more[name],
					undefined,
					(name) => onForm[name],
				),
				...(chosen && ownOptions?.((name) => chosen[name])),
			};
			const params = operation.prepare?.(all, place) ?? all;
			for (const name of secretFields) client.withhold?.(asText(params[name]));
			if (operation.waits === undefined) return params;
			const { hook, tag } = operation.waits;
			const [secret = ''] = client.secrets;
			const address = params.dryRun
				? '(made when the message is sent)'
				: resumeUrl(context, secret, tag(params));
			return { ...params, [hook]: address };
		},
	};
}

/** An input file of an item. Throws `ParameterError` naming the field. */
async function loadFile(
	context: IExecuteFunctions,
	operation: Operation,
	call: { params: Record<string, unknown>; itemIndex: number },
	field: string,
): Promise<FilePart> {
	const { params, itemIndex } = call;
	const label = operation.fields[field]?.displayName ?? field;
	const property = String(params[field]);
	const meta = context.getInputData()[itemIndex]?.binary?.[property];
	if (meta === undefined) {
		throw new ParameterError(
			`"${label}" names "${property}", but this item has no binary data of that name`,
			'Put a node that gives a file before this one, e.g. Read/Write Files from Disk or HTTP Request with the response format File.',
		);
	}
	const file: FilePart = {
		bytes: await context.helpers.getBinaryDataBuffer(itemIndex, property),
		fileName: meta.fileName ?? 'file',
		mimeType: meta.mimeType,
	};
	operation.checkFile?.(file, params, field);
	return file;
}

/** The call with its input files, those that its parameters name. Throws `ParameterError`. */
export async function withFiles<T extends { params: Record<string, unknown>; itemIndex: number }>(
	context: IExecuteFunctions,
	operation: Operation,
	call: T,
): Promise<T> {
	const fields = [operation.file ?? []].flat().filter((field) => call.params[field] !== undefined);
	if (fields.length === 0) return call;
	const files: Record<string, FilePart> = {};
	for (const field of fields) files[field] = await loadFile(context, operation, call, field);
	return { ...call, file: files[fields[0] ?? ''], files };
}
