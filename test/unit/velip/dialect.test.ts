import { connect, dialect, readEnvelope } from '../../../nodes/Velip/api';
import { CallError } from '../../../nodes/shared/http/errors';
import type { Reply } from '../../../nodes/shared/http/request';
import { RefusalMemory } from '../../../nodes/shared/http/refusals';
import { listOf, tidy, toNumber } from '../../../nodes/Velip/values';

function reply(fn: string, body: unknown, status = 200): Reply {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	return {
		status,
		headers: { 'content-type': 'application/json' },
		bytes: Buffer.from(text),
		source: `https://vox.velip.com.br/api/v2/${fn}.php`,
	};
}

const envelope = (status: unknown, code: unknown) => ({ return: { status, status_code: code } });

describe('the success test', () => {
	test.each([
		['MakeTTSCall', 'OK', '0'],
		['MakeTTSCall', 'OK', 0],
		['MakeSMS', 'WR', 1],
		['MakeMessenger', 'OK', 200],
		['MakeInstagram', 'OK', '200'],
		['MakeWhatsapp', 'submitted', '0'],
		['GetUserID', ['OK'], '0'],
		['GetUserID', { 0: 'OK' }, '0'],
	])('%s %j %j is a success', (fn, status, code) => {
		expect(() => readEnvelope(reply(fn, envelope(status, code)))).not.toThrow();
	});

	test.each([
		['CreateCampaign', 'FTP programming does not exist', '200'],
		['ChangeCampaign', 'No cp_id', '200'],
		['GetWebRTC', 'No userid', 200],
		['MakeMessenger', 'ERROR', 200],
		['MakeTTSCall', 'WR', 1],
		['MakeSMS', 'no credit', '250'],
	])('%s %j %j is a refusal', (fn, status, code) => {
		expect(() => readEnvelope(reply(fn, envelope(status, code)))).toThrow(status);
	});

	test.each(['', '<html></html>', '[1]', '{"return":', '{}'])('%j is unreadable', (body) => {
		expect(() => readEnvelope(reply('MakeSMS', body))).toThrow(/instead of JSON/);
	});
});

function refused(fn: string, status: number, code: string): CallError {
	const error = dialect.explain?.(reply(fn, envelope('words', code), status));
	if (error === undefined) throw new Error('not explained');
	return error;
}

describe('refusals', () => {
	test.each(['100', '101', '102', '110', '114', '120', '121', '131', '140', '142', '198', '199'])(
		'code %s ends the run',
		(code) => {
			expect(refused('MakeSMS', 401, code)).toMatchObject({
				stopsRun: true,
				failureCause: 'credential-invalid',
			});
		},
	);

	test('what the credential may not do ends the run too, and says nothing against it', () => {
		for (const code of ['105', '123']) {
			expect(refused('GetCallStatus', 403, code)).toMatchObject({
				stopsRun: true,
				failureCause: 'configuration-invalid',
			});
		}
	});

	test.each([
		['PlayAudioFile', 401, '250'],
		['MakeWhatsapp', 400, '131'],
		['MakeSMS', 400, '250'],
	])('%s HTTP %i code %s does not', (fn, status, code) => {
		expect(refused(fn, status, code).stopsRun).toBe(false);
	});

	test('hints differ by function for the same code', () => {
		const hints = ['MakeSMS', 'MakeTTSCall', 'MakeWhatsapp'].map(
			(fn) => refused(fn, 400, '250').hint,
		);
		expect(new Set(hints).size).toBe(3);
		expect(hints[2]).toContain('Duplicate Window');
	});

	test('codes of Meta are found in the text', () => {
		const words = 'ERROR (#10) This message is sent outside of allowed window.';
		const error = dialect.explain?.(reply('MakeInstagram', envelope(words, 400), 400));
		expect(error?.hint).toContain('24 hours');
	});

	test('broken Portuguese is replaced by our own words', () => {
		expect(refused('CreateCenterQueue', 400, '230').message).toContain('The name is missing');
	});

	test('an internal error may be tried again where nothing is spent', () => {
		expect(refused('GetAudiosList', 400, '500')).toMatchObject({
			transient: true,
			outcome: 'unknown',
		});
	});
});

describe('the refusal memory', () => {
	test('holds a refusal for a while, and other credentials are free', () => {
		const memory = new RefusalMemory(1000);
		memory.note('a', new CallError('no', { stopsRun: true }), 0);
		expect(memory.recall('a', 500)).toMatchObject({ stopsRun: true, outcome: 'not_sent' });
		expect(memory.recall('b', 500)).toBeUndefined();
		expect(memory.recall('a', 1000)).toBeUndefined();
	});
});

describe('values', () => {
	test('keys lose their spaces and "null" texts become nothing', () => {
		expect(tidy({ 'cp_active ': '2', a: 'null', b: [{ 'c ': 'null' }] })).toEqual({
			cp_active: '2',
			a: null,
			b: [{ c: null }],
		});
	});

	test.each([
		['0,050', 0.05],
		['4500', 4500],
		['27.6', 27.6],
		[5, 5],
		['null', undefined],
		['', undefined],
	])('%j is %j', (text, number) => expect(toNumber(text)).toBe(number));

	test('lists may be missing or objects', () => {
		expect(listOf({}, 'calls')).toEqual([]);
		expect(listOf({ calls: { 0: { a: 1 } } }, 'calls')).toEqual([{ a: 1 }]);
	});
});

describe('the credential', () => {
	const good = { baseUrl: 'https://vox.velip.com.br', token: 'a'.repeat(30) };

	test.each(['', '/', '/api', '/api/v2', '/api/v2/'])('takes the address with "%s"', (end) => {
		const baseUrl = `https://vox.velip.com.br${end}`;
		expect(connect({ ...good, baseUrl }).baseUrl).toBe('https://vox.velip.com.br');
	});

	test.each([
		[{ token: '' }, 'no API token'],
		[{ token: 'Bearer abc' }, 'not a Velip token'],
		[{ baseUrl: 'vox' }, 'not a web address'],
		[{ authentication: 'basic', user: 'a' }, 'password'],
	])('refuses %j before anything is sent', (change, words) => {
		expect(() => connect({ ...good, ...change })).toThrow(words);
	});

	test('goes into the header or the body, never into the address', () => {
		const request = { method: 'POST', path: '/api/v2/MakeSMS', safety: 'read' } as const;
		for (const authentication of ['bearer', 'header', 'tsid']) {
			const connection = connect({ ...good, authentication, appendPhp: true });
			const signed = dialect.authenticate(request, connection, undefined);
			expect(signed.path).toBe('/api/v2/MakeSMS.php');
			expect(JSON.stringify([signed.headers, signed.body])).toContain(good.token);
			expect(signed.query).toBeUndefined();
		}
	});
});
