/** A provider that repeats the credential in whatever it answers: it does not show up in output, error, log, URL or static data. */
import { ENCODED_MARKER, leakOf, MARKER, watchLog } from './support/secrets';
import type { IDataObject, INode } from 'n8n-workflow';

import { CASES, controlCredentials, runControl, type App } from '../engine/support/voicemodControl';
import type { Fault } from '../simulators/core/faults';
import { startVoicemodControlSimulator } from '../simulators/voicemod';
import { builtCredentials } from '../structure/support/built';
import { dropdowns, failureOf, polls } from './support/contexts';
import { eachProvider, providers } from './support/providers';
import type { CredentialCase, OperationCase, Provider } from './support/providers/provider';
import { byKey, ofSafety } from './support/providers/provider';
import { addressesOf, judgeSecrets, pooled, run } from './support/spend';

const everySecret = providers.flatMap(({ credentials }) =>
	credentials('http://localhost').flatMap(({ secrets }) => secrets),
);

watchLog([...new Set([MARKER, ENCODED_MARKER, ...everySecret])]);

const AT_ONCE = 40;
const CONTROL = 'voicemodControlApi';
const MODES: ReadonlyArray<INode['onError']> = ['stopWorkflow', 'continueErrorOutput'];

/** What any web server may answer with. */
function pages(text: string): ReadonlyArray<readonly [string, Fault]> {
	const encoded = encodeURIComponent(text);
	const page = `<html><title>${text}</title><p>auth=${text} ${encoded} ${JSON.stringify({ auth: text })}</p></html>`;
	const status = (code: number): Fault => ({ kind: 'status', status: code, body: page });
	const path = `/login/${encoded}?key=${encoded}#${encoded}`;
	return [
		['HTTP 500', status(500)],
		['HTTP 403', status(403)],
		['HTTP 429', { ...status(429), retryAfter: 999_999 }],
		['HTML at 200', { kind: 'html', body: page }],
		['a redirect', { kind: 'redirect', location: path }],
		[
			'a redirect to another host',
			{ kind: 'redirect', location: `http://${encoded}@localhost:9/${encoded}` },
		],
	];
}

interface Subject {
	readonly operation: OperationCase;
	readonly more: IDataObject;
}

/** All kinds of requests with the first credential, and a send and a read with the others. */
function subjects(provider: Provider, isFirst: boolean): Subject[] {
	const [simple, ...others] = byKey(provider, provider.simple, ...provider.representative);
	const reading = ofSafety(provider, 'reads').slice(-3);
	if (!simple) throw new Error('no operation');
	if (!isFirst) return [simple, ...reading.slice(-1)].map((operation) => ({ operation, more: {} }));
	return [
		...[...others, ...reading].map((operation) => ({ operation, more: {} })),
		{ operation: simple, more: { simplify: false } },
		{ operation: simple, more: { dryRun: true } },
	];
}

interface Job extends Subject {
	readonly provider: Provider;
	/** Made for an address. */
	readonly credential: (baseUrl: string) => CredentialCase;
	readonly name: string;
	readonly fault: Fault;
	readonly onError: INode['onError'];
}

async function leaksOf(job: Job): Promise<string[]> {
	const { provider, operation, more, name, fault, onError } = job;
	const { secret } = job.credential('');
	const gateway = await provider.start({ operation, secret });
	try {
		// A read is not kept waiting: the second request finds everything in order.
		const times = fault.kind === 'html' || fault.status === 500 ? 1 : 'always';
		gateway.faults.add({ ...fault, times });
		const { fields, secrets, type, parameters: own } = job.credential(gateway.url);
		const parameters = { ...gateway.parameters(operation), ...more, ...own };
		const credentials = { [type ?? provider.credential]: fields };
		const result = await run(provider, gateway.url, parameters, { credentials, onError });
		// A server that puts the key into a redirect to itself is shown nothing new by following it.
		if (operation.followsRedirects && fault.kind === 'redirect') gateway.log.splice(1);
		if (!more.dryRun && gateway.log.length === 0) return [`${operation.key} made no request`];
		const place = `${operation.key} · ${name} · ${String(onError)}`;
		return judgeSecrets(gateway, result, secrets).map((problem) => `${place}: ${problem}`);
	} finally {
		await gateway.close();
	}
}

/** Fields of a credential that n8n shows as dots, and what an OAuth2 credential is given by n8n. */
function secretFields(): Array<readonly [type: string, field: string]> {
	return builtCredentials().flatMap(({ credential: { name, properties } }) =>
		properties
			.filter(({ typeOptions }) => typeOptions?.password === true)
			.map((property) => [name, property.name] as const),
	);
}

it('plants a secret in every secret field of every credential', () => {
	const planted = providers.flatMap((provider) =>
		provider.credentials('http://localhost').flatMap(({ fields, secrets, type }) =>
			Object.entries(fields)
				.filter(([, value]) => secrets.includes(String(value)))
				.map(([field]) => `${type ?? provider.credential}.${field}`),
		),
	);
	const wanted = secretFields().filter(([type]) => type !== CONTROL);
	expect(secretFields().length).toBeGreaterThan(wanted.length);
	expect(planted).toEqual(expect.arrayContaining(wanted.map((place) => place.join('.'))));
	const types = builtCredentials().map(({ credential }) => credential.name);
	expect(new Set([...planted.map((place) => place.split('.')[0]), CONTROL])).toEqual(
		new Set(types),
	);
});

describe('Voicemod Control', () => {
	const place = async (app: App, key: string, name: string, onError: INode['onError']) => {
		const found = CASES.find((one) => one.name === name);
		const options = { credentials: controlCredentials(app, { apiKey: key }), onError };
		const { outputs, error, run: whole } = await runControl(app, name, found?.parameters, options);
		return leakOf([outputs, error, whole.data], key);
	};

	it.each([MARKER, ENCODED_MARKER])(
		'shows no client key, accepted or refused: %s',
		async (key) => {
			const app = await startVoicemodControlSimulator({ clientKey: key });
			const other = await startVoicemodControlSimulator({ clientKey: 'another' });
			try {
				const leaks = [];
				for (const { name } of CASES) {
					for (const onError of MODES) {
						app.reset();
						leaks.push(
							await place(app, key, name, onError),
							await place(other, key, name, onError),
						);
						app.faults.add({ kind: 'garbage', times: 'always' });
						leaks.push(await place(app, key, name, onError));
					}
				}
				expect(leaks.length).toBeGreaterThan(100);
				expect(leaks.filter((leak) => leak !== undefined)).toEqual([]);
			} finally {
				await app.close();
				await other.close();
			}
		},
		120_000,
	);
});

describe.each(eachProvider)('%s', (_, provider) => {
	const variants = provider.credentials('').map(({ name }, index) => [name, index] as const);
	const variant = (index: number) => (baseUrl: string) => {
		const found = provider.credentials(baseUrl)[index];
		if (!found) throw new Error('no such credential');
		return found;
	};

	it.each(variants)(
		'shows no secret, whatever repeats it: %s',
		async (__, index) => {
			const credential = variant(index);
			const jobs = credential('').secrets.flatMap((text) =>
				[...pages(text), ...provider.echoes(text)].flatMap(([name, fault]) =>
					subjects(provider, index === 0).flatMap((subject) =>
						MODES.map((onError) => ({ ...subject, provider, credential, name, fault, onError })),
					),
				),
			);
			const leaks = await pooled(jobs, AT_ONCE, leaksOf);
			expect(leaks.flat()).toEqual([]);
		},
		180_000,
	);

	it.each(variants)(
		'shows no secret in dropdowns and polls: %s',
		async (__, index) => {
			const credential = variant(index);
			const jobs = [...dropdowns(provider), ...polls(provider)].flatMap((question) =>
				credential('').secrets.flatMap((text) =>
					[...pages(text), ...provider.echoes(text)].map(([name, fault]) => ({
						question,
						name,
						fault,
					})),
				),
			);
			const leaks = await pooled(jobs, AT_ONCE, async ({ question, name, fault }) => {
				const { secret } = credential('');
				const gateway = await provider.start({ secret });
				try {
					gateway.faults.add({ ...fault, times: fault.kind === 'html' ? 1 : 'always' });
					const { fields, secrets } = credential(gateway.url);
					const error = await failureOf(question, fields);
					const shown = [error, question.staticData, addressesOf(gateway)];
					const leak = leakOf(shown, secrets);
					return leak === undefined ? [] : [`${question.name} · ${name}: ${leak}`];
				} finally {
					await gateway.close();
				}
			});
			expect(leaks.flat()).toEqual([]);
		},
		180_000,
	);

	describe('a secret that stands where the text is cut', () => {
		const secret = 'Zq7RtW3bXk9LmN2vHs5Yd8PfGc4JeU';
		const parts = Array.from({ length: secret.length - 7 }, (__, at) => secret.slice(at, at + 8));
		/** Before the cut stand our own words too, so the secret is tried at every fourth place around it. */
		const places = (cut: number) => Array.from({ length: 20 }, (__, step) => cut - 76 + step * 4);
		const page = (at: number): Fault => ({
			kind: 'status',
			status: 500,
			body: `<html><p>${'x'.repeat(at)}${secret} and more</p></html>`,
		});
		const refusal = (at: number): Fault => provider.refusal(`${'x'.repeat(at)}${secret} and more`);

		it.each<[string, number, (at: number) => Fault]>([
			['a page of HTTP 500', 200, page],
			['a page of HTTP 500', 500, page],
			['a refusal', 200, refusal],
			['a refusal', 500, refusal],
		])('is not shown in part: %s, at %i', async (__, cut, fault) => {
			const [operation] = byKey(provider, provider.simple);
			if (!operation) throw new Error('no operation');
			const gateway = await provider.start({ operation, secret });
			const credentials = { [provider.credential]: provider.fields(gateway.url, secret) };
			try {
				for (const at of places(cut)) {
					for (const onError of MODES) {
						gateway.faults.add(fault(at));
						const parameters = gateway.parameters(operation);
						const { outputs, error } = await run(provider, gateway.url, parameters, {
							credentials,
							onError,
						});
						const shown = parts.find((part) => leakOf([outputs, error], part) !== undefined);
						expect([at, onError, shown]).toEqual([at, onError, undefined]);
						expect(leakOf([outputs, error], 'xxxxxxxx')).toBeDefined();
					}
				}
			} finally {
				await gateway.close();
			}
		});
	});

	it('shows no secret that cannot be used', async () => {
		const [operation] = byKey(provider, provider.simple);
		if (!operation) throw new Error('no operation');
		for (const secret of ['marker key 9f4c2a7e51', ' ', '', 'marker-key-9f4c2a7e51\u0007']) {
			const gateway = await provider.start({ operation });
			const credentials = { [provider.credential]: provider.fields(gateway.url, secret) };
			const parameters = gateway.parameters(operation);
			const { outputs, error } = await run(provider, gateway.url, parameters, { credentials });
			await gateway.close();
			expect(error?.message).toBeTruthy();
			if (secret.length > 4) expect(leakOf([outputs, error], secret)).toBeUndefined();
		}
	});
});
