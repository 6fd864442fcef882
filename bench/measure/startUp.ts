/** What n8n pays for this package when it starts. */
import type { Row } from '../report';
import * as probes from './probes';
import { say, type Setting } from './setting';

export async function startUp({ folder }: Setting, rounds = 9, loads = 5): Promise<Row[]> {
	say('  start-up');
	const node: number[] = [];
	const alone: number[] = [];
	const undici: number[] = [];
	for (let round = 0; round < rounds; round++) {
		undici.push(await probes.requireUndici(folder));
		node.push(await probes.requireNode(folder));
		alone.push(await probes.requireNodeAlone(folder));
	}
	const heavy = await probes.heavyImportsOfCredentials(folder);
	const loaders: probes.LoaderTimes[] = [];
	for (let round = 0; round < loads; round++) loaders.push(await probes.loaderTimes(folder));

	const section = 'Start of n8n';
	const row = (what: string, values: number[], unit: string, target?: Row['target']): Row => ({
		...{ section, what, values, unit, target },
		judged: target && unit === '' ? ('max' as const) : ('median' as const),
	});
	const perUndici = node.map((ms, index) => ms / (undici[index] ?? NaN));
	return [
		row('Requiring the node / cold undici', perUndici, 'x', { atMost: 0.5 }),
		row('undici or zod required by credentials', [heavy.length], '', { atMost: 0 }),
		row(
			'Node files required by the lazy loader',
			loaders.map((one) => one.nodeFiles),
			'',
			{
				atMost: 0,
			},
		),
		row('Loads that were not lazy', [loaders.filter((one) => !one.isLazy).length], '', {
			atMost: 0,
		}),
		row('Requiring the node', node, 'ms'),
		row('Requiring undici', undici, 'ms'),
		row('Requiring the node and n8n-workflow', alone, 'ms'),
		row(
			'Loading the package from its metadata',
			loaders.map((one) => one.lazyMs),
			'ms',
		),
		row(
			'Loading the package without metadata',
			loaders.map((one) => one.fullMs),
			'ms',
		),
	];
}
