import type { IDataObject } from 'n8n-workflow';

import { CallError } from '../../shared/http/errors';
import { readJsonObject } from '../../shared/http/json';
import type { Reply, Safety } from '../../shared/http/request';
import { decodeText } from '../../shared/http/request';
import type { Fields, Params } from '../../shared/operation/field';
import type { Line, Operation, Outcome } from '../../shared/operation/operation';
import { defineOperation } from '../../shared/operation/operation';
import type { Terms } from '../client';
import { actionRequest, replyOf } from '../client';
import { NAME } from '../connection';
import type { Message } from '../messages';
import { readMessage } from '../messages';

/** The app, as the steps of an operation speak to it. */
export interface Talk {
	readonly signal?: AbortSignal;
	/** Undefined when nothing came and nothing needs to come. Throws `CallError`. */
	ask(
		action: string,
		payload?: object,
		safety?: Safety,
		terms?: Terms,
	): Promise<Message | undefined>;
	/** The same for questions, which are always answered. */
	question(action: string, payload?: object, terms?: Terms): Promise<Message>;
}

/** The message in a reply; undefined when there was no answer. */
export function messageOf(reply: Reply): Message | undefined {
	return reply.status === 204 ? undefined : readMessage(decodeText(reply));
}

function unanswered(action: string): CallError {
	return new CallError(`${NAME} gave no answer to "${action}"`, { outcome: 'unknown' });
}

function talkOn(line: Line, signal?: AbortSignal): Talk {
	const ask: Talk['ask'] = async (action, payload = {}, safety = 'read', terms = {}) =>
		await line.call(actionRequest(action, payload, safety, terms), messageOf);
	return {
		signal,
		ask,
		async question(action, payload, terms) {
			const message = await ask(action, payload, 'read', terms);
			if (message === undefined) throw unanswered(action);
			return message;
		},
	};
}

type Data = IDataObject | IDataObject[];

interface Common<F extends Fields> {
	readonly resource: string;
	readonly name: string;
	readonly displayName: string;
	readonly action: string;
	readonly description: string;
	readonly safety: Safety;
	readonly fields: F;
	/** The action of the reference (voicemod.md §B.4). */
	readonly command: string;
	prepare?(params: Params<F>): Params<F>;
	identify?(params: Params<F>): IDataObject;
}

/** One action, one answer. */
interface Single<F extends Fields> extends Common<F> {
	readonly payload?: (params: Params<F>) => object;
	readonly terms?: (params: Params<F>) => Terms;
	/** A list of many, with Return All and Limit. */
	readonly isList?: boolean;
	/** Whether the output is the answer itself. */
	readonly isPlain?: boolean;
	data(message: Message, params: Params<F>): Data;
}

/** Operation of one action, or of the action that the parameters name. */
export function ask<const F extends Fields>(operation: Single<F>): Operation {
	const { command, payload, terms, isList, data, ...rest } = operation;
	return defineOperation<F>({
		...rest,
		request: ([call]) => {
			const params = call?.params as Params<F>;
			return actionRequest(command, payload?.(params), rest.safety, terms?.(params));
		},
		read(reply, [call]) {
			const message = messageOf(reply);
			if (message === undefined) throw unanswered(command);
			return [{ raw: message.raw as IDataObject, data: data(message, call?.params as Params<F>) }];
		},
		// The app gives its lists as a whole.
		...(isList && { pages: { next: () => undefined } }),
	});
}

/** What the steps of an operation have come to. */
interface Stepped<F extends Fields> extends Common<F> {
	steps(talk: Talk, params: Params<F>): Promise<IDataObject>;
	outcome?(result: IDataObject, params: Params<F>): Outcome;
}

/** Operation that takes several actions. */
export function steps<const F extends Fields>(operation: Stepped<F>): Operation {
	const { command, steps: run, outcome, ...rest } = operation;
	return defineOperation<F>({
		...rest,
		// What several answers have come to is no answer of the app.
		isPlain: true,
		request: () => actionRequest(command, {}, rest.safety),
		carryOut: async (_, { params }, line, signal) =>
			replyOf(await run(talkOn(line, signal), params)),
		read(reply, [call]) {
			const result = readJsonObject(reply, NAME) as IDataObject;
			const given = outcome?.(result, call?.params as Params<F>);
			return [given ?? { raw: result, data: result }];
		},
	});
}
