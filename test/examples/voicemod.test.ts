/** The Voicemod nodes of the example workflow, run one after the other against the simulator. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';

import { binary, runNode } from '../engine/support/engine';
import { voicemodCredentials, WAV } from '../engine/support/voicemod';
import { startVoicemodSimulator, type VoicemodSimulator } from '../simulators/voicemod';

let sim: VoicemodSimulator;

beforeEach(async () => {
	sim = await startVoicemodSimulator({ lifecycleMs: 5 });
});

afterEach(async () => await sim.close());

const FILE = join(__dirname, '../../demo/workflows/17-voicemod-convert-upload.json');

async function run(name: string, items: INodeExecutionData[], more: IDataObject = {}) {
	const { nodes } = JSON.parse(readFileSync(FILE, 'utf8')) as { nodes: INode[] };
	const found = nodes.find((node) => node.name === name);
	if (found === undefined) throw new Error(`There is no node "${name}"`);
	const result = await runNode({
		node: 'voicemod',
		parameters: { ...found.parameters, ...more } as IDataObject,
		items,
		credentials: voicemodCredentials(sim),
	});
	expect(result.error && `${result.error.message} ${result.error.description}`).toBeUndefined();
	return result.outputs[0]?.[0];
}

const upload = () => [{ json: {}, binary: binary('recording', WAV, 'hello.wav', 'audio/wav') }];

test('an uploaded recording comes out converted', async () => {
	const item = await run('Convert', upload());
	expect(item?.json).toMatchObject({ isReady: true, fileName: expect.stringMatching(/\.wav$/) });
	expect(item?.binary).toHaveProperty('converted');
	expect(sim.violations).toEqual([]);
});

test('one that takes longer is had later, and was sent once', async () => {
	sim.setOptions({ lifecycle: 'manual' });
	const late = await run('Convert', upload(), { maxWait: 1 });
	expect(late?.json.fileName).toBeUndefined();
	sim.finish(String(late?.json.id));
	const item = await run('Get It Later', [{ json: late?.json ?? {} }]);
	expect(item?.binary).toHaveProperty('converted');
	expect(sim.accepted.maxPerOrder).toBe(1);
});
