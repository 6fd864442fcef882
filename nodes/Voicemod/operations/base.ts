import type { IDataObject } from 'n8n-workflow';

import { ParameterError } from '../../shared/http/errors';
import type { ApiRequest, Reply } from '../../shared/http/request';
import { decodeText } from '../../shared/http/request';
import type { Fields, Params } from '../../shared/operation/field';
import { choice, flag, text } from '../../shared/operation/field';
import type { Call, Operation, Outcome, Unique } from '../../shared/operation/operation';
import { defineOperation } from '../../shared/operation/operation';
import type { Terms } from '../attempt';

export const signatureFormat = choice({
	displayName: 'Signature Format',
	default: 'automatic',
	additional: true,
	options: [
		{
			name: 'Automatic',
			value: 'automatic',
			description: 'The one that fits; the output names it',
		},
		{ name: 'Lines of Name, Colon and Value', value: 'nameColonValue' },
		{
			name: 'Lines of Name, Colon, Blank and Value',
			value: 'nameColonSpaceValue',
			description: 'That of the HTTP Signatures draft',
		},
		{ name: 'Values in Lines', value: 'valuesByLine' },
		{ name: 'Values Joined', value: 'valuesJoined' },
		{ name: 'Values with Blanks Between', value: 'valuesBySpace' },
	],
	description:
		'What text the signature is made of. Voicemod has not published it; pin the one that fits once you know it.',
});

export const signatureAlgorithm = choice({
	displayName: 'Signature Algorithm',
	default: 'rsaSha256',
	additional: true,
	options: [
		{ name: 'RSA with SHA-256', value: 'rsaSha256' },
		{ name: 'RSA with SHA-512', value: 'rsaSha512' },
		{ name: 'RSA-PSS with SHA-256', value: 'pssSha256' },
		{ name: 'RSA-PSS with SHA-512', value: 'pssSha512' },
	],
	description: 'Hash and padding of the signature. Change it only when Voicemod tells you to.',
});

/** The options that every request has (voicemod.md §A.4, §E.1). */
const answerOptions = {
	requestId: choice({
		displayName: 'Request ID',
		default: 'automatic',
		additional: true,
		options: [
			{ name: 'Automatic', value: 'automatic', description: 'A new one for every request' },
			{ name: 'None', value: 'none', description: 'Voicemod then signs nothing' },
			{ name: 'Own', value: 'own', description: 'The one below, for the first request of an item' },
		],
		description:
			'Names the request in a header. With it Voicemod signs its answer, and its support finds the request.',
	}),
	ownRequestId: text({
		displayName: 'Own Request ID',
		additional: true,
		placeholder: 'e.g. order-1001-1',
		pattern: {
			test: /^[\x21-\x7e]{1,200}$/,
			message: 'may hold letters, digits and signs, but no blanks',
		},
		description:
			'Must be different for every item. Pages, repeated tries and questions that follow get a number behind it.',
	}),
	responseSignature: choice({
		displayName: 'Response Signature',
		default: 'ignore',
		additional: true,
		options: [
			{ name: 'Ignore', value: 'ignore' },
			{
				name: 'Report',
				value: 'report',
				description: 'The output field _signature says what fits',
			},
			{
				name: 'Require',
				value: 'require',
				description: 'An answer that cannot be verified makes the item fail',
			},
		],
		description:
			'What is done about the signature of answers. It is checked with the public key of the credential. Files are not signed.',
	}),
	signatureFormat,
	signatureAlgorithm,
	fullResponse: flag({
		displayName: 'Full Response',
		default: true,
		additional: true,
		description:
			'Whether to return status code, headers and body of the answer instead of the body',
	}),
};

type OptionParams = Partial<Params<typeof answerOptions>>;

const termsOfParams = new WeakMap<object, Terms>();

/** The same object for all requests of an item, since an ID of the user's may be used once. */
function termsOf(params: object): Terms {
	const known = termsOfParams.get(params);
	if (known !== undefined) return known;
	const { requestId, ownRequestId, responseSignature, ...how }: OptionParams = params;
	const wantsSignature = responseSignature !== undefined && responseSignature !== 'ignore';
	const { signatureFormat: format, signatureAlgorithm: algorithm } = how;
	const terms: Terms = {
		requestId: requestId ?? (ownRequestId ? 'own' : wantsSignature ? 'automatic' : 'none'),
		...(ownRequestId && { ownRequestId }),
		...(responseSignature && { responseSignature }),
		...(format && { signatureFormat: format }),
		...(algorithm && { signatureAlgorithm: algorithm }),
	};
	termsOfParams.set(params, terms);
	return terms;
}

/** The ID of the user's, which names the request of one item only. */
function ownIdOf(params: object): Unique | undefined {
	const { requestId, ownRequestId: value } = termsOf(params);
	if (requestId !== 'own' || value === undefined) return undefined;
	const hint =
		'Give every item an ID of its own by an expression, or set "Request ID" to Automatic.';
	return { label: answerOptions.ownRequestId.displayName, value, hint };
}

function checkOptions({ requestId, ownRequestId, responseSignature }: OptionParams): void {
	if (requestId === 'own' && ownRequestId === undefined) {
		throw new ParameterError('"Own Request ID" is empty, but "Request ID" is set to Own');
	}
	if (requestId === 'none' && responseSignature === 'require') {
		throw new ParameterError(
			'"Response Signature" is set to Require, but without a "Request ID" Voicemod signs nothing',
		);
	}
}

function withTerms(request: ApiRequest, params: object | undefined): ApiRequest {
	return params === undefined ? request : { ...request, terms: termsOf(params) };
}

/** JSON of an answer, else its text; null for none. */
export function bodyOf(reply: Reply): unknown {
	const source = decodeText(reply);
	if (source.trim() === '') return null;
	try {
		return JSON.parse(source) as unknown;
	} catch {
		return source;
	}
}

function fullResponse(reply: Reply, outcome: Extract<Outcome, { raw: IDataObject }>): IDataObject {
	const isFile = outcome.file !== undefined;
	return {
		statusCode: reply.status,
		headers: { ...reply.headers },
		...(!isFile && { body: bodyOf(reply) as IDataObject }),
	};
}

/** The finding about the signature of an answer, for the output. */
export function signatureNote({ notes }: Reply, key = '_signature'): IDataObject {
	return notes?.signature === undefined ? {} : { [key]: notes.signature as IDataObject };
}

function dressed(
	outcome: Outcome,
	reply: Reply,
	{ fullResponse: full }: OptionParams,
	keeps: boolean,
): Outcome {
	if (outcome.error !== undefined) return outcome;
	const note = signatureNote(reply);
	if (full) {
		const { data } = outcome;
		const own = keeps && !Array.isArray(data) ? data : {};
		const whole = { ...own, ...fullResponse(reply, outcome), ...note };
		return { ...outcome, raw: whole, data: whole };
	}
	const { data, raw } = outcome;
	return {
		...outcome,
		raw: { ...raw, ...note },
		data: Array.isArray(data) ? data.map((row) => ({ ...row, ...note })) : { ...data, ...note },
	};
}

/** An operation with the options of all requests: request ID, signature, full response. */
export function voicemodOperation<const F extends Fields>(spec: Operation<F>): Operation {
	const { until, basis } = spec;
	return defineOperation<F>({
		...spec,
		options: answerOptions,
		unique: ownIdOf,
		prepare(params, place) {
			checkOptions(params);
			return spec.prepare?.(params, place) ?? params;
		},
		request: (calls) => withTerms(spec.request(calls), calls[0]?.params),
		...(basis && { basis: (params: Params<F>) => withTerms(basis(params), params) }),
		read: (reply, calls) =>
			spec
				.read(reply, calls)
				.map((outcome) => dressed(outcome, reply, calls[0]?.params ?? {}, until !== undefined)),
		...(until && {
			until: {
				...until,
				request: (data: IDataObject, params: Params<F>) =>
					withTerms(until.request(data, params), params),
				read: (reply: Reply, params: Params<F>) => {
					const { data, ...rest } = until.read(reply, params);
					return { ...rest, data: { ...data, ...signatureNote(reply, '_resultSignature') } };
				},
			},
		}),
	});
}

/** The parameters of the one call of a request. */
export function paramsOf<F extends Fields>(calls: ReadonlyArray<Call<Params<F>>>): Params<F> {
	const [call] = calls;
	if (call === undefined) throw new ParameterError('There is no item');
	return call.params;
}
