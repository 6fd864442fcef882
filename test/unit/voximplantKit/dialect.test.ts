import { connect, dialect, readAnswer } from '../../../nodes/VoximplantKit/api';
import { findMethod, methodOf } from '../../../nodes/VoximplantKit/catalogue';
import { methodRequest } from '../../../nodes/VoximplantKit/api';
import { recordingRequests } from '../../../nodes/VoximplantKit/recordings';
import { CallError } from '../../../nodes/shared/http/errors';
import type { Reply } from '../../../nodes/shared/http/request';

const TOKEN = 'kit-token-1234567890';
const good = { domain: 'acme', accessToken: TOKEN, region: 'eu' };

function reply(body: unknown, status = 200): Reply {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	return {
		status,
		headers: { 'content-type': 'application/json' },
		bytes: Buffer.from(text),
		source: 'https://kitapi-eu.voximplant.com/api/v3/scenario/runScenario',
	};
}

describe('the credential', () => {
	test.each(['us', 'br', 'eu', 'kz', 'ru', 'ru2'])('region %s gives three hosts', (region) => {
		expect(connect({ ...good, region }).hosts).toEqual({
			api: `https://kitapi-${region}.voximplant.com`,
			messaging: `https://kit-im-${region}.voximplant.com`,
			cti: `https://kit-cti-${region}.voximplant.com`,
		});
	});

	test.each([
		'kitapi-us.voximplant.com',
		'https://kitapi-us.voximplant.com',
		'https://kitapi-us.voximplant.com/',
		' https://kitapi-us.voximplant.com/api/v3// ',
		'HTTPS://kitapi-us.voximplant.com/api',
		// The token would be readable on its way.
		'http://kitapi-us.voximplant.com',
	])('a host is taken as people paste it: "%s"', (apiHost) => {
		const { hosts } = connect({ ...good, apiHost });
		expect(hosts.api).toBe('https://kitapi-us.voximplant.com');
		expect(hosts.cti).toBe('https://kit-cti-eu.voximplant.com');
	});

	test.each([
		[{ ...good, domain: ' ' }, 'account name'],
		[{ ...good, accessToken: '' }, 'API token'],
		[{ ...good, region: 'custom' }, 'API host'],
		[{ ...good, apiHost: 'ftp://x' }, 'API Host'],
		[{ ...good, messagingHost: 'a b' }, 'Messaging Host'],
	])('%j is refused: %s', (credentials, words) => {
		expect(() => connect(credentials)).toThrow(words);
	});

	test('a custom region without a CTI host fails only where that host is needed', () => {
		const custom = connect({ ...good, region: 'custom', apiHost: 'kit.example.com' });
		expect(dialect.origin(custom)).toBe('https://kit.example.com');
		expect(() => dialect.origin(custom, 'cti')).toThrow('CTI Host');
	});
});

describe('requests', () => {
	const connection = connect(good);

	test('account in the query, token in the form, lists as JSON, nothing undefined', () => {
		const request = methodRequest(methodOf('campaigns/search'), {
			statuses: ['ongoing'],
			title: undefined,
			folder_id: '',
			with_users: true,
		});
		const sent = dialect.authenticate(request, connection, undefined);
		expect(sent.query).toEqual({ domain: 'acme' });
		expect(sent.body).toEqual({
			kind: 'form',
			fields: { access_token: TOKEN, statuses: '["ongoing"]', folder_id: '', with_users: true },
		});
		expect(JSON.stringify(sent.query) + sent.path).not.toContain(TOKEN);
	});

	test('makeCall has the account in the path, transferCall in the query', () => {
		const odd = connect({ ...good, domain: 'a b/c' });
		const call = dialect.authenticate(methodRequest(methodOf('cti/makeCall'), {}), odd, undefined);
		expect(call).toMatchObject({ path: '/a%20b%2Fc/makeCall', host: 'cti', query: {} });
		const transfer = methodRequest(methodOf('cti/transferCall'), {});
		expect(dialect.authenticate(transfer, odd, undefined)).toMatchObject({
			path: '/transferCall',
			query: { domain: 'a b/c' },
		});
	});

	test('GET methods have everything in the query', () => {
		const method = methodOf('helper/getTimezonesByNumber');
		const sent = dialect.authenticate(
			methodRequest(method, { country: 'US' }),
			connection,
			undefined,
		);
		expect(sent).toMatchObject({ method: 'GET', query: { country: 'US', domain: 'acme' } });
		expect(sent.body).toBeUndefined();
	});
});

describe('answers', () => {
	test.each([
		[{ success: true, result: true }],
		[{ success: 1, result: [] }],
		[{ success: 'true', result: {} }],
	])('%j is a yes', (body) => {
		expect(readAnswer(reply(body)).result).toEqual(body.result);
	});

	test.each(['', '<html></html>', '[1]', '{"success":', '{}', '{"result":true}'])(
		'%j is unreadable',
		(body) => {
			expect(() => readAnswer(reply(body))).toThrow(/instead of JSON/);
		},
	);

	function refused(body: unknown, status = 200): CallError {
		try {
			readAnswer(reply(body));
		} catch (error) {
			if (error instanceof CallError && status === 200) return error;
		}
		const error = dialect.explain?.(reply(body, status));
		if (error === undefined) throw new Error('not explained');
		return error;
	}
	const no = (error: string, code?: number) => ({ success: false, result: { error, code } });

	test.each([
		[no('bad', 422), 422, { outcome: 'refused', stopsRun: false }],
		[no('bad', 422), 200, { outcome: 'refused', stopsRun: false }],
		[no('no', 401), 401, { failureCause: 'credential-invalid', stopsRun: true }],
		[no('no', 401), 200, { failureCause: 'credential-invalid', stopsRun: true }],
		[no('Insufficient funds on balance'), 200, { failureCause: 'quota-exhausted', stopsRun: true }],
		[no('pay', 402), 402, { failureCause: 'quota-exhausted', stopsRun: true }],
		[no('slow', 429), 200, { failureCause: 'rate-limited', transient: true, outcome: 'not_sent' }],
		[no('down', 500), 200, { transient: true, outcome: 'unknown' }],
		[no('You are not allowed to perform this action.', 403), 403, { stopsRun: false }],
	])('%j with HTTP %d', (body, status, wanted) => {
		const error = refused(body, status);
		expect(error).toMatchObject(wanted);
		expect(error.message).toContain('scenario/runScenario');
		expect(error.message).toContain(body.result.error);
	});

	test.each([
		'Contact center not enabled',
		'Minimum balance necessary for operation is 5 USD',
		'Different number of cells in rows',
		'Not allowed to launch a campaign without agents',
		'Can not update status from draft to paused',
		'Phone number types cannot be combined',
		'Max queues count per account reached',
	])('"%s" comes with advice', (words) => {
		expect(refused(no(words, 422), 422).hint).toMatch(/\w{4}/);
	});
});

describe('recordings', () => {
	const connection = connect({ ...good, apiHost: 'http://127.0.0.1:4444' });

	test.each([
		'https://storage-gw-eu.voximplant.com/r.mp3?call_id=7',
		'https://voximplant.com/r',
		'http://127.0.0.1:4444/recordings/7?call_id=7',
	])('%s gets the token in the form, then in the query', (url) => {
		const [post, get] = recordingRequests(new URL(url), connection);
		expect(post?.url).toBe(url);
		expect(post?.form).toMatchObject({ access_token: TOKEN, domain: 'acme' });
		expect(post?.form?.call_id).toBe(url.includes('call_id') ? '7' : undefined);
		expect(get?.form).toBeUndefined();
		expect(get?.url).toContain(TOKEN);
	});

	test.each([
		'https://evil.example/r.mp3',
		'https://voximplant.com.evil.example/r.mp3',
		'https://evilvoximplant.com/r.mp3',
		'http://storage.voximplant.com/r.mp3',
		'https://storage.voximplant.com:8443/r.mp3',
		'https://user:pass@storage.voximplant.com/r.mp3',
		'http://127.0.0.1:4445/r.mp3',
		'file:///etc/passwd',
	])('%s gets nothing', (url) => {
		expect(() => recordingRequests(new URL(url), connection)).toThrow(
			/voximplant\.com and the hosts/,
		);
	});
});

test('unknown names are not in the catalogue', () => {
	expect(findMethod('toString')).toBeUndefined();
});
