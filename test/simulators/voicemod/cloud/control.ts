import { createControl } from '../../core/control';
import { isRecord, type Handler } from '../../core/http';
import { parseFaults } from '../../core/faults';
import { parseOptions } from './options';
import type { VoicemodSimulator } from './simulator';

/** Control endpoints of this provider: the common ones, and steering by hand. */
export function createVoicemodControl(simulator: () => VoicemodSimulator): Handler {
	return createControl({
		faults: () => simulator().faults,
		requests: () => simulator().log,
		state: () => simulator().state(),
		reset: () => simulator().reset(),
		setOptions: (options) => {
			simulator().setOptions(parseOptions(options));
			return simulator().options;
		},
		actions: {
			'GET services': () => simulator().services,
			'GET keys': () => simulator().publicKey,
			'GET jobs': () => simulator().jobs(),
			'GET sounds': () => simulator().sounds(),
			'GET user': () => simulator().user,
			'POST finish': (body) => {
				const { id, outcome } = toFields(body);
				return simulator().finish(String(id), outcome === 'failed' ? 'failed' : 'ready');
			},
			'POST revoke': (body) => {
				const { token, refreshTokens } = isRecord(body) ? body : {};
				simulator().revoke(typeof token === 'string' ? token : undefined);
				if (refreshTokens === true) simulator().revokeRefreshTokens();
			},
			'GET file-requests': () =>
				simulator().fileLog.map((record) => ({ ...record, body: record.body.toString('utf8') })),
			'POST file-faults': (body) => simulator().fileFaults.add(parseFaults(body)),
			'DELETE file-faults': () => simulator().fileFaults.clear(),
		},
	});
}

function toFields(body: unknown): Record<string, unknown> {
	if (!isRecord(body)) throw new Error('The body is a JSON object');
	return body;
}
