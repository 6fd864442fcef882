/** The trigger's own share of a callback: reading, signature, filters, repeats. */
import { Client } from '../processes';
import type { Row } from '../report';
import { say, type Setting } from './setting';

const DELIVERIES = 20_000;

export async function webhook({ folder, simulator }: Setting, rounds = 5): Promise<Row[]> {
	say('  webhook');
	const values: number[] = [];
	const client = new Client(folder, simulator.certificate);
	try {
		for (let round = 0; round <= rounds; round++) {
			const { wallMs, started } = await client.run('webhook', {
				deliveries: DELIVERIES,
				firstId: round * DELIVERIES + 1,
			});
			if (started !== DELIVERIES) throw new Error(`${started} of ${DELIVERIES} deliveries started`);
			// The first round warms up.
			if (round > 0) values.push((DELIVERIES / wallMs) * 1000);
		}
	} finally {
		await client.stop();
	}
	const what = "Signed callbacks through the trigger's own code";
	return [{ section: 'Trigger', what, values, unit: 'deliveries/s', judged: 'median' }];
}
