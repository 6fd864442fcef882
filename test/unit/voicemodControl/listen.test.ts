/** The connection of the trigger over a long time: nothing piles up, and a dead one is noticed. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { connect } from '../../../nodes/VoicemodControl/connection';
import type { Listener } from '../../../nodes/VoicemodControl/listen';
import { listen } from '../../../nodes/VoicemodControl/listen';
import { until } from '../../simulators/testSupport';
import { startVoicemodControlSimulator } from '../../simulators/voicemod';

type App = Awaited<ReturnType<typeof startVoicemodControlSimulator>>;

const RECONNECTS = 1000;

let app: App;
beforeEach(async () => {
	app = await startVoicemodControlSimulator();
});
afterEach(async () => await app.close());

function connectionTo({ port, clientKey }: App) {
	return connect({ host: '127.0.0.1', port, apiKey: clientKey });
}

function counting() {
	const counts = { connected: 0, disconnected: 0, messages: 0 };
	const refusals: Error[] = [];
	const listener: Listener = {
		connected: () => counts.connected++,
		disconnected: () => counts.disconnected++,
		message: () => counts.messages++,
		refused: (error) => refusals.push(error),
	};
	return { counts, refusals, listener };
}

function collect(): number {
	setFlagsFromString('--expose-gc');
	(runInNewContext('gc') as () => void)();
	return process.memoryUsage().heapUsed;
}

function resources(): { sockets: number; timers: number } {
	const all = process.getActiveResourcesInfo();
	const count = (kind: string) => all.filter((name) => name === kind).length;
	return { sockets: count('TCPSocketWrap'), timers: count('Timeout') };
}

test(`nothing piles up over ${RECONNECTS} reconnects`, async () => {
	const warnings: Error[] = [];
	const onWarning = (warning: Error) => warnings.push(warning);
	process.on('warning', onWarning);
	const { counts, refusals, listener } = counting();
	// Other tests of this process may have left some.
	const others = resources().sockets;
	const listening = listen(connectionTo(app), listener, { pausesMs: [0] });
	const reconnect = async (times: number) => {
		for (let time = 0; time < times; time++) {
			const seen = counts.connected;
			await until(() => app.clients === 1);
			// Each way in which a connection may end.
			if (time % 3 === 0) app.drop();
			else app.drop(time % 3 === 1 ? 1001 : 1011);
			await until(() => counts.connected > seen);
		}
	};
	await until(() => counts.connected === 1);
	// undici and the engine warm up.
	await reconnect(100);
	app.reset();
	const before = { heap: collect(), ...resources() };
	await reconnect(RECONNECTS);
	app.reset();
	const after = { heap: collect(), ...resources() };

	expect(counts).toMatchObject({ connected: RECONNECTS + 101, disconnected: RECONNECTS + 100 });
	expect(refusals).toEqual([]);
	expect(app.connections.open).toBeLessThanOrEqual(2);
	// One of the trigger and its other end, and one that is just closing.
	expect(after.sockets).toBeLessThanOrEqual(before.sockets + 2);
	expect(after.timers).toBeLessThanOrEqual(before.timers + 2);
	expect((after.heap - before.heap) / RECONNECTS).toBeLessThan(4096);
	await listening.close();
	await until(() => resources().sockets <= others);
	process.off('warning', onWarning);
	expect(warnings.map(({ message }) => message)).toEqual([]);
	if (process.env.SHOW_NUMBERS) process.stdout.write(`${JSON.stringify({ before, after })}\n`);
}, 120_000);

test('an app that does not answer pings is gone', async () => {
	app.setOptions({ pongs: false });
	const { counts, listener } = counting();
	const listening = listen(connectionTo(app), listener, { pausesMs: [0], probeMs: 40 });
	await until(() => counts.disconnected > 0);
	expect(app.pings).toBeGreaterThan(0);
	await listening.close();
});

test('an app that answers pings is kept, however silent it is', async () => {
	const { counts, listener } = counting();
	const listening = listen(connectionTo(app), listener, { probeMs: 400 });
	await until(() => app.pings >= 4);
	expect(counts).toMatchObject({ connected: 1, disconnected: 0 });
	await listening.close();
});

test('the pauses grow while the app is away, and closing ends them', async () => {
	const { listener } = counting();
	const connection = { ...connectionTo(app), port: 9 };
	const started = Date.now();
	const listening = listen(connection, listener, { pausesMs: [20, 40, 60_000] });
	await expect(listening.first).rejects.toThrow('could not be reached');
	await new Promise((resolve) => setTimeout(resolve, 150));
	await listening.close();
	expect(Date.now() - started).toBeLessThan(20_000);
});
