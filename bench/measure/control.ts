/** The Voicemod Control Trigger over a long time: 1,000 reconnects, and what is left of them. */
import { startVoicemodControlSimulator } from '../../test/simulators/voicemod';
import type { ControlResult } from '../client/control';
import { Client } from '../processes';
import type { Row } from '../report';
import { say, type Setting } from './setting';

const RECONNECTS = 1000;
/** undici and the engine take about 1.5 MB for themselves in the first thousand. */
const WARM_UP = 1000;

interface Seen extends ControlResult {
	/** Connections that the app saw for each reconnect. */
	attempts: number;
}

async function round(folder: string, certificate: string): Promise<Seen> {
	const app = await startVoicemodControlSimulator();
	// In a process of its own, so that the app's end of a connection is not counted.
	const client = new Client(folder, certificate, ['--expose-gc']);
	try {
		const { port, clientKey } = app;
		const job = { port, clientKey, warmUp: WARM_UP, reconnects: RECONNECTS };
		const result = await client.run('control', job);
		const attempts = app.connections.total / (RECONNECTS + WARM_UP + 1);
		if (app.violations.length > 0) throw new Error('The trigger sent what the app does not know');
		return { ...result, attempts };
	} finally {
		await client.stop();
		await app.close();
	}
}

export async function control({ folder, simulator }: Setting, rounds = 3): Promise<Row[]> {
	const seen: Seen[] = [];
	for (let count = 1; count <= rounds; count++) {
		say(`  control, round ${count} of ${rounds}`);
		seen.push(await round(folder, simulator.certificate));
	}
	const row = (
		what: string,
		pick: (one: Seen) => number,
		unit: string,
		judged: Row['judged'],
		target?: Row['target'],
	): Row => ({
		section: `Voicemod Control: ${RECONNECTS} reconnects of the trigger`,
		what,
		values: seen.map(pick),
		unit,
		judged,
		target,
	});
	const none = { atMost: 0 };
	return [
		row('Reconnects', (one) => one.connected, '', 'min', { atLeast: RECONNECTS }),
		row('Ends that were told', (one) => one.disconnected, '', 'min', { atLeast: RECONNECTS }),
		row('Connections of the app / reconnects', (one) => one.attempts, 'x', 'max', { atMost: 1 }),
		row('Sockets, more than before', (one) => one.sockets, '', 'max', none),
		row('Timers, more than before', (one) => one.timers, '', 'max', none),
		row('Sockets left when it is closed', (one) => one.leftSockets, '', 'max', none),
		row('Timers left when it is closed', (one) => one.leftTimers, '', 'max', none),
		row('Warnings of Node', (one) => one.warnings, '', 'max', none),
		row('Memory in use, more per reconnect', (one) => one.heapBytes / RECONNECTS, 'bytes', 'max', {
			atMost: 512,
		}),
		row('Time of a reconnect', (one) => one.wallMs / RECONNECTS, 'ms', 'median'),
		row('CPU of a reconnect', (one) => one.cpuMs / RECONNECTS, 'ms', 'median'),
	];
}
