/** That this is the pair it claims to be, and that the table of what it lacks is true. */
import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';

import type { IExecuteFunctions } from 'n8n-workflow';
import * as workflow from 'n8n-workflow';

import { operations } from '../../nodes/Velip/operations';
import { runAlphaSms, SMS, startGateway } from '../engine/support/alphaSms';
import { hostHas } from '../engine/support/host';
import { features, pairs } from './pairs.json';

const {
	VOICE_PROVIDERS_PAIR: ID,
	VOICE_PROVIDERS_HOST: HOST,
	VOICE_PROVIDERS_PACKAGE: PACKAGE,
} = process.env as Record<string, string>;
const pair = pairs.find(({ id }) => id === ID);
if (!pair || !HOST || !PACKAGE) throw new Error('Run these tests with `npm run test:versions`');

const versionIn = (folder: string) =>
	(JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { version: string })
		.version;

describe('the pair', () => {
	test('is this Node and this n8n', () => {
		expect(process.version).toBe(`v${pair.node}`);
		const modules = path.join(HOST, 'node_modules');
		expect(versionIn(path.join(modules, 'n8n-core'))).toBe(pair.core);
		expect(versionIn(path.join(modules, 'n8n-workflow'))).toBe(pair.workflow);
	});

	test('gives these tests its n8n, and the package in place of this working copy', () => {
		const modules = realpathSync(path.join(HOST, 'node_modules'));
		for (const name of ['n8n-core', 'n8n-workflow']) {
			expect(require.resolve(name).startsWith(path.join(modules, name) + path.sep)).toBe(true);
		}
		const inPackage = (file: string) => path.join(realpathSync(PACKAGE), 'dist/nodes', file);
		expect(require.resolve('../../nodes/Velip/operations')).toBe(
			inPackage('Velip/operations/index.js'),
		);
		expect(require.resolve('../../dist/nodes/Velip/Velip.node.js')).toBe(
			inPackage('Velip/Velip.node.js'),
		);
		expect(operations.length).toBeGreaterThan(10);
	});
});

async function contextOf(): Promise<IExecuteFunctions> {
	const seen: IExecuteFunctions[] = [];
	const sim = await startGateway();
	const operation = 'message.sendSms';
	const prepare = (context: IExecuteFunctions) => void seen.push(context);
	await runAlphaSms(sim, { operation, parameters: SMS, prepare });
	await sim.close();
	const [context] = seen;
	if (!context) throw new Error('The node did not run');
	return context;
}

describe('the table of what the host lacks', () => {
	test('names features that are described', () => {
		expect(Object.keys(features)).toEqual(expect.arrayContaining(pair.lacks));
	});

	test('failureCause', () => {
		const node = {
			id: '1',
			name: 'X',
			type: 'x',
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
		};
		const error = new workflow.NodeApiError(node as never, { message: 'no' }, {
			message: 'no',
			failure: { cause: 'credential-invalid' },
		} as never);
		const { failure } = error as { failure?: unknown };
		expect(failure !== undefined).toBe(hostHas('failureCause'));
	});

	test('credentialDomains', () => {
		const { assertCredentialAllowsUrl } = workflow as { assertCredentialAllowsUrl?: unknown };
		expect(typeof assertCredentialAllowsUrl === 'function').toBe(hostHas('credentialDomains'));
	});

	test('egressFilter, toolSign, and what every host has', async () => {
		const context = await contextOf();
		const helpers = context.helpers as unknown as Record<string, unknown>;
		expect(typeof helpers.getSecureEgressFilter === 'function').toBe(hostHas('egressFilter'));
		expect(typeof context.isToolExecution === 'function').toBe(hostHas('toolSign'));
		expect(typeof helpers.refreshOAuth2Token).toBe('function');
		expect(typeof context.getExecutionCancelSignal).toBe('function');
		expect(typeof context.getExecuteData).toBe('function');
		expect(typeof context.putExecutionToWait).toBe('function');
	});

	// forwardAllOutputs: test/engine/waiting.test.ts waits in vain, and expects what the table says.

	test('sensitiveOutputFields, and nothing else in the descriptions is new to its types', () => {
		const script = path.join(__dirname, 'support/typecheck.cjs');
		const output = execFileSync(process.execPath, [script, HOST, PACKAGE], { encoding: 'utf8' });
		const findings = JSON.parse(output) as string[];
		const unknown = findings.filter((line) => !line.includes('"sensitiveOutputFields"'));
		expect(unknown).toEqual([]);
		expect(findings.length === 0).toBe(hostHas('sensitiveOutputFields'));
	}, 120_000);
});
