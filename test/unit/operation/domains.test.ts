import fc from 'fast-check';
import { assertCredentialAllowsUrl } from 'n8n-workflow';

import { assertListed } from '../../../nodes/shared/operation/domains';
import { NODE } from '../support/node';

type Credential = Parameters<typeof assertListed>[0]['credentialData'];

/** The message of the refusal; undefined: allowed. */
function verdict(check: (url: string) => unknown, url: string): string | undefined {
	try {
		check(url);
		return undefined;
	} catch (error) {
		return (error as Error).message;
	}
}

const own = (credentialData: Credential, url: string) =>
	verdict(() => assertListed({ node: NODE, credentialData, url }), url);
const ofN8n = (credentialData: Credential, url: string) =>
	verdict(
		() =>
			assertCredentialAllowsUrl({ node: NODE, credentialData, url, pinnedUrl: url, surface: 'X' }),
		url,
	);
const only = (allowedDomains?: unknown) =>
	({ allowedHttpRequestDomains: 'domains', allowedDomains }) as Credential;

describe('the domains of a credential, where the host does not check them', () => {
	test.each([
		['api.example.com', 'https://api.example.com/x'],
		['API.Example.com.', 'https://api.example.com'],
		['a.test, *.example.com', 'https://deep.api.example.com:8443'],
		['127.0.0.1', 'ws://127.0.0.1:20000/v1'],
	])('%s allows %s', (list, url) => {
		expect(own(only(list), url)).toBeUndefined();
	});

	test.each([
		['api.example.com', 'https://example.com'],
		['*.example.com', 'https://example.com'],
		['*.example.com', 'https://notexample.com'],
		['*.', 'https://example.com'],
		[',', 'https://example.com'],
		['example.com', 'https://example.com.evil.test'],
		['example.com', 'https://example.com@evil.test'],
		['example.com', 'not a URL'],
	])('%s does not allow %s', (list, url) => {
		expect(own(only(list), url)).toMatch(/^Domain not allowed: /);
	});

	test('a refusal names the host, but no key that is in the URL', () => {
		expect(own(only('a.test'), 'https://b.test/path?key=secret')).toBe(
			'Domain not allowed: This credential is restricted from accessing b.test. Only the following domains are allowed: a.test',
		);
		expect(own(only('a.test'), 'b.test?key=secret')).not.toContain('secret');
	});

	test.each([undefined, '', '  ', 7])('a list that is %j allows nothing', (list) => {
		expect(own(only(list), 'https://example.com')).toMatch(/^No allowed domains specified/);
	});

	test.each(['all', 'none', undefined, 'other'])(
		'"%s" restricts no node of the provider',
		(mode) => {
			const credential = {
				allowedHttpRequestDomains: mode,
				allowedDomains: 'a.test',
			} as Credential;
			expect(own(credential, 'https://b.test')).toBeUndefined();
		},
	);

	test('it decides as n8n 2.41 does', () => {
		const label = fc.constantFrom(
			'a',
			'B',
			'api',
			'example',
			'com',
			'test',
			'*',
			'',
			'xn--bcher-kva',
		);
		const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
		const list = fc
			.array(fc.tuple(fc.constantFrom('', '*.', ' '), name, fc.constantFrom('', '.', ' ')))
			.map((entries) => entries.map((parts) => parts.join('')).join(','));
		const url = fc
			.tuple(
				fc.constantFrom('https://', 'ws://u:p@', '', '//'),
				name,
				fc.constantFrom('', ':8443/x?y', '.'),
			)
			.map((parts) => parts.join(''));
		const mode = fc.constantFrom('domains', 'domains', 'domains', 'all', 'none', 'x', undefined);
		fc.assert(
			fc.property(mode, list, url, (allowedHttpRequestDomains, allowedDomains, target) => {
				const credential = { allowedHttpRequestDomains, allowedDomains } as Credential;
				expect(own(credential, target) === undefined).toBe(ofN8n(credential, target) === undefined);
			}),
			{ numRuns: 5000, seed: 20261121 },
		);
	});
});
