import {
	defaultSigning,
	invalidVectors,
	PUBLISHED_EXAMPLE,
	shortKey,
	signatureHeaders,
	startVoicemodSimulator,
	STRING_FORMATS,
	TAMPERINGS,
	validVectors,
	vectorKeys,
	type VoicemodSimulator,
} from './voicemod';
import { call, verify } from './voicemodSupport';

const PATH = '/v1/nextgen/update/%7B%7D';

let sim: VoicemodSimulator;
beforeAll(async () => {
	sim = await startVoicemodSimulator();
});
afterEach(() => {
	sim.setOptions({ ...defaultSigning(), compression: 'none', tamper: null });
	sim.reset();
});
afterAll(async () => await sim.close());

async function ask(
	id: string,
	path = PATH,
): Promise<{ headers: Record<string, string>; body: Buffer; status: number }> {
	const { headers, bytes, status } = await call(`${sim.url}${path}`, {
		headers: { 'request-id': id },
	});
	return { headers, body: bytes, status };
}

describe('signed answers (section A.4)', () => {
	it('signs only when request-id was sent', async () => {
		const plain = await call(`${sim.url}${PATH}`);
		for (const name of Object.keys(PUBLISHED_EXAMPLE)) expect(plain.headers[name]).toBeUndefined();
		const signed = await ask('1700000000000');
		expect(signed.headers['request-id']).toBe('1700000000000');
		expect(signed.headers['signature-headers']).toBe('request-id digest');
		expect(signed.headers.digest).toMatch(/^SHA-256=[A-Za-z0-9+/]{43}=$/);
		expect(verify(signed, '1700000000000', sim.publicKey.spki)).toBe('nameColonSpaceValue');
		expect(verify(signed, '1700000000001', sim.publicKey.spki)).toBeUndefined();
		sim.setOptions({ signatures: 'never' });
		expect((await ask('2')).headers.signature).toBeUndefined();
	});

	it.each(STRING_FORMATS)('signs in the format %s', async (stringFormat) => {
		sim.setOptions({ stringFormat, signedHeaderCase: 'title' });
		const answer = await ask(`f-${stringFormat}`);
		expect(answer.headers['signature-headers']).toBe('Request-Id Digest');
		expect(verify(answer, `f-${stringFormat}`, sim.publicKey.spki)).toBe(stringFormat);
	});

	it('has its key in every form', async () => {
		const answer = await ask('forms');
		const { spki, pkcs1, certificate, bare, bareLines } = sim.publicKey;
		expect([spki, pkcs1, certificate].map((key) => /BEGIN ([A-Z ]+)-/.exec(key)?.[1])).toEqual([
			'PUBLIC KEY',
			'RSA PUBLIC KEY',
			'CERTIFICATE',
		]);
		for (const key of [spki, pkcs1, certificate, bare, bareLines])
			expect(verify(answer, 'forms', key)).toBeDefined();
		expect(await vectorKeys()).toEqual(sim.publicKey);
	});

	it('signs with SHA-512 and PSS, and with the short key of the example', async () => {
		sim.setOptions({ hash: 'SHA-512', padding: 'pss' });
		const answer = await ask('pss');
		expect(answer.headers.digest).toMatch(/^SHA-512=/);
		const { spki } = sim.publicKey;
		expect(verify(answer, 'pss', spki, { hash: 'SHA-512', pss: true })).toBeDefined();
		expect(verify(answer, 'pss', spki, { hash: 'SHA-512' })).toBeUndefined();
		const short = shortKey();
		const body = Buffer.from('{}');
		const headers = signatureHeaders({ requestId: 'a', body }, defaultSigning(), short.privateKey);
		expect(Buffer.from(headers.signature ?? '', 'base64')).toHaveLength(64);
		expect(verify({ headers, body }, 'a', short.spki)).toBe('nameColonSpaceValue');
	});

	it('signs 204, errors, and more headers', async () => {
		const token = { authorization: `Bearer ${sim.accessToken}` };
		const url = `${sim.url}/v1/catalog/sim/empty`;
		for (const emptyDigest of ['hash', 'absent'] as const) {
			sim.setOptions({ emptyDigest });
			const { status, headers, bytes } = await call(url, {
				headers: { ...token, 'request-id': emptyDigest },
			});
			expect([status, bytes.length]).toEqual([204, 0]);
			expect(headers.digest === undefined).toBe(emptyDigest === 'absent');
			expect(verify({ headers, body: bytes }, emptyDigest, sim.publicKey.spki)).toBeDefined();
		}
		expect(
			verify(await ask('404', '/v1/nextgen/update/1'), '404', sim.publicKey.spki),
		).toBeDefined();
		sim.setOptions({ signErrors: false, signedHeaders: ['content-type', 'digest', 'request-id'] });
		expect((await ask('404b', '/v1/nextgen/update/1')).headers.signature).toBeUndefined();
		expect(verify(await ask('more'), 'more', sim.publicKey.spki)).toBeDefined();
	});

	it('compresses, with the digest of either form', async () => {
		sim.setOptions({ compression: 'gzip' });
		const decoded = await ask('gz');
		expect(decoded.headers['content-encoding']).toBe('gzip');
		expect(verify(decoded, 'gz', sim.publicKey.spki)).toBeDefined();
		sim.setOptions({ digestOf: 'encoded' });
		expect(verify(await ask('gz2'), 'gz2', sim.publicKey.spki)).toBeUndefined();
	});

	it.each(TAMPERINGS)('spoils an answer: %s', async (tamper) => {
		for (let seed = 1; seed <= 3; seed++) {
			sim.setOptions({ tamper, tamperSeed: seed });
			sim.reset();
			expect(
				verify(await ask(`${tamper}${seed}`), `${tamper}${seed}`, sim.publicKey.spki),
			).toBeUndefined();
		}
		expect(sim.state().signatures.tampered).toBe(1);
	});

	it('notes a request-id that is used again', async () => {
		await ask('same');
		await ask('same');
		expect(sim.requestIds.get('same')).toBe(2);
		expect(sim.violations).toEqual([
			{ call: `GET ${PATH}`, field: 'request-id', detail: 'Not unique' },
		]);
	});
});

describe('vectors', () => {
	it('valid ones verify in their own format', async () => {
		const { spki } = await vectorKeys();
		for (const vector of await validVectors()) {
			const found = verify(vector, vector.sentRequestId, spki);
			expect([vector.name, found]).toEqual([vector.name, vector.options.stringFormat]);
		}
	});

	it('none of the others verifies', async () => {
		const { spki } = await vectorKeys();
		const vectors = await invalidVectors();
		expect(vectors.length).toBeGreaterThan(1000);
		const accepted = vectors.filter((vector) => verify(vector, vector.sentRequestId, spki));
		expect(accepted.map(({ name }) => name)).toEqual([]);
	});
});
