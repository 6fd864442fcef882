/** The rules of the credential test, applied the way n8n does: by `===`, after any HTTP status. */
import type { IHttpRequestOptions } from 'n8n-workflow';

import { VelipApi } from '../../../credentials/VelipApi.credentials';

function valueAt(value: unknown, key: string): unknown {
	return key
		.split('.')
		.reduce<unknown>(
			(found, part) =>
				found === null || found === undefined ? undefined : Object(found)[part as never],
			value,
		);
}

function verdict(body: unknown): string {
	const rules = new VelipApi().test.rules ?? [];
	for (const { type, properties } of rules) {
		if (type !== 'responseSuccessBody') continue;
		const { key, value, message } = properties as { key: string; value: unknown; message: string };
		if (valueAt(body, key) === value) return message;
	}
	return 'OK';
}

const answer = (code: unknown, cdcsId: unknown = '0') => ({
	return: { status: 'words', status_code: code, cdcs_id: cdcsId, cdcsu_id: cdcsId },
});

test.each(['0', 0])('code %j with an account is fine', (code) => {
	expect(verdict(answer(code, '1234'))).toBe('OK');
	expect(verdict(answer(code, 1234))).toBe('OK');
});

const CODES = [...Array.from({ length: 100 }, (_, index) => 100 + index), 429, 500, 503];

test.each(CODES)('code %i is not, as text or number, with or without an account', (code) => {
	for (const given of [String(code), code]) {
		for (const id of ['0', 0, undefined, null]) expect(verdict(answer(given, id))).not.toBe('OK');
	}
	expect(verdict(answer(String(code), '1234'))).not.toBe('OK');
});

test.each([102, 105, 131, 199, 429, 500])('%i as a number says what to do', (code) => {
	expect(verdict(answer(code, '1234'))).toBe(verdict(answer(String(code))));
});

test.each([[{}], [''], [{ data: '<html>' }], [{ return: {} }], [{ return: { status: 'OK' } }]])(
	'%j is not Velip',
	(body) => expect(verdict(body)).toContain('does not answer like Velip'),
);

describe('the token in the request', () => {
	const authenticate = async (body: unknown) => {
		const options = { url: 'https://vox.velip.com.br', body } as IHttpRequestOptions;
		const credentials = { authentication: 'tsid', token: 'abc' };
		return (await new VelipApi().authenticate(credentials, options)).body as unknown;
	};

	test('goes into an object', async () => {
		expect(await authenticate({ a: 1 })).toEqual({ a: 1, tsid: 'abc' });
		expect(await authenticate(undefined)).toEqual({ tsid: 'abc' });
	});

	test.each(['text', [1], Buffer.from('x')])('leaves %j as it is', async (body) => {
		expect(await authenticate(body)).toBe(body);
	});
});
