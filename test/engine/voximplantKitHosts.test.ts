/** The three hosts of an account, the domains a credential may be used for, and its use by others. */
import path from 'node:path';

import type { ICredentialType, IDataObject, IHttpRequestOptions } from 'n8n-workflow';

import { startVoximplantKitSimulator } from '../simulators/voximplantKit';
import { kitCredentials, runKit, type Simulator } from './support/voximplantKit';

let sim: Simulator;

beforeAll(async () => {
	sim = await startVoximplantKitSimulator();
});

afterAll(async () => await sim.close());

const method = (name: string, parameters: IDataObject) => ({
	method: { __rl: true, mode: 'list', value: name },
	specify: 'json',
	parameters: JSON.stringify(parameters),
});

const CTI = method('cti/makeCall', { user_id: 1217, number: '15551230030' });

test('Call Method finds the host of each method', async () => {
	const { error, json } = await runKit(sim, 'apiRequest/callMethod', CTI);
	expect(error).toBeUndefined();
	expect(json[0]).toMatchObject({ success: true, outcome: 'accepted', method: 'cti/makeCall' });
	expect(sim.violations).toEqual([]);
});

test('Call Method puts the page of a list where Kit reads it: into the query too', async () => {
	const page = { page: 2, 'per-page': 3, sort: '-id' };
	const parameters = method('user/searchUsers', { ...page, id: [1217, 1218, 1219, 1221] });
	const since = sim.log.length;
	await runKit(sim, 'apiRequest/callMethod', parameters);
	await runKit(sim, 'apiRequest/callMethod', method('tags/addTag', { sort: 'x' }));
	const [list, other] = sim.log
		.slice(since)
		.map(({ query }) => Object.fromEntries(new URLSearchParams(query)));
	expect(list).toMatchObject({ page: '2', 'per-page': '3', sort: '-id' });
	expect(other).toEqual({ domain: sim.domain });
});

test('a domain that the credential does not allow is refused for every host, and nothing leaves', async () => {
	const before = sim.log.length;
	const elsewhere = sim.hosts.cti.replace('127.0.0.1', 'localhost');
	const credentials = kitCredentials(sim, {
		ctiHost: elsewhere,
		allowedHttpRequestDomains: 'domains',
		allowedDomains: '127.0.0.1',
	});
	const refused = await runKit(sim, 'apiRequest/callMethod', CTI, { credentials });
	expect(refused.error?.message).toMatch(/domain|allowed/i);
	expect(sim.log.length).toBe(before);
	const allowed = await runKit(sim, 'account/getInfo', {}, { credentials });
	expect(allowed.error).toBeUndefined();
});

describe('the credential in the HTTP Request node', () => {
	const file = path.resolve(__dirname, '../../dist/credentials/VoximplantKitApi.credentials.js');
	const { VoximplantKitApi } = jest.requireActual<{ VoximplantKitApi: new () => ICredentialType }>(
		file,
	);
	const { authenticate } = new VoximplantKitApi();
	const apply = async (request: Partial<IHttpRequestOptions> & { form?: object }) => {
		if (typeof authenticate !== 'function') throw new Error('not a function');
		const credentials = { domain: ' acme ', accessToken: ' t0ken ' };
		return await authenticate(credentials, {
			url: 'https://x.example',
			...request,
		} as IHttpRequestOptions);
	};

	const requests: Array<[Partial<IHttpRequestOptions> & { form?: object }, IDataObject]> = [
		[{ method: 'POST' as const, body: { a: 1 } }, { body: { a: 1, access_token: 't0ken' } }],
		[{ method: 'POST' as const }, { body: { access_token: 't0ken' } }],
		[{ method: 'POST' as const, form: { a: 1 } }, { form: { a: 1, access_token: 't0ken' } }],
		[{ method: 'GET' as const }, { qs: { domain: 'acme', access_token: 't0ken' } }],
		[
			{ method: 'POST' as const, body: 'a=1', qs: { page: 1 } },
			{ body: 'a=1', qs: { page: 1, domain: 'acme', access_token: 't0ken' } },
		],
	];

	test.each(requests)('%j', async (request, wanted) => {
		const made = await apply(request);
		expect(made).toMatchObject(wanted);
		expect(made.qs).toMatchObject({ domain: 'acme' });
		if (wanted.qs === undefined) expect(made.qs).not.toHaveProperty('access_token');
	});
});
