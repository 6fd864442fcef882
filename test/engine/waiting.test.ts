import type { AlphaSmsSimulator } from '../simulators/alphasms';
import { PHONE, runAlphaSms, sentItems, SMS, startGateway } from './support/alphaSms';
import { CASES } from './support/cases';
import { hostHas } from './support/host';

let sim: AlphaSmsSimulator;
beforeEach(async () => {
	sim = await startGateway();
});
afterEach(async () => await sim.close());

const operation = 'message.sendSmsAndWait';

describe('Send and Wait', () => {
	it.each([
		['minutes', 5, 300_000],
		['hours', 2, 7_200_000],
		['days', 1, 86_400_000],
	])('waits at most the given time: %s', async (waitUnit, waitAmount, ms) => {
		const parameters = { ...SMS, waitAmount, waitUnit };
		const { run, error } = await runAlphaSms(sim, { operation, parameters });
		expect(error).toBeUndefined();
		expect(run.status).toBe('waiting');
		const waitMs = Number(run.waitTill?.getTime()) - Date.now();
		expect(waitMs).toBeGreaterThan(ms - 10_000);
		expect(waitMs).toBeLessThanOrEqual(ms);
	});

	it('gives the gateway an address of this execution and node, sealed', async () => {
		await runAlphaSms(sim, { operation, parameters: SMS });
		const [item] = sentItems(sim);
		const hook = new URL(String(item?.hook));
		expect(hook.href).toMatch(/^http:\/\/localhost:5678\/webhook-waiting\/42\/node-under-test\?/);
		expect(hook.searchParams.get('awaits')).toBe(`${String(item?.id)}~delivery~~required`);
		expect(hook.searchParams.get('seal')).toMatch(/^[0-9a-f]{40}$/);
	});

	it('tells the address that the signature may be missing, when it is set so', async () => {
		const parameters = { ...SMS, additionalFields: { signature: 'optional' } };
		await runAlphaSms(sim, { operation, parameters });
		const [item] = sentItems(sim);
		expect(new URL(String(item?.hook)).searchParams.get('awaits')).toBe(
			`${String(item?.id)}~delivery~~optional`,
		);
		expect(item).not.toHaveProperty('signature');
	});

	it.each([
		'message.sendSmsAndWait',
		'message.sendViberAndWait',
		'call.speakTextAndWait',
		'call.playAudioFileAndWait',
	])('refuses to wait as a tool that the engine runs for an AI agent: %s', async (name) => {
		const { parameters, items } = CASES[name] ?? { parameters: {} };
		const settings = { rewireOutputLogTo: 'ai_tool' as const };
		const { error, run } = await runAlphaSms(sim, { operation: name, parameters, items, settings });
		expect(error?.message).toMatch(
			/^".+ and Wait" cannot wait inside an AI agent; nothing was sent$/,
		);
		expect(run.waitTill ?? undefined).toBeUndefined();
		expect([sim.acceptedTotal, sim.log.length]).toEqual([0, 0]);
	});

	it('leaves the sent message for the output Timed Out, and nothing for the first', async () => {
		const { run } = await runAlphaSms(sim, { operation, parameters: SMS });
		const [waiting] = run.data.executionData?.nodeExecutionStack ?? [];
		const [answered, timedOut] = waiting?.data.main ?? [];
		expect(answered).toEqual([]);
		expect(timedOut).toEqual([
			expect.objectContaining({
				json: expect.objectContaining({ phone: PHONE, outcome: 'accepted', timedOut: true }),
				pairedItem: { item: 0 },
			}),
		]);
	});

	it('goes on through Timed Out, where the host passes on all outputs', async () => {
		const run = await runAlphaSms(sim, { operation, parameters: SMS, waitInVain: true });
		expect(run.error).toBeUndefined();
		expect(run.run.status).toBe('success');
		const json: unknown = expect.objectContaining({ phone: PHONE, timedOut: true });
		const [answered, timedOut = []] = run.outputs;
		expect(answered).toEqual([]);
		expect(timedOut.map((item) => item.json)).toEqual(hostHas('forwardAllOutputs') ? [json] : []);
		expect(sim.acceptedTotal).toBe(1);
	});

	it.each([[2], [3]])('refuses %i items, and sends nothing', async (count) => {
		const items = Array.from({ length: count }, () => ({}));
		const { error, run } = await runAlphaSms(sim, { operation, parameters: SMS, items });
		expect(error?.message).toMatch(
			/"Send SMS and Wait" handles one item at a time, this run has \d; nothing was sent/,
		);
		expect(error?.description).toMatch(/Loop Over Items/);
		expect(run.waitTill ?? undefined).toBeUndefined();
		expect(sim.acceptedTotal).toBe(0);
	});

	it('does not wait when the message was refused', async () => {
		const parameters = { ...SMS, smsSignature: 'BadSender' };
		const onError = 'continueRegularOutput';
		const { run, json } = await runAlphaSms(sim, { operation, parameters, onError });
		expect(run.waitTill ?? undefined).toBeUndefined();
		expect(json[0]?.error).toMatch(/Error in Alpha-name/);
	});
});
