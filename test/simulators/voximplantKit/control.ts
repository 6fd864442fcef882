import { createSimulatorControl, toFields } from '../core/control';
import type { Handler } from '../core/http';
import { parseOptions } from './options';
import type { CampaignStatus, Dialer } from './records';
import type { VoximplantKitSimulator } from './simulator';

const DIALERS: readonly Dialer[] = ['pds', 'kit2', 'legacy'];
const STATUSES: readonly CampaignStatus[] = [
	'draft',
	'scheduled',
	'ongoing',
	'paused',
	'completed',
];

/** Control endpoints of this provider: the common ones, and steering by hand. */
export function createKitControl(simulator: () => VoximplantKitSimulator): Handler {
	return createSimulatorControl(simulator, parseOptions, {
		'GET hosts': () => simulator().hosts,
		'GET callbacks': () => simulator().callbacks,
		'GET calls': () => simulator().calls(),
		'GET campaigns': () => [...simulator().store.campaigns.values()],
		'GET accepted': () => {
			const { total, byMethod, byKey, byPhone } = simulator().accepted;
			const [keys, phones] = [byKey, byPhone].map((map) => Object.fromEntries(map));
			return { total, byMethod, byKey: keys, byPhone: phones };
		},
		'POST finish': (body) => {
			const { phone, code, resultCode, seconds } = toFields(body);
			return simulator().finishCall(typeof phone === 'string' ? phone : undefined, {
				...(typeof code === 'string' ? { code } : {}),
				...(typeof resultCode === 'number' ? { resultCode } : {}),
				...(typeof seconds === 'number' ? { seconds } : {}),
			});
		},
		'POST settle': (body) => simulator().settleCall(Number(toFields(body).id)),
		'POST status': (body) => {
			const fields = toFields(body);
			const dialer = oneOf(DIALERS, fields.dialer);
			const status = oneOf(STATUSES, fields.status);
			simulator().setCampaignStatus(dialer, Number(fields.id), status);
			return simulator().campaign(dialer, Number(fields.id));
		},
		'POST agent': (body) => {
			const { id, status } = toFields(body);
			simulator().setAgentStatus(Number(id), String(status));
		},
		'POST reports': () => simulator().finishReports(),
		'POST seed': (body) => {
			const { calls, ...seed } = toFields(body);
			simulator().seedCalls(Number(calls), seed);
			return { calls: simulator().calls().length };
		},
		'POST clock': (body) => {
			simulator().advanceClock(Number(toFields(body).advanceMs));
			return { now: simulator().now() };
		},
		'POST emit': (body) => {
			const { type, data } = toFields(body);
			simulator().emit(String(type), data);
		},
		'POST deliver': async (body) => await simulator().deliver(toFields(body)),
	});
}

function oneOf<W extends string>(words: readonly W[], value: unknown): W {
	const found = words.find((candidate) => candidate === value);
	if (found === undefined) throw new Error(`Not one of ${words.join(', ')}: ${String(value)}`);
	return found;
}
