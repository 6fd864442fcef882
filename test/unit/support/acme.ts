import type { IDataObject } from 'n8n-workflow';

import type { Dialect } from '../../../nodes/shared/http/client';
import { CallError } from '../../../nodes/shared/http/errors';
import type { Reply } from '../../../nodes/shared/http/request';
import { decodeText } from '../../../nodes/shared/http/request';
import type { Operation, Provider } from '../../../nodes/shared/operation/operation';
import { defineOperation } from '../../../nodes/shared/operation/operation';

/** A provider that exists only here: its key goes into a header, its lists have pages. */
export interface AcmeConnection {
	readonly origin: string;
	readonly key: string;
}

export const ACME_KEY = 'acme-secret-123';

export const acmeDialect: Dialect<AcmeConnection> = {
	name: 'Acme',
	origin: ({ origin }) => origin,
	authenticate: (request, { key }) => ({ ...request, headers: { 'x-key': key } }),
	secrets: ({ key }) => [key],
};

export function readAcme(reply: Reply): IDataObject {
	const body = JSON.parse(decodeText(reply)) as IDataObject;
	if (typeof body.error === 'string') throw new CallError(`Acme refused: ${body.error}`);
	return body;
}

const list = defineOperation({
	resource: 'thing',
	name: 'getMany',
	displayName: 'Get Many',
	action: 'Get many things',
	description: 'Get things',
	safety: 'read',
	fields: {},
	request: () => ({ method: 'GET', path: '/things', query: { page: '1' }, safety: 'read' }),
	read: (reply) => {
		const raw = readAcme(reply);
		return [{ raw, data: (raw.rows ?? []) as IDataObject[] }];
	},
	pages: {
		next(reply, request) {
			const { next } = readAcme(reply);
			return next === undefined ? undefined : { ...request, query: { page: String(next) } };
		},
	},
});

const send = defineOperation({
	resource: 'thing',
	name: 'send',
	displayName: 'Send',
	action: 'Send a thing',
	description: 'Send a thing',
	safety: 'spends',
	fields: {},
	request: () => ({
		method: 'POST',
		path: '/send',
		body: { kind: 'json', value: {} },
		safety: 'spends',
	}),
	read: (reply) => {
		const raw = readAcme(reply);
		return [{ raw, data: raw }];
	},
});

export function acme(operations: Operation[] = [list, send]): Provider<AcmeConnection> {
	return {
		dialect: acmeDialect,
		credential: 'acmeApi',
		connect: (credentials) => ({ origin: String(credentials.origin), key: ACME_KEY }),
		resources: { thing: 'Thing' },
		operations,
		defaults: { concurrency: 2, batchSize: 10 },
	};
}
