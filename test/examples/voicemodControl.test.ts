/** The nodes of the example workflows that steer the Voicemod app, run one after the other against the simulator. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { IDataObject, INode } from 'n8n-workflow';

import { runNode } from '../engine/support/engine';
import type { App } from '../engine/support/voicemodControl';
import { controlCredentials } from '../engine/support/voicemodControl';
import { startVoicemodControlSimulator } from '../simulators/voicemod';

const VOICE = '15-voicemod-channel-point-voice.json';
const DECK = '16-voicemod-soundboard-deck.json';

let app: App;

beforeEach(async () => {
	app = await startVoicemodControlSimulator();
});

afterEach(async () => await app.close());

function nodeOf(file: string, name: string): INode {
	const path = join(__dirname, '../../demo/workflows', file);
	const { nodes } = JSON.parse(readFileSync(path, 'utf8')) as { nodes: INode[] };
	const found = nodes.find((node) => node.name === name);
	if (found === undefined) throw new Error(`${file} has no node "${name}"`);
	return found;
}

async function run(file: string, name: string, item: IDataObject) {
	const { parameters, onError } = nodeOf(file, name);
	const result = await runNode({
		node: 'voicemodControl',
		parameters: parameters as IDataObject,
		items: [item],
		credentials: controlCredentials(app),
		onError,
	});
	expect(result.error && `${result.error.message} ${result.error.description}`).toBeUndefined();
	expect(app.violations).toEqual([]);
	return result.json;
}

/** What n8n's Set node makes of the example. */
function exampleOf(file: string): IDataObject {
	const { assignments } = nodeOf(file, 'Example').parameters.assignments as {
		assignments: Array<{ name: string; value: string }>;
	};
	const entries = assignments.map(({ name, value }) => [name.replace(/^body\./, ''), value]);
	return { body: Object.fromEntries(entries) as IDataObject };
}

test('a redemption changes the voice, and a minute later it is the clean one again', async () => {
	app.app.setSwitch('voiceChanger', false);
	const loaded = await run(VOICE, 'Load Voice', exampleOf(VOICE));
	expect(app.app.currentVoice).toBe('cave');
	expect(app.app.switches.voiceChanger).toBe(true);
	expect(nodeOf(VOICE, 'A Minute').parameters).toMatchObject({ amount: 1, unit: 'minutes' });
	await run(VOICE, 'Reset Voice', loaded[0] ?? {});
	expect(app.app.currentVoice).toBe('nofx');
});

test('without a voice in the request a favorite one is picked', async () => {
	await run(VOICE, 'Random Voice', { body: {} });
	expect(['cave', 'deep']).toContain(app.app.currentVoice);
});

test('every button of the deck does what it says', async () => {
	await run(DECK, 'Play Sound', exampleOf(DECK));
	expect(app.app.played).toMatchObject([{ id: '26', isKeyDown: true }]);
	await run(DECK, 'Stop All Sounds', {});
	expect(app.app.stopAlls).toBe(1);
	await run(DECK, 'Beep', {});
	expect(app.app.beeps).toHaveLength(1);
	expect(app.app.isBeeping).toBe(false);
	expect(await run(DECK, 'Toggle Mute', {})).toEqual([{ isOn: true }]);
});

test('a button with a sound that is not there is answered with the reason', async () => {
	const [answer] = await run(DECK, 'Play Sound', { body: { sound: 'Trumpet' } });
	expect(answer?.error).toContain('no sound with the ID or name "Trumpet"');
});
