import { builtCredentials, builtNodes, walk } from './support/built';

/** Credentials of what is not HTTP: a node tests them, and the HTTP Request node has no use for them. */
const testedByNodes = new Map(
	builtNodes().flatMap(({ description, node }) =>
		(description.credentials ?? [])
			.filter(({ testedBy }) => typeof testedBy === 'string')
			.map(
				({ name, testedBy }) => [name, node.methods?.credentialTest?.[String(testedBy)]] as const,
			),
	),
);

/** An address of a secret is none. */
const SECRET = /(secret|password|token|api ?key|private ?key|passphrase)(?! URL)/i;

describe.each(builtCredentials())('$className', ({ className, credential }) => {
	test('is named like its class', () => {
		expect(credential.name).toBe(className.charAt(0).toLowerCase() + className.slice(1));
		expect(credential.name).toMatch(/(Api|OAuth2Api)$/);
		expect(credential.displayName).toMatch(/ (API|OAuth2 API)$/);
	});

	test('can be used by the plain HTTP Request node', () => {
		if (testedByNodes.has(credential.name)) return;
		const inherits = (credential.extends ?? []).length > 0;
		expect(inherits || credential.authenticate !== undefined).toBe(true);
	});

	test('tests itself, and looks into the body: these APIs answer 200 to a bad key', () => {
		if (testedByNodes.has(credential.name)) {
			expect(testedByNodes.get(credential.name)).toEqual(expect.any(Function));
			return;
		}
		expect(credential.test?.request.url ?? credential.test?.request.baseURL).toBeTruthy();
		const rules = credential.test?.rules ?? [];
		const bodyRules = rules.filter(({ type }) => type === 'responseSuccessBody');
		expect(bodyRules.length).toBeGreaterThan(0);
		for (const { properties } of bodyRules) {
			expect(properties).toMatchObject({ key: expect.any(String), message: expect.any(String) });
		}
	});

	test('hides its secrets, and only those', () => {
		const fields = walk(credential.properties, '').filter(
			({ property }) => property.type === 'string',
		);
		const secrets = fields.filter(({ property }) => SECRET.test(property.displayName));
		expect(secrets.length).toBeGreaterThan(0);
		const open = secrets.filter(({ property }) => property.typeOptions?.password !== true);
		expect(open.map(({ path }) => path)).toEqual([]);
		const hidden = fields.filter(({ property }) => property.typeOptions?.password === true);
		expect(hidden.filter(({ property }) => !SECRET.test(property.displayName))).toEqual([]);
	});

	test('says where its documentation is', () => {
		expect(credential.documentationUrl).toMatch(/^https:\/\//);
	});
});
