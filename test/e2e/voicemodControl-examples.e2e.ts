/** The example workflows that steer the Voicemod app, executed whole, with n8n's own nodes around ours. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Execution, N8nClient, Workflow } from '../../demo/client';
import { adaptWorkflow } from '../../demo/examples';
import { until } from '../simulators/testSupport';
import { readSession, signedInClient } from './support/session';
import { controlFixture, type ControlFixture } from './support/voicemodControl';
import { json } from './support/waiting';
import { finishedExecutions, productionUrl } from './support/workflows';

const FOLDER = join(__dirname, '..', '..', 'demo', 'workflows');
const VOICE = '15-voicemod-channel-point-voice.json';
const DECK = '16-voicemod-soundboard-deck.json';

const session = readSession();

let client: N8nClient;
/** Each has an app of its own, since they change the same voice. */
let named: ControlFixture;
let random: ControlFixture;
let deck: ControlFixture;
let redemption: Workflow;
let deckWorkflow: Workflow;

/** The example, pointed at this app. */
async function imported(file: string, { credential }: ControlFixture): Promise<Workflow> {
	const text = readFileSync(join(FOLDER, file), 'utf8');
	return await client.createWorkflow(adaptWorkflow(text, [credential], client.url));
}

async function call(workflow: Workflow, body: object): Promise<Response> {
	return await fetch(productionUrl(session, workflow), {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(body),
	});
}

const ran = (execution: Execution) => Object.keys(execution.data.resultData.runData);

beforeAll(async () => {
	client = await signedInClient();
	[named, random, deck] = [
		await controlFixture(client),
		await controlFixture(client),
		await controlFixture(client),
	];
	for (const { app } of [named, random]) app.app.setSwitch('voiceChanger', false);
	redemption = await imported(VOICE, named);
	await client.activateWorkflow(redemption);
	deckWorkflow = await imported(DECK, deck);
	await client.activateWorkflow(deckWorkflow);
});

afterAll(async () => {
	for (const one of [redemption, deckWorkflow])
		if (one !== undefined) await client.deactivateWorkflow(one.id);
	await Promise.all([named?.close(), random?.close(), deck?.close()]);
});

describe('channel points and the deck', () => {
	// The minute passes while the deck is played.
	let byHand: string;

	test('the voice of the redemption is heard at once', async () => {
		const answer = await call(redemption, { user: 'Maria', voice: 'Cave' });
		expect(answer.status).toBe(200);
		await until(() => named.app.app.currentVoice === 'cave', 60_000);
		await until(() => named.app.app.switches.voiceChanger, 60_000);
	});

	test('the app is restarted within the minute', async () => {
		await named.app.waitForClients(0, 60_000);
		await named.app.close();
		const restarted = await named.reopen();
		restarted.app.loadVoice('deep');
		expect(restarted.app.currentVoice).toBe('deep');
	});

	test('without a voice a favorite one is picked', async () => {
		const workflow = await imported(VOICE, random);
		const example = workflow.nodes.find(({ name }) => name === 'Example');
		const text = JSON.stringify(example?.parameters).replace('"Cave"', '""');
		if (example) example.parameters = JSON.parse(text) as Record<string, unknown>;
		await client.updateWorkflow(workflow.id, workflow);
		const started = await client.runWorkflow(workflow.id, 'Start');
		if (!('executionId' in started)) throw new Error('The run waits for a call');
		byHand = started.executionId;
		await until(() => ['cave', 'deep'].includes(random.app.app.currentVoice), 60_000);
		await until(() => random.app.app.switches.voiceChanger, 60_000);
	});

	test('the deck plays, stops, beeps and mutes, and answers what it did', async () => {
		const { app } = deck.app;
		const answer = async (body: object) =>
			(await (await call(deckWorkflow, body)).json()) as object;
		expect(await answer({ action: 'play', sound: 'Airhorn' })).toMatchObject({
			soundId: '26',
			soundName: 'Airhorn',
		});
		expect(app.played).toMatchObject([{ id: '26', isKeyDown: true }]);
		expect(await answer({ action: 'stop' })).toMatchObject({ stopped: true });
		expect(app.stopAlls).toBe(1);
		expect(await answer({ action: 'beep' })).toMatchObject({ seconds: 1, isOn: false });
		expect(app.beeps).toHaveLength(1);
		expect(app.isBeeping).toBe(false);
		expect(await answer({ action: 'mute' })).toMatchObject({ isOn: true });
		expect(app.switches.microphoneMute).toBe(true);
	});

	test('a button that asks for what is not there hears why', async () => {
		const answer = await call(deckWorkflow, { action: 'play', sound: 'Trumpet' });
		expect(await answer.text()).toContain('no sound with the ID or name \\"Trumpet\\"');
		// Two soundboards have one; guessing would play the wrong one.
		const several = await call(deckWorkflow, { action: 'play', sound: 'Nuke Alert' });
		expect(await several.text()).toContain('several sounds called');
		expect(deck.app.app.played).toHaveLength(1);
	});

	test('a deck whose app is closed says so', async () => {
		await deck.app.close();
		const answer = await call(deckWorkflow, { action: 'stop' });
		expect(await answer.text()).toContain('Voicemod could not be reached');
		await deck.reopen();
	});

	test('after the minute the clean voice is back, also in an app that was restarted', async () => {
		await until(() => named.app.app.currentVoice === 'nofx', 200_000);
		const [summary] = await finishedExecutions(client, { workflowId: redemption.id }, 1);
		const execution = await client.getExecution(summary?.id ?? '');
		expect(execution.status).toBe('success');
		expect(json(execution, 'Load Voice')).toMatchObject([
			{ voiceId: 'cave', voiceName: 'Cave', voiceChangerTurnedOn: true },
		]);
		expect(json(execution, 'Reset Voice')).toEqual([{ voiceId: 'nofx' }]);
		expect(ran(execution)).not.toContain('Random Voice');
	});

	test('the one that was started by hand has ended too', async () => {
		const execution = await client.waitForExecution(byHand, { timeoutMs: 200_000 });
		expect(execution.status).toBe('success');
		expect(ran(execution)).toContain('Random Voice');
		expect(random.app.app.currentVoice).toBe('nofx');
	});

	test('nothing was sent that the manual does not know', () => {
		for (const { app } of [named, random, deck]) expect(app.violations).toEqual([]);
	});
});
