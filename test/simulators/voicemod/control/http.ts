import { FaultQueue } from '../../core/faults';
import { createControl } from '../../core/control';
import { isRecord, type Handler } from '../../core/http';
import { SWITCHES } from './app';
import { parseControlFaults } from './faults';
import { parseOptions } from './options';
import type { VoicemodControlSimulator } from './simulator';

/** Endpoints below `/__sim/` of the desktop application: the common ones, and its buttons. */
export function createControlEndpoints(simulator: () => VoicemodControlSimulator): Handler {
	const noHttpFaults = new FaultQueue();
	return createControl({
		faults: () => noHttpFaults,
		requests: () => [],
		state: () => simulator().state(),
		reset: () => simulator().reset(),
		setOptions: (options) => {
			simulator().setOptions(parseOptions(options));
			return simulator().options;
		},
		actions: {
			'GET faults': () => ({ pending: simulator().faults.pending, log: simulator().faults.log }),
			'POST faults': (body) => simulator().faults.add(parseControlFaults(body)),
			'DELETE faults': () => simulator().faults.clear(),
			'GET frames': () => simulator().frames,
			'GET voices': () => simulator().app.voices,
			'GET soundboards': () => simulator().app.soundboards,
			'POST emit': (body) => {
				const { name, data, text } = toFields(body);
				if (typeof text === 'string') return { clients: simulator().emitText(text) };
				return { clients: simulator().emit(String(name), isRecord(data) ? data : {}) };
			},
			'POST drop': (body) => {
				const { code, reason } = isRecord(body) ? body : {};
				const clients = simulator().drop(
					typeof code === 'number' ? code : undefined,
					typeof reason === 'string' ? reason : undefined,
				);
				return { clients };
			},
			'POST voice': (body) => {
				simulator().app.loadVoice(String(toFields(body).id));
			},
			'POST switch': (body) => {
				const { name, value } = toFields(body);
				const known = SWITCHES.find((candidate) => candidate === name);
				if (!known) throw new Error(`"name" is one of ${SWITCHES.join(', ')}`);
				simulator().app.setSwitch(known, value === true);
			},
			'POST beep': (body) => simulator().app.setBeep(toFields(body).value === true),
			'POST parameter': (body) => {
				const { key, value } = toFields(body);
				return simulator().app.setParameter(String(key), Number(value));
			},
			'POST license': (body) =>
				simulator().app.setLicense(toFields(body).license === 'free' ? 'free' : 'pro'),
			'POST soundboard': (body) => simulator().app.activateSoundboard(String(toFields(body).id)),
		},
	});
}

function toFields(body: unknown): Record<string, unknown> {
	if (!isRecord(body)) throw new Error('The body is a JSON object');
	return body;
}
