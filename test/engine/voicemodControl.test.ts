/** Every operation of the Voicemod Control node in n8n's engine against the simulator: success, refusal, no answer, both ways to go on. */
import { operations } from '../../nodes/VoicemodControl/operations';
import { startVoicemodControlSimulator } from '../simulators/voicemod';
import { unusedPort } from '../unit/support/server';
import type { RunOptions } from './support/engine';
import type { App, Case } from './support/voicemodControl';
import { CASES, missing, runControl } from './support/voicemodControl';

let app: App;
/** Where nobody listens. */
let port: number;

beforeAll(async () => {
	app = await startVoicemodControlSimulator();
	port = await unusedPort();
});
beforeEach(() => {
	app.reset();
});
afterEach(async () => {
	app.faults.clear();
	await app.waitForClients(0);
});
afterAll(async () => await app.close());

const named = CASES.map((one) => [one.name, one] as const);

test('every operation has a case', () => {
	const wanted = operations.map(({ resource, name }) => `${resource}/${name}`).sort();
	expect(CASES.map(({ name }) => name).sort()).toEqual(wanted);
});

test('all 26 actions of the reference are done', async () => {
	for (const { name, parameters } of CASES) await runControl(app, name, parameters);
	expect(Object.keys(app.performed).sort()).toEqual(
		[
			...['registerClient', 'getUser', 'getUserLicense', 'getRotatoryVoicesRemainingTime'],
			...['getVoices', 'getCurrentVoice', 'getAllSoundboard', 'getActiveSoundboardProfile'],
			...['getMemes', 'getBitmap', 'loadVoice', 'selectRandomVoice', 'getHearMyselfStatus'],
			...['toggleHearMyVoice', 'getVoiceChangerStatus', 'toggleVoiceChanger'],
			...['getBackgroundEffectStatus', 'toggleBackground', 'getMuteMicStatus', 'toggleMuteMic'],
			...['getMuteMemeForMeStatus', 'toggleMuteMemeForMe', 'setBeepSound', 'playMeme'],
			...['stopAllMemeSounds', 'setCurrentVoiceParameter'],
		].sort(),
	);
});

test.each(named)('%s succeeds', async (name, { action, parameters, output }) => {
	const { error, json, outputs } = await runControl(app, name, parameters);
	expect(error && `${error.message} ${error.description}`).toBeUndefined();
	expect(app.violations).toEqual([]);
	expect(app.plausible).toEqual([]);
	expect(app.performed[action]).toBeGreaterThan(0);
	expect(missing(json[0], output)).toEqual([]);
	for (const item of outputs[0] ?? []) expect(item.pairedItem).toEqual({ item: 0 });
	expect(app.connections).toMatchObject({ total: 1, peak: 1 });
});

type Fault = Exclude<Parameters<App['faults']['add']>[0], unknown[]>;

/** Runs three items while the app misbehaves at one action. */
async function ofThree(one: Case, fault: Fault, options: Partial<RunOptions> = {}, timeout = 20) {
	app.faults.add({ action: one.action, ...fault });
	return await runControl(
		app,
		one.name,
		{ ...one.parameters, options: { timeout } },
		{ items: [{}, {}, {}], ...options },
	);
}

// The connection itself is registered once, so the check of it has its own tests.
const asked = named.filter(([name]) => name !== 'connection/check');

test.each(asked)('%s says what the app refused', async (_, one) => {
	const fault = {
		kind: 'status',
		code: 403,
		reason: 'Not with this license',
		times: 'always',
	} as const;
	const { error, run } = await ofThree(one, fault);
	expect(error?.message).toContain('Not with this license');
	expect(error?.message).toContain('[item 0]');
	expect(run.status).toBe('error');
});

test.each(asked)('%s goes on after a refusal, with every item paired', async (_, one) => {
	// The first item passes, whatever it takes; all others are refused.
	const calls = await runControl(app, one.name, one.parameters);
	expect(calls.error).toBeUndefined();
	const skip = app.received[one.action] ?? 0;
	app.reset();
	const fault = { kind: 'status', code: 500, reason: 'Busy', skip, times: 'always' } as const;
	const { error, outputs } = await ofThree(one, fault, { onError: 'continueRegularOutput' });
	expect(error).toBeUndefined();
	const items = outputs[0] ?? [];
	expect(items[0]?.json.error).toBeUndefined();
	const failed = items.filter(({ json }) => json.error !== undefined);
	// A switch that is set already is not toggled again.
	const settled = /turnO/.test(one.name) && one.action.startsWith('toggle');
	expect(failed).toHaveLength(settled ? 0 : 2);
	for (const { json } of failed) expect(json.error).toContain('Busy');
	expect([
		...new Set(items.map(({ pairedItem }) => (pairedItem as { item: number }).item)),
	]).toEqual([0, 1, 2]);
});

test.each(asked.filter(([, { answered }]) => answered))(
	'%s does not wait for ever',
	async (_, one) => {
		const { error } = await ofThree(one, { kind: 'ignore', times: 'always' }, {}, 1);
		expect(error?.message).toMatch(/did not answer .* within 1 seconds|did not turn/);
	},
);

test.each(asked.filter(([, { answered }]) => !answered))(
	'%s is done when nothing is said',
	async (name, { action, parameters, output }) => {
		app.faults.add({ kind: 'silent', action, times: 'always' });
		const { error, json } = await runControl(app, name, parameters);
		expect(error).toBeUndefined();
		expect(missing(json[0], output)).toEqual([]);
	},
);

test.each(named)('%s fails by itself when the app is not there', async (name, { parameters }) => {
	const { error } = await runControl({ port, clientKey: 'key' }, name, parameters);
	expect(error?.message).toContain(
		`Voicemod could not be reached at 127.0.0.1:${port}: the connection was refused`,
	);
	expect(error?.description).toMatch(/Start Voicemod .*n8n looks on the machine/);
});
