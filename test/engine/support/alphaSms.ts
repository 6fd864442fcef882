import type { ICredentialDataDecryptedObject, IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { AlphaSmsSimulator } from '../../simulators/alphasms';
import { startAlphaSmsSimulator } from '../../simulators/alphasms';
import type { RunOptions, RunResult } from './engine';
import { binary, runNode } from './engine';

/** The key of every test: whatever shows it has leaked it. */
export const MARKER_KEY = 'marker-key-f00dfeed';

export const PHONE = '380971234567';
/** Steered by their last digits, see the README of the simulators. */
export const FLASH_CALL_REFUSED = '380971234503';

type SimulatorOptions = NonNullable<Parameters<typeof startAlphaSmsSimulator>[0]>;

export async function startGateway(options: SimulatorOptions = {}): Promise<AlphaSmsSimulator> {
	return await startAlphaSmsSimulator({ apiKey: MARKER_KEY, lifecycle: 'manual', ...options });
}

export function credentialsFor(
	sim: AlphaSmsSimulator,
	changes: ICredentialDataDecryptedObject = {},
): RunOptions['credentials'] {
	return {
		alphaSmsApi: { baseUrl: 'custom', customBaseUrl: sim.url, apiKey: MARKER_KEY, ...changes },
	};
}

export interface AlphaSmsRun extends Omit<Partial<RunOptions>, 'credentials' | 'node'> {
	/** `resource.operation`. */
	operation: string;
	parameters?: IDataObject;
	credential?: ICredentialDataDecryptedObject;
}

/** Runs the AlphaSMS node against the simulator. */
export async function runAlphaSms(sim: AlphaSmsSimulator, run: AlphaSmsRun): Promise<RunResult> {
	const { operation, parameters, credential, ...options } = run;
	const [resource = '', name = ''] = operation.split('.');
	return await runNode({
		...options,
		node: 'alphaSms',
		credentials: credentialsFor(sim, credential),
		parameters: { resource, operation: name, ...parameters },
	});
}

/** Form values of an SMS whose phone and text come from the item. */
export const SMS_FROM_ITEM = {
	phone: '={{ $json.phone }}',
	smsSignature: 'MyShop',
	smsMessage: '={{ $json.text }}',
};

export const SMS = { phone: PHONE, smsSignature: 'MyShop', smsMessage: 'Hello' };

/** Distinct recipients with distinct texts. */
export function recipients(count: number): IDataObject[] {
	return Array.from({ length: count }, (_, index) => ({
		phone: String(380_970_000_011 + index * 100),
		text: `Text ${index}`,
	}));
}

const RIFF = Buffer.concat([
	Buffer.from('RIFF\u0004\u0000\u0000\u0000WAVE', 'latin1'),
	Buffer.alloc(64),
]);

export function withAudio(json: IDataObject = {}, bytes: Buffer = RIFF): INodeExecutionData {
	return { json, binary: binary('data', bytes, 'hello.wav', 'audio/wav') };
}

/** The items of all requests that the simulator has seen, in order. */
export function sentItems(sim: AlphaSmsSimulator): IDataObject[] {
	return sim.log.flatMap(({ body }) => {
		const text = body.toString('utf8');
		if (!text.startsWith('{')) return [];
		return (JSON.parse(text) as { data?: IDataObject[] }).data ?? [];
	});
}

/** Fails when the key shows up in outputs, errors, or anything of a URL or header. */
export function expectNoLeak(sim: AlphaSmsSimulator, result: RunResult): void {
	const { run, outputs, error } = result;
	const shown = JSON.stringify([run.data.resultData, outputs, error, error?.message, error?.stack]);
	expect(shown).not.toContain(MARKER_KEY);
	for (const { path, query, headers } of sim.log) {
		expect(JSON.stringify({ path, query, headers })).not.toContain(MARKER_KEY);
	}
}

export function pairedItems(items: INodeExecutionData[] | undefined): unknown[] {
	return (items ?? []).map(({ pairedItem }) =>
		typeof pairedItem === 'object' && !Array.isArray(pairedItem) ? pairedItem.item : pairedItem,
	);
}
