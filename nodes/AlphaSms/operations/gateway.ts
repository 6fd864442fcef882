import type { IDataObject } from 'n8n-workflow';

import type { Safety } from '../../shared/http/request';
import type { Fields, Params } from '../../shared/operation/field';
import type { Operation } from '../../shared/operation/operation';
import { defineOperation } from '../../shared/operation/operation';
import { messageId } from './fields';
import type { Reference } from '../api';
import { gatewayRequest, newMessageId, pairResults, readEnvelope, readResult } from '../api';

/** A copy without undefined values: the gateway gets exactly what was set. */
export function defined(item: Record<string, unknown>): Record<string, unknown> {
	return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));
}

interface GatewaySpec<F extends Fields> {
	readonly resource: string;
	readonly name: string;
	readonly displayName: string;
	readonly action: string;
	readonly description: string;
	readonly safety: Safety;
	readonly fields: F;
	readonly batch?: boolean;
	readonly recheck?: string;
	prepare?(params: Params<F>): void;
	identify?(params: Params<F>): IDataObject;
	facts?(params: Params<F>): IDataObject;
	quote?: Operation<F>['quote'];
	/** The item for the `data` array of the request. */
	item(params: Params<F>): Record<string, unknown>;
	reference?(params: Params<F>): Reference;
	simplify?(data: IDataObject, params: Params<F>): IDataObject | IDataObject[];
}

type WithId = { id?: unknown; phone?: unknown };

/** An operation of the JSON gateway: one item of `data` per call, many calls per request. */
export function gatewayOperation<const F extends Fields>(spec: GatewaySpec<F>): Operation {
	const { simplify = (data: IDataObject) => data } = spec;
	const makesId = spec.fields.id === messageId;
	const idOf = (params: WithId) => params.id;
	const reference = (params: Params<F>): Reference =>
		spec.reference?.(params) ?? ['id', idOf(params)];
	return defineOperation<F>({
		...spec,
		batch: spec.batch ?? true,
		...(makesId && { ownId: 'id' }),
		...(makesId && !spec.recheck && { recheck: 'use Get Status with this message ID' }),
		prepare(params) {
			spec.prepare?.(params);
			return makesId ? { ...params, id: idOf(params) ?? newMessageId() } : params;
		},
		identify:
			spec.identify ??
			((params: WithId) => ({
				...(makesId && { id: Number(params.id) }),
				...('phone' in spec.fields && { phone: String(params.phone) }),
			})),
		request: (calls) =>
			gatewayRequest(
				calls.map(({ params }) => defined(spec.item(params))),
				spec.safety,
			),
		read(reply, calls) {
			const results = pairResults(readEnvelope(reply), calls, reference);
			return calls.map(({ params }, index) =>
				readResult(results[index], (data) => simplify(data, params)),
			);
		},
	});
}

/** The send result of §3.2 without the keys that say nothing. */
export function sendResult(data: IDataObject): IDataObject {
	return {
		...(data.msg_id !== undefined && { msg_id: data.msg_id }),
		...(data.parts !== undefined && { parts: data.parts }),
	};
}
