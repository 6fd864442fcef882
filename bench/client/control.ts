import { Agent, request } from 'node:http';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

import type * as Connection from '../../nodes/VoicemodControl/connection';
import type * as Listen from '../../nodes/VoicemodControl/listen';
import { liveMb } from './memory';

export interface ControlJob {
	/** Where the app's simulator listens. */
	port: number;
	clientKey: string;
	/** Reconnects before anything is measured. */
	warmUp: number;
	reconnects: number;
}

export interface ControlResult {
	connected: number;
	disconnected: number;
	wallMs: number;
	cpuMs: number;
	/** How much more there is than before. */
	sockets: number;
	timers: number;
	heapBytes: number;
	/** Sockets and timers when the trigger is closed. */
	leftSockets: number;
	leftTimers: number;
	/** Warnings of Node, e.g. of too many listeners. */
	warnings: number;
}

const BUILT = path.resolve(__dirname, '../../dist/nodes/VoicemodControl');
/** Each way in which a connection may end: without a close frame, or with one. */
const ENDS: ReadonlyArray<object> = [{}, { code: 1001 }, { code: 1011 }];
const PATIENCE_MS = 10_000;

function resources(): { sockets: number; timers: number } {
	const all = process.getActiveResourcesInfo();
	const count = (kind: string) => all.filter((name) => name === kind).length;
	return { sockets: count('TCPSocketWrap'), timers: count('Timeout') };
}

async function until(condition: () => boolean): Promise<void> {
	const end = performance.now() + PATIENCE_MS;
	while (!condition()) {
		if (performance.now() > end) throw new Error('The connection did not come back');
		await sleep(1);
	}
}

/** The app's simulator, told to end all its connections. */
function droppingAt(port: number) {
	const agent = new Agent({ keepAlive: true, maxSockets: 1 });
	const drop = async (end: object): Promise<void> =>
		await new Promise((resolve, reject) => {
			const url = `http://127.0.0.1:${port}/__sim/drop`;
			const sent = request(url, { method: 'POST', agent }, (answer) => {
				answer.resume();
				answer.on('end', resolve);
			});
			sent.on('error', reject);
			sent.end(JSON.stringify(end));
		});
	return { drop, close: () => agent.destroy() };
}

/** The trigger's own connection, ended and made again many times. */
export async function runControl(job: ControlJob): Promise<ControlResult> {
	const { connect } = (await import(`${BUILT}/connection.js`)) as typeof Connection;
	const { listen } = (await import(`${BUILT}/listen.js`)) as typeof Listen;
	const { port, clientKey, warmUp, reconnects } = job;
	let warnings = 0;
	process.on('warning', () => warnings++);
	const counts = { connected: 0, disconnected: 0 };
	const refusals: Error[] = [];
	const idle = resources();
	const app = droppingAt(port);
	const listening = listen(
		connect({ host: '127.0.0.1', port, apiKey: clientKey }),
		{
			connected: () => counts.connected++,
			disconnected: () => counts.disconnected++,
			message: () => undefined,
			refused: (error) => refusals.push(error),
		},
		{ pausesMs: [0] },
	);
	const reconnect = async (times: number) => {
		for (let time = 0; time < times; time++) {
			const seen = counts.connected;
			await app.drop(ENDS[time % ENDS.length] ?? {});
			await until(() => counts.connected > seen);
		}
	};
	await until(() => counts.connected === 1);
	await reconnect(warmUp);
	const before = { heap: liveMb(), ...resources(), ...counts };
	const begun = performance.now();
	const cpu = process.cpuUsage();
	await reconnect(reconnects);
	const wallMs = performance.now() - begun;
	const { user, system } = process.cpuUsage(cpu);
	const after = { heap: liveMb(), ...resources(), ...counts };
	await listening.close();
	app.close();
	await until(() => resources().sockets <= idle.sockets).catch(() => undefined);
	const left = resources();
	const [refused] = refusals;
	if (refused !== undefined) throw refused;
	return {
		connected: after.connected - before.connected,
		disconnected: after.disconnected - before.disconnected,
		wallMs,
		cpuMs: (user + system) / 1000,
		sockets: after.sockets - before.sockets,
		timers: after.timers - before.timers,
		heapBytes: (after.heap - before.heap) * 1024 * 1024,
		leftSockets: Math.max(0, left.sockets - idle.sockets),
		leftTimers: Math.max(0, left.timers - idle.timers),
		warnings,
	};
}
