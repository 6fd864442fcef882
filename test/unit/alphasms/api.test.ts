import type { CallError } from '../../../nodes/shared/http/errors';
import type { ApiRequest } from '../../../nodes/shared/http/request';
import {
	connect,
	dialect,
	newMessageId,
	readEnvelope,
	readHttpApi,
	readResult,
	requestRefusal,
} from '../../../nodes/AlphaSms/api';
import { replyOf } from '../support/replies';

describe('connect', () => {
	it.each([
		['https://alphasms.ua', 'https://alphasms.ua'],
		['https://alphasms.ua/', 'https://alphasms.ua'],
		['https://alphasms.ua///', 'https://alphasms.ua'],
		[' https://alphasms.ua/ ', 'https://alphasms.ua'],
		['https://alphasms.ua/api', 'https://alphasms.ua'],
		['https://alphasms.ua/api/', 'https://alphasms.ua'],
		['https://alphasms.ua/api/json.php', 'https://alphasms.ua'],
		['https://alphasms.ua/api/http.php/', 'https://alphasms.ua'],
		['https://alphasms.ua/?x=1#y', 'https://alphasms.ua'],
		['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
		['https://proxy.example.com/sms', 'https://proxy.example.com/sms'],
		['https://proxy.example.com/sms/api/json.php', 'https://proxy.example.com/sms'],
		['HTTPS://AlphaSMS.UA', 'https://alphasms.ua'],
	])('takes the base URL %s', (address, baseUrl) => {
		expect(connect({ apiKey: 'K', baseUrl: address }).baseUrl).toBe(baseUrl);
		expect(connect({ apiKey: 'K', baseUrl: 'custom', customBaseUrl: address }).baseUrl).toBe(
			baseUrl,
		);
	});

	it.each(['', 'alphasms.ua', 'ftp://alphasms.ua', 'https://', 'javascript:alert(1)', undefined])(
		'refuses the base URL %p',
		(address) => {
			expect(() => connect({ apiKey: 'K', baseUrl: 'custom', customBaseUrl: address })).toThrow(
				/base URL of the AlphaSMS credential is not a web address/,
			);
		},
	);

	it('trims the key, and refuses none and one with blanks inside', () => {
		const baseUrl = 'https://alphasms.ua';
		expect(connect({ apiKey: ' KEY\n', baseUrl }).apiKey).toBe('KEY');
		expect(() => connect({ apiKey: ' ', baseUrl })).toThrow(/no API key/);
		expect(() => connect({ apiKey: 'K E Y', baseUrl })).toThrow(/holds blanks/);
	});

	it('does not repeat a key with blanks in its message', () => {
		expect(() => connect({ apiKey: 'abcd efgh' })).toThrow(/^(?!.*efgh)/);
	});
});

describe('authenticate', () => {
	const connection = { baseUrl: 'https://alphasms.ua', apiKey: 'KEY' };
	const bodyOf = (body: ApiRequest['body']) =>
		dialect.authenticate(
			{ method: 'POST', path: '/', safety: 'read', body },
			connection,
			undefined,
		);

	it.each<[string, ApiRequest['body'], unknown]>([
		[
			'JSON',
			{ kind: 'json', value: { data: [] } },
			{ kind: 'json', value: { auth: 'KEY', data: [] } },
		],
		['a form', { kind: 'form', fields: { a: 1 } }, { kind: 'form', fields: { key: 'KEY', a: 1 } }],
		[
			'multipart',
			{ kind: 'multipart', fields: { a: 1 } },
			{ kind: 'multipart', fields: { key: 'KEY', a: 1 } },
		],
	])('puts the key into %s, never into the URL or a header', (_, body, expected) => {
		const request = bodyOf(body);
		expect(request.body).toEqual(expected);
		expect(JSON.stringify({ ...request, body: undefined })).not.toContain('KEY');
	});
});

describe('readEnvelope', () => {
	const rows = [{ success: true, data: { id: 1 } }];
	it.each<[string, unknown]>([
		['a boolean', { success: true, data: rows }],
		['an integer', { success: 1, data: rows }],
		['text', { success: 'true', data: rows }],
		['an empty error beside it', { success: true, error: '', data: rows }],
		['a byte order mark and blanks', `\ufeff ${JSON.stringify({ success: true, data: rows })}\n`],
	])('takes success as %s', (_, body) => {
		expect(readEnvelope(replyOf(body))).toEqual(rows);
	});

	it.each<[string, unknown]>([
		['no data', { success: true }],
		['data that is no list', { success: true, data: {} }],
		['entries that are no objects', { success: true, data: [null, 1, 'x'] }],
	])('has no rows in an answer with %s', (_, body) => {
		expect(readEnvelope(replyOf(body))).toEqual([]);
	});

	it.each<[string, unknown, string]>([
		[
			'words',
			{ success: false, error: 'Not enough money' },
			'AlphaSMS refused the request: Not enough money',
		],
		[
			'an integer',
			{ success: 0, error: 'Error in Alpha-name' },
			'AlphaSMS refused the request: Error in Alpha-name',
		],
		['no words', { success: false }, 'AlphaSMS refused the request: no reason given'],
		['empty words', { success: false, error: '' }, 'AlphaSMS refused the request: no reason given'],
	])('throws a refusal: %s', (_, body, message) => {
		expect(() => readEnvelope(replyOf(body))).toThrow(message);
	});

	it('stops the run when the key is refused', () => {
		for (const words of ['Access denied', 'Wrong login', ['API key missing']]) {
			const error = requestRefusal(words);
			expect(error).toMatchObject({
				stopsRun: true,
				failureCause: 'credential-invalid',
				outcome: 'refused',
			});
			expect(error.hint).toMatch(/API key.*allowed IP/);
			const read = () => readEnvelope(replyOf({ success: false, error: words }));
			expect(read).toThrow(expect.objectContaining({ stopsRun: true }) as CallError);
		}
	});

	it.each([
		['Error in Alpha-name', undefined],
		['Not enough money', 'quota-exhausted'],
	])('goes on after another refusal: %s', (words, failureCause) => {
		expect(requestRefusal(words)).toMatchObject({
			stopsRun: false,
			failureCause,
			outcome: 'refused',
		});
	});

	it('keeps what was accepted although the envelope says no', () => {
		const mixed = [
			{ success: false, error: 'Error in Alpha-name', data: { id: 1 } },
			{ success: true, data: { id: 2 } },
		];
		const envelope = { success: false, error: 'Access denied', data: mixed };
		expect(readEnvelope(replyOf(envelope))).toEqual(mixed);
		expect(() => readEnvelope(replyOf({ ...envelope, data: mixed.slice(0, 1) }))).toThrow(
			'AlphaSMS refused the request: Access denied',
		);
	});

	it('reads words that come as a list, as the audio API sends them', () => {
		expect(() => readEnvelope(replyOf({ success: false, errors: ['API key missing'] }))).toThrow(
			/API key missing/,
		);
	});

	it.each<[string, string, RegExp]>([
		['nothing', '', /instead of JSON/],
		['blanks', ' \n', /answered with nothing/],
		['a web page', '<!doctype html><title>502</title>', /answered with a web page/],
		['cut text', '{"success":true,"data":[{"su', /broken or cut-off text/],
		['a list', '[]', /instead of JSON/],
		['null', 'null', /instead of JSON/],
		['text', '"fine"', /instead of JSON/],
	])('calls the outcome unknown after %s', (_, body, message) => {
		const read = () => readEnvelope(replyOf(body));
		expect(read).toThrow(message);
		expect(read).toThrow(
			expect.objectContaining({ outcome: 'unknown', transient: true }) as CallError,
		);
	});

	it('calls the outcome unknown when the answer does not say yes or no', () => {
		expect(() => readEnvelope(replyOf({ status: 'ok' }))).toThrow(
			expect.objectContaining({ outcome: 'unknown' }) as CallError,
		);
	});
});

describe('readResult', () => {
	const same = (data: object) => data as never;
	it.each<[string, Parameters<typeof readResult>[0], object]>([
		['accepted', { success: true, data: { id: 1 } }, { data: { id: 1 } }],
		['accepted, as an integer', { success: 1, data: { id: 1 } }, { data: { id: 1 } }],
		['accepted with an empty error', { success: true, error: '', data: {} }, { data: {} }],
		['accepted without data', { success: true }, { data: {} }],
	])('%s', (_, row, expected) => {
		expect(readResult(row, same)).toMatchObject(expected);
	});

	it('refused, in the words of the gateway', () => {
		const { error } = readResult(
			{ success: false, error: 'Error in Alpha-name', data: { id: 1 } },
			same,
		);
		expect(error).toMatchObject({
			message: 'AlphaSMS refused the request: Error in Alpha-name',
			outcome: 'refused',
		});
	});

	it('refused for its rights, which says nothing about the other items', () => {
		expect(readResult({ success: false, error: 'Access denied' }, same).error).toMatchObject({
			message: 'AlphaSMS refused the request: Access denied',
			outcome: 'refused',
			stopsRun: false,
		});
	});

	it('has an `error` in the raw result only when it says something', () => {
		const data = { id: 1 };
		for (const error of ['', null, undefined]) {
			const { raw } = readResult({ success: true, error, data }, same) as { raw: object };
			expect(Object.entries(raw)).toEqual([
				['success', true],
				['data', data],
			]);
		}
		expect(readResult({ success: true, error: 'x', data }, same)).toMatchObject({
			raw: { success: true, error: 'x', data },
		});
	});

	it('missing: nobody knows', () => {
		expect(readResult(undefined, same).error).toMatchObject({ outcome: 'unknown' });
	});
});

describe('readHttpApi', () => {
	it.each<[string, string, object]>([
		['lines', 'id:84523377\nsms_count:1\n', { id: '84523377', sms_count: '1' }],
		['lines with CR', 'id:84523377\r\nsms_count:1', { id: '84523377', sms_count: '1' }],
		['one line', 'id:84523377 sms_count:1', { id: '84523377', sms_count: '1' }],
		['a price', 'price:1.2 currency:UAH', { price: '1.2', currency: 'UAH' }],
		[
			'a status with a date',
			'status:Delivered code:3 status_time:2024/10/12',
			{
				status: 'Delivered',
				code: '3',
				status_time: '2024/10/12',
			},
		],
		[
			'values with blanks and colons',
			'status:Out of touch\ncode:5\nstatus_time:2024/10/12 10:11:12',
			{
				status: 'Out of touch',
				code: '5',
				status_time: '2024/10/12 10:11:12',
			},
		],
		['a balance', 'balance:31.17', { balance: '31.17' }],
	])('reads %s', (_, text, expected) => {
		expect(readHttpApi(replyOf(text))).toEqual(expected);
	});

	it.each([
		['errors:Unknown command', /refused the request: Unknown command$/],
		[
			'errors:Sender phone should contains only english letters, digits',
			/english letters, digits$/,
		],
		['id:0 errors:Not enough money', /Not enough money$/],
	])('throws the refusal: %s', (text, message) => {
		expect(() => readHttpApi(replyOf(text))).toThrow(message);
	});

	it.each(['id:84523377\nsms_count:1\nerrors:', 'errors: id:84523377 sms_count:1'])(
		'takes empty errors for none: %p',
		(text) => {
			expect(readHttpApi(replyOf(text), ['id', 'sms_count'])).toEqual({
				id: '84523377',
				sms_count: '1',
				errors: '',
			});
		},
	);

	it('stops the run when the key is refused', () => {
		expect(() => readHttpApi(replyOf('errors:Access denied'))).toThrow(
			expect.objectContaining({ stopsRun: true, failureCause: 'credential-invalid' }) as CallError,
		);
	});

	it.each(['id:8452', 'sms_count:1', 'id: sms_count:1', 'errors:'])(
		'calls the outcome unknown when something is missing: %p',
		(text) => {
			expect(() => readHttpApi(replyOf(text), ['id', 'sms_count'])).toThrow(
				expect.objectContaining({
					message: 'AlphaSMS answered with cut-off text instead of JSON',
					outcome: 'unknown',
				}) as CallError,
			);
		},
	);

	it.each(['', '<html>502</html>', 'fine'])('calls the outcome unknown after %p', (text) => {
		expect(() => readHttpApi(replyOf(text))).toThrow(
			expect.objectContaining({ outcome: 'unknown' }) as CallError,
		);
	});
});

describe('newMessageId', () => {
	it('makes positive safe integers, unique over 100,000', () => {
		const ids = Array.from({ length: 100_000 }, newMessageId);
		expect(ids.every((id) => Number.isSafeInteger(id) && id > 0)).toBe(true);
		expect(new Set(ids).size).toBe(ids.length);
	});
});
