/** Voicemod Control in real n8n: the credential, the node, its dropdowns, and the trigger that keeps a connection. */
import { setTimeout as sleep } from 'node:timers/promises';
import { outputItems, type N8nClient, type Workflow } from '../../demo/client';
import { unusedPort } from '../unit/support/server';
import { PIXEL, startDecoy } from '../simulators/voicemod';
import { until } from '../simulators/testSupport';
import { signedInClient } from './support/session';
import {
	chain,
	control as controlNode,
	controlFixture,
	controlTrigger,
	failure,
	listed,
	type App,
	type ControlFixture,
} from './support/voicemodControl';
import { json } from './support/waiting';
import { finishedExecutions, set, workflowOf } from './support/workflows';

const by = (mode: string, value: string) => ({ __rl: true, mode, value });
const WRONG = 'wrong-key-4711';

let client: N8nClient;
let control: ControlFixture;
let app: App;

beforeAll(async () => {
	client = await signedInClient();
	control = await controlFixture(client);
	app = control.app;
});

afterAll(async () => await control?.close());

/** Runs nodes one after the other on these items. */
async function run(nodes: Parameters<typeof chain>[2], items: object[] = [{}]) {
	const workflow = await client.createWorkflow(chain('Voicemod', items, nodes));
	return await client.runToEnd(workflow.id, 'Start');
}

interface Stored {
	data: string;
	id?: string;
}

/** The bytes of a file, from where n8n keeps them. */
async function stored({ data, id }: Stored): Promise<Buffer> {
	if (id === undefined) return Buffer.from(data, 'base64');
	const query = new URLSearchParams({ id, action: 'download' });
	const headers = { cookie: client.sessionCookie };
	const answer = await fetch(`${client.url}/rest/binary-data?${query.toString()}`, { headers });
	if (!answer.ok) throw new Error(`The file could not be read: HTTP ${answer.status}`);
	return Buffer.from(await answer.arrayBuffer());
}

const subject = (
	what: string,
	parameters: Record<string, unknown> = {},
	more: Parameters<typeof controlNode>[4] = {},
) => controlNode('Voicemod', control.credential, what, parameters, more);

describe('the credential', () => {
	const tested = async (more: Record<string, unknown> = {}) =>
		await client.testCredential(control.credential, control.data(more));
	beforeEach(() => app.reset());
	afterEach(async () => await app.waitForClients(0, 30_000));

	test('passes its test with the version of the app, and leaves no connection', async () => {
		expect(await tested()).toEqual({
			status: 'OK',
			message: `Connected to Voicemod 3.16.70 at 127.0.0.1:${app.port}`,
		});
		expect(app.registrations).toEqual({ accepted: 1, refused: 0 });
	});

	test('takes ws:// before the host and the port after it', async () => {
		const host = `ws://127.0.0.1:${app.port}/v1/`;
		expect(await tested({ host, port: 0 })).toMatchObject({ status: 'OK' });
	});

	test('fails on a wrong key after one attempt, without showing it', async () => {
		const { status, message } = await tested({ apiKey: WRONG });
		expect(status).toBe('Error');
		expect(message).toContain('Voicemod refused the client key: Unauthorized');
		expect(message).toContain('control-api.voicemod.net');
		expect(message).not.toContain(WRONG);
		expect(app.registrations).toEqual({ accepted: 0, refused: 1 });
	});

	test('says that the app is not running, and where n8n looks', async () => {
		const { status, message } = await tested({ port: await unusedPort() });
		expect(status).toBe('Error');
		expect(message).toMatch(/the connection was refused.*Start Voicemod.*machine that n8n/);
	});

	test('says that another program answers', async () => {
		const decoy = await startDecoy('http');
		const { message } = await tested({ port: decoy.port });
		await decoy.close();
		expect(message).toContain('what answers there is no WebSocket server (HTTP 404)');
	});

	test.each([
		['no-such-host.invalid', /could not be reached at no-such-host\.invalid:/],
		['127.0.0.1 or so', /"Host" of the Voicemod Control credential is no host name/],
	])('fails on the host "%s"', async (host, message) => {
		const result = await tested({ host });
		expect(result).toEqual({ status: 'Error', message: expect.stringMatching(message) });
		expect(app.connections.total).toBe(0);
	});
});

describe('the node', () => {
	beforeEach(() => app.reset());
	afterEach(async () => {
		app.faults.clear();
		await app.waitForClients(0, 30_000);
	});

	test('voices by list, ID and name, over one connection', async () => {
		const items = [{ voice: 'cave' }, { voice: 'Deep' }, { voice: 'Голос 🎤' }];
		const execution = await run(
			[subject('voice/load', { voice: by('id', '={{ $json.voice }}') })],
			items,
		);
		expect(execution.status).toBe('success');
		expect(json(execution, 'Voicemod')).toEqual([
			{ voice: 'cave', voiceId: 'cave', voiceName: 'Cave' },
			{ voice: 'Deep', voiceId: 'deep', voiceName: 'Deep' },
			{ voice: 'Голос 🎤', voiceId: '82575ca45e', voiceName: 'Голос 🎤' },
		]);
		expect(outputItems(execution, 'Voicemod').map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 2 },
		]);
		expect(app.app.loaded).toEqual(['cave', 'deep', '82575ca45e']);
		expect(app.connections).toMatchObject({ total: 1, peak: 1 });
		expect(app.registrations.accepted).toBe(1);
		expect(app.received.getVoices).toBe(1);
	});

	test('microphone off and on again, told whether anything had to change', async () => {
		const execution = await run([
			subject('microphoneMute/turnOn'),
			controlNode('Again', control.credential, 'microphoneMute/turnOn'),
			controlNode('Off', control.credential, 'microphoneMute/toggle'),
		]);
		expect(json(execution, 'Voicemod')).toEqual([{ isOn: true, changed: true }]);
		expect(json(execution, 'Again')).toEqual([{ isOn: true, changed: false }]);
		expect(json(execution, 'Off')).toEqual([{ isOn: false }]);
		expect(app.received.toggleMuteMic).toBe(2);
	});

	test('a sound is played once', async () => {
		const execution = await run([subject('sound/play', { sound: by('name', 'Memes: Airhorn') })]);
		expect(json(execution, 'Voicemod')).toMatchObject([
			{ soundId: '26', soundName: 'Airhorn', soundboardName: 'Memes', key: 'press' },
		]);
		expect(app.app.played).toMatchObject([{ id: '26', isKeyDown: true }]);
	});

	test('a beep lasts as long as it should, and ends', async () => {
		const execution = await run([subject('beep/beepForDuration', { seconds: 1.5 })]);
		expect(json(execution, 'Voicemod')).toEqual([{ seconds: 1.5, isOn: false }]);
		const [beep, ...more] = app.app.beeps;
		expect(more).toEqual([]);
		expect((beep?.end ?? 0) - (beep?.start ?? 0)).toBeGreaterThanOrEqual(1450);
	});

	test('a beep ends at once when the execution is stopped', async () => {
		const file = chain('Beep', [{}], [subject('beep/beepForDuration', { seconds: 120 })]);
		const workflow = await client.createWorkflow(file);
		const started = await client.runWorkflow(workflow.id, 'Start');
		if (!('executionId' in started)) throw new Error('The run waits for a call');
		await until(() => app.app.isBeeping, 30_000);
		await client.request('POST', `/executions/${started.executionId}/stop`, {});
		await until(() => !app.app.isBeeping, 10_000);
		expect(app.app.beeps).toHaveLength(1);
	});

	test('a picture comes as a file, whole', async () => {
		const execution = await run([
			subject('voice/getImage', { voice: by('list', 'cave'), image: 'default' }),
		]);
		const [item] = outputItems(execution, 'Voicemod');
		expect(item?.json).toMatchObject({ fileName: 'Cave.png', mimeType: 'image/png' });
		expect(item?.binary?.data).toMatchObject({ fileName: 'Cave.png', mimeType: 'image/png' });
		const picture = await stored(item?.binary?.data as Stored);
		expect(picture.subarray(0, PIXEL.length).equals(PIXEL)).toBe(true);
	});

	test('any action, with its answer', async () => {
		const execution = await run([
			subject('connection/sendAction', { action: 'getUserLicense', payload: '{}' }),
		]);
		expect(json(execution, 'Voicemod')).toMatchObject([
			{ answered: true, name: 'getUserLicense', data: { licenseType: 'pro' } },
		]);
	});

	test('an error names the app, the reason and the item, and ends the execution', async () => {
		app.setOptions({ license: 'free' });
		const execution = await run(
			[subject('voice/load', { voice: by('id', '={{ $json.voice }}') })],
			[{ voice: 'cave' }, { voice: 'deep' }],
		);
		app.setOptions({ license: 'pro' });
		expect(execution.status).toBe('error');
		expect(failure(execution)).toContain('needs a Pro license [item 1]');
	});

	test.each([
		['continueRegularOutput', 0],
		['continueErrorOutput', 1],
	] as const)('"%s" goes on with the other items', async (onError, output) => {
		const items = [{ sound: 'Airhorn' }, { sound: 'Trumpet' }, { sound: 'Drum Roll' }];
		const play = { sound: by('name', '={{ $json.sound }}') };
		const execution = await run([subject('sound/play', play, { onError })], items);
		expect(execution.status).toBe('success');
		expect(app.app.played.map(({ id }) => id)).toEqual(['26', '27']);
		const failed = outputItems(execution, 'Voicemod', output).filter((item) => item.json.error);
		expect(failed).toHaveLength(1);
		expect(JSON.stringify(failed[0]?.json)).toContain('no sound with the ID or name \\"Trumpet\\"');
		expect(failed[0]?.pairedItem).toEqual({ item: 1 });
	});

	test('a lost answer is no second sound', async () => {
		app.faults.add({ kind: 'dropAfter', action: 'playMeme' });
		const play = { sound: by('id', '26') };
		const more = { onError: 'continueRegularOutput', retryOnFail: true, maxTries: 3 } as const;
		const execution = await run([subject('sound/play', play, more)]);
		expect(json(execution, 'Voicemod')).toMatchObject([{ outcome: 'unknown' }]);
		expect(app.app.played).toHaveLength(1);
	});

	test('an app that is not running is said, with what to do', async () => {
		const port = await unusedPort();
		const name = 'Nobody there';
		const nobody = await client.createCredential(
			'voicemodControlApi',
			name,
			control.data({ port }),
		);
		const execution = await run([controlNode('Voicemod', nobody, 'user/get')]);
		expect(failure(execution)).toMatch(
			/could not be reached at 127\.0\.0\.1:\d+: the connection was refused.*\| Start Voicemod/,
		);
	});

	test('nothing was sent that the manual does not know', () => {
		expect(app.violations).toEqual([]);
		expect(app.plausible).toEqual([]);
	});
});

describe('dropdowns', () => {
	beforeEach(() => app.reset());
	afterEach(async () => await app.waitForClients(0, 30_000));

	test('voices, sounds and parameters come from the app, one connection each', async () => {
		const { credential } = control;
		expect(await listed(client, credential, 'voice', 'searchVoices')).toContain('Cave');
		expect(await listed(client, credential, 'sound', 'searchSounds', 'nuke')).toEqual([
			'Memes: Nuke Alert',
			'My Soundboard: Nuke Alert',
		]);
		expect(await listed(client, credential, 'parameterName', 'searchParameters')).toEqual([
			'_Master Volume (0 to 2)',
			'_Reduce Background Noise (0 to 1)',
		]);
		expect(app.connections.total).toBe(3);
		expect(app.violations).toEqual([]);
	});

	test('a list that fails says so in words', async () => {
		const wrong = await client.createCredential(
			'voicemodControlApi',
			'Wrong',
			control.data({ apiKey: WRONG }),
		);
		const asking = listed(client, wrong, 'voice', 'searchVoices');
		await expect(asking).rejects.toThrow('Voicemod refused the client key');
		expect(app.registrations.refused).toBe(1);
	});
});

describe('the trigger', () => {
	let own: ControlFixture;
	let workflow: Workflow;

	async function publish(parameters: Record<string, unknown>, credential = own.credential) {
		const after = set('After', { what: '={{ $json.event }}' });
		const file = workflowOf('App events', [controlTrigger(credential, parameters), after], {
			App: ['After'],
		});
		workflow = await client.createWorkflow(file);
		await client.activateWorkflow(workflow);
		return workflow;
	}

	/** What started executions so far, oldest first. */
	async function events(count: number) {
		const found = await finishedExecutions(client, { workflowId: workflow.id }, count);
		const all = await Promise.all(found.map(async ({ id }) => await client.getExecution(id)));
		expect(all.map(({ status }) => status)).toEqual(all.map(() => 'success'));
		return all.flatMap((execution) => json(execution, 'App'));
	}

	beforeEach(async () => {
		own = await controlFixture(client);
	});
	afterEach(async () => {
		await client.deactivateWorkflow(workflow.id).catch(() => undefined);
		await own.close();
	});

	test('events start executions; deactivation closes the connection in an orderly way', async () => {
		await publish({
			events: ['voiceChanged', 'micMuteChanged'],
			filters: {},
			options: { raw: false },
		});
		await own.app.waitForClients(1, 30_000);
		own.app.app.loadVoice('cave');
		own.app.app.setSwitch('microphoneMute', true);
		own.app.app.setBeep(true);
		// Two executions may start in either order.
		const found = await events(2);
		expect(found).toHaveLength(2);
		expect(found).toEqual(
			expect.arrayContaining([
				expect.objectContaining({ event: 'voiceChanged', voiceId: 'cave' }),
				{ event: 'micMuteChanged', name: 'toggleMuteMic', isOn: true },
			]),
		);
		expect(own.app.connections).toMatchObject({ total: 1, open: 1 });
		await client.deactivateWorkflow(workflow.id);
		await until(() => own.app.connections.open === 0, 10_000);
		expect(own.app.closed).toMatchObject([{ code: 1000, byClient: true }]);
		own.app.app.loadVoice('baby');
		await sleep(500);
		expect(await events(2)).toHaveLength(2);
	});

	test('an app that is restarted is found again, and both are told', async () => {
		await publish({
			events: ['connected', 'disconnected', 'voiceChanged'],
			filters: {},
			options: {},
		});
		await own.app.waitForClients(1, 30_000);
		await events(1);
		await own.app.close();
		await events(2);
		// One or two attempts find nobody.
		await sleep(2500);
		const second = await own.reopen();
		await second.waitForClients(1, 30_000);
		await events(3);
		second.app.loadVoice('deep');
		expect((await events(4)).map(({ event }) => event)).toEqual([
			'connected',
			'disconnected',
			'connected',
			'voiceChanged',
		]);
		expect(second.registrations).toEqual({ accepted: 1, refused: 0 });
	});

	test('an app that is not running yet keeps nothing from being published', async () => {
		await own.app.close();
		await publish({ events: ['voiceChanged'], filters: {}, options: {} });
		const later = await own.reopen();
		await later.waitForClients(1, 90_000);
		later.app.loadVoice('cave');
		expect(await events(1)).toMatchObject([{ event: 'voiceChanged', voiceId: 'cave' }]);
	});

	test('a refused key keeps the workflow from being published, and is tried once', async () => {
		const credential = await client.createCredential(
			'voicemodControlApi',
			'Refused',
			own.data({ apiKey: WRONG }),
		);
		await expect(publish({ events: ['voiceChanged'] }, credential)).rejects.toThrow(
			'Voicemod refused the client key: Unauthorized',
		);
		// n8n tries a trigger that failed again by itself.
		await sleep(8000);
		expect(own.app.registrations).toEqual({ accepted: 0, refused: 1 });
	});

	test('a key that is refused later is not tried again; the right one is taken at once', async () => {
		await publish({ events: ['voiceChanged'], filters: {}, options: {} });
		await own.app.waitForClients(1, 30_000);
		own.app.setOptions({ clientKey: 'a-new-key-0815' });
		own.app.drop();
		await until(() => own.app.registrations.refused > 0, 30_000);
		await sleep(8000);
		expect(own.app.registrations).toEqual({ accepted: 1, refused: 1 });
		const [failed, ...more] = await finishedExecutions(client, { workflowId: workflow.id }, 1);
		expect([failed?.status, more]).toEqual(['error', []]);
		const told = failure(await client.getExecution(failed?.id ?? ''));
		expect(told).toContain('Voicemod refused the client key: Unauthorized');
		await client.updateCredential(own.credential, own.data({ apiKey: 'a-new-key-0815' }));
		await client.deactivateWorkflow(workflow.id);
		await client.activateWorkflow(await client.getWorkflow(workflow.id));
		await own.app.waitForClients(1, 30_000);
		own.app.app.loadVoice('cave');
		const filter = { workflowId: workflow.id, after: failed?.id };
		const [next] = await finishedExecutions(client, filter, 1);
		expect(json(await client.getExecution(next?.id ?? ''), 'App')).toMatchObject([
			{ voiceId: 'cave' },
		]);
		expect(own.app.connections.open).toBe(1);
	});

	test('while the workflow is built, the first event is shown', async () => {
		const file = workflowOf('Build', [
			controlTrigger(own.credential, { events: ['voiceChanged'], options: { raw: true } }),
		]);
		workflow = await client.createWorkflow(file);
		const running = await client.runWorkflow(workflow.id, 'App');
		await own.app.waitForClients(1, 30_000);
		own.app.app.loadVoice('cave');
		if (!('executionId' in running)) throw new Error('No execution was started');
		const execution = await client.waitForExecution(running.executionId);
		expect(json(execution, 'App')).toMatchObject([
			{ event: 'voiceChanged', voiceId: 'cave', message: { action: 'voiceChangedEvent' } },
		]);
		await until(() => own.app.connections.open === 0, 10_000);
	});
});
