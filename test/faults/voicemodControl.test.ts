/**
 * Every operation of Voicemod Control meets every fault of a WebSocket. What acts is asked for once,
 * and nothing is called undone that was done: proven by what the app received.
 */
import { watchLog } from './support/secrets';
import { operations } from '../../nodes/VoicemodControl/operations';
import type { ControlOptions } from '../simulators/voicemod';
import { startVoicemodControlSimulator } from '../simulators/voicemod';
import { unusedPort } from '../unit/support/server';
import type { RunResult } from '../engine/support/engine';
import type { App, Case } from '../engine/support/voicemodControl';
import { CASES, controlCredentials, runControl } from '../engine/support/voicemodControl';
import { shortPauses } from './support/recorded';

const KEY = 'ControlMarkerKey9f4c2a7e51b8d06f';

shortPauses();
watchLog([KEY]);

type Fault = Exclude<Parameters<App['faults']['add']>[0], unknown[]>;

/** Attempts that a request may make (see docs/ARCHITECTURE.md, "Retries"). */
const ATTEMPTS = 4;
const CRASH =
	/TypeError|RangeError|ReferenceError|call stack|Cannot (read|convert|destructure|set)|is not (a function|iterable|defined)|\[object Object\]|undefined/i;

interface FaultCase {
	readonly name: string;
	/** How the app is set. */
	readonly options?: ControlOptions;
	/** What happens to the operation's own action, or to the registration. */
	readonly fault?: Omit<Fault, 'action'>;
	readonly at?: 'registerClient';
	/** Nobody listens. */
	readonly closed?: boolean;
	/** Whether the action is done all the same. */
	readonly isDone?: boolean;
	/** Whether nothing of the operation can reach the app. */
	readonly unreached?: boolean;
}

const CODES = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1011, 1012, 1013, 3000, 4001, 4999];

const FAULTS: readonly FaultCase[] = [
	{ name: 'the connection is refused', closed: true, unreached: true },
	{ name: 'HTML in place of the upgrade', options: { upgrade: 200 }, unreached: true },
	{ name: 'HTTP 404 in place of the upgrade', options: { upgrade: 404 }, unreached: true },
	{ name: 'HTTP 503 in place of the upgrade', options: { upgrade: 503 }, unreached: true },
	{ name: 'a reset in place of the upgrade', options: { upgrade: 'reset' }, unreached: true },
	{ name: 'silence in place of the upgrade', options: { upgrade: 'stall' }, unreached: true },
	{
		name: 'a break while registering',
		at: 'registerClient',
		fault: { kind: 'drop', times: 'always' },
		unreached: true,
	},
	{
		name: 'a close while registering',
		at: 'registerClient',
		fault: { kind: 'close', code: 1008, times: 'always' },
		unreached: true,
	},
	{
		name: 'a registration that is cut',
		at: 'registerClient',
		fault: { kind: 'truncated', times: 'always' },
		unreached: true,
	},
	{
		name: 'a registration that fails',
		at: 'registerClient',
		fault: { kind: 'status', code: 500, reason: 'Busy', times: 'always' },
		unreached: true,
	},
	{ name: 'a registration that breaks once', at: 'registerClient', fault: { kind: 'drop' } },
	{ name: 'a reset after the frame was sent', fault: { kind: 'drop' } },
	{ name: 'a reset after every frame', fault: { kind: 'drop', times: 'always' } },
	{ name: 'a reset after it was done', fault: { kind: 'dropAfter' }, isDone: true },
	{
		name: 'a reset after it was done, always',
		fault: { kind: 'dropAfter', times: 'always' },
		isDone: true,
	},
	{ name: 'silence, and nothing is done', fault: { kind: 'ignore' } },
	{ name: 'silence after it was done', fault: { kind: 'silent' }, isDone: true },
	{ name: 'silence for ever', fault: { kind: 'silent', times: 'always' }, isDone: true },
	{ name: 'an answer that is cut', fault: { kind: 'truncated' }, isDone: true },
	{ name: 'no UTF-8', fault: { kind: 'invalidUtf8' }, isDone: true },
	{ name: 'an answer that comes too late', fault: { kind: 'slow', delayMs: 1300 }, isDone: true },
	{ name: 'an answer that comes twice', fault: { kind: 'twice' }, isDone: true },
	{ name: 'an answer after something else', fault: { kind: 'garbage' }, isDone: true },
	{ name: 'a binary answer', fault: { kind: 'binary' }, isDone: true },
	{ name: 'a refusal', fault: { kind: 'status', code: 403, reason: 'Forbidden', times: 'always' } },
	{ name: 'ids of nobody', options: { ids: 'foreign', eventIds: 'foreign' }, isDone: true },
	{ name: 'an app that is restarted meanwhile', fault: { kind: 'close', code: 1001, times: 2 } },
	...CODES.map((code) => ({ name: `close code ${code}`, fault: { kind: 'close' as const, code } })),
];

interface Setting {
	readonly one: Case;
	readonly fault: FaultCase;
	readonly app: App;
	readonly result: RunResult;
}

const safetyOf = ({ name }: Case) =>
	operations.find((one) => `${one.resource}/${one.name}` === name)?.safety;

/** Frames of the operation's own action, without those that end what was begun. */
function begun({ app, one }: Pick<Setting, 'app' | 'one'>): number {
	const ends = one.name === 'beep/beepForDuration' ? '"badLanguage":0' : undefined;
	return app.frames.filter(
		({ direction, text }) =>
			direction === 'in' &&
			text.includes(`"action":"${one.action}"`) &&
			!(ends && text.includes(ends)),
	).length;
}

function judge(setting: Setting): string[] {
	const { one, fault, app, result } = setting;
	const problems: string[] = [];
	const items = result.outputs[0] ?? [];
	if (result.error) problems.push(`the run failed: ${result.error.message}`);
	if (items.length === 0) problems.push('no item came out');
	const foreign = items.filter(({ pairedItem }) => (pairedItem as { item?: number }).item !== 0);
	if (foreign.length > 0) problems.push('not paired');
	const failed = items.map(({ json }) => json).filter(({ error }) => error !== undefined);
	for (const { error } of failed)
		if (CRASH.test(String(error))) problems.push(`crashed: ${String(error)}`);
	if (JSON.stringify(items).includes(KEY)) problems.push('shows the key');

	const frames = begun(setting);
	const acts = safetyOf(one) === 'once' && one.name !== 'connection/sendAction';
	const done = app.performed[one.action] ?? 0;
	if (acts && frames > 1) problems.push(`asked for ${frames} times`);
	if (frames > ATTEMPTS && !/^(voice|sound|soundboard)\//.test(one.name))
		problems.push(`asked for ${frames} times`);
	// A switch is asked again before it is toggled again.
	if (one.action.startsWith('toggle') && done > 1) problems.push(`toggled ${done} times`);
	const outcome = failed[0]?.outcome;
	const reachable = one.action !== 'registerClient';
	if (fault.unreached && reachable && failed.length === 0) problems.push('called a success');
	if (outcome === 'not_sent' && frames > 0) problems.push('called not sent, and was sent');
	if (fault.isDone && acts && done > 0 && failed.length > 0 && outcome !== 'unknown')
		problems.push(`done, and called ${String(outcome)}`);
	if (one.name === 'beep/beepForDuration' && app.app.isBeeping && failed.length === 0)
		problems.push('beeps for ever');
	const wanted = { turnOn: true, turnOff: false }[one.name.split('/')[1] ?? ''];
	if (wanted !== undefined && failed.length === 0 && result.json[0]?.isOn !== wanted)
		problems.push('has another state than it says');
	return problems.map((problem) => `${one.name}: ${problem}`);
}

async function meet(one: Case, fault: FaultCase): Promise<string[]> {
	const app = await startVoicemodControlSimulator({ clientKey: KEY, ...fault.options });
	try {
		if (fault.fault) app.faults.add({ ...fault.fault, action: fault.at ?? one.action });
		const port = fault.closed ? await unusedPort() : app.port;
		const result = await runControl(
			app,
			one.name,
			{ ...one.parameters, options: { timeout: 1 } },
			{
				onError: 'continueRegularOutput',
				credentials: controlCredentials({ port, clientKey: KEY }, { connectTimeout: 500 }),
			},
		);
		const problems = judge({ one, fault, app, result });
		await app.waitForClients(0);
		return problems;
	} finally {
		await app.close();
	}
}

// The registration belongs to the connection; the operation that checks it makes no other request.
const questions = CASES.filter(({ name }) => name !== 'connection/check');
/** At the same time; each has an app of its own. */
const WIDTH = 8;

async function problemsOf(cases: readonly Case[], fault: FaultCase): Promise<string[]> {
	const waiting = [...cases];
	const problems: string[] = [];
	const worker = async () => {
		for (let one = waiting.shift(); one !== undefined; one = waiting.shift())
			problems.push(...(await meet(one, fault)));
	};
	await Promise.all(Array.from({ length: WIDTH }, worker));
	return problems;
}

test.each(FAULTS.map((fault) => [fault.name, fault] as const))(
	`${questions.length} operations, %s`,
	async (_, fault) => {
		const cases = fault.at || fault.unreached ? CASES : questions;
		expect(await problemsOf(cases, fault)).toEqual([]);
	},
	120_000,
);

describe('items that act', () => {
	const toggles = CASES.filter(({ name }) => name.endsWith('/toggle') || name === 'sound/play');

	test.each(toggles.map((one) => [one.name, one] as const))(
		'%s: of ten, one is lost, and none is done twice',
		async (_, one) => {
			const app = await startVoicemodControlSimulator({ clientKey: KEY });
			try {
				app.faults.add({ kind: 'dropAfter', action: one.action, skip: 4 });
				const { outputs } = await runControl(app, one.name, one.parameters, {
					items: Array.from({ length: 10 }, () => ({})),
					onError: 'continueRegularOutput',
				});
				const words = (outputs[0] ?? []).map(({ json }) => json.outcome ?? 'done');
				expect(words.filter((word) => word === 'unknown')).toHaveLength(1);
				expect(words[4]).toBe('unknown');
				expect(app.performed[one.action]).toBe(10);
				expect(app.received[one.action]).toBe(10);
			} finally {
				await app.close();
			}
		},
	);

	test.each(toggles.map((one) => [one.name, one] as const))(
		'%s: "Retry On Fail" does nothing twice',
		async (_, one) => {
			const app = await startVoicemodControlSimulator({ clientKey: KEY });
			try {
				app.faults.add({ kind: 'dropAfter', action: one.action });
				app.faults.add({ kind: 'status', code: 500, reason: 'Busy', action: one.action });
				const { outputs } = await runControl(app, one.name, one.parameters, {
					items: [{}, {}, {}],
					onError: 'continueRegularOutput',
					settings: { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 },
				});
				const words = (outputs[0] ?? []).map(({ json }) => json.outcome ?? 'done');
				// The lost one stays lost; the refused one is tried again.
				expect(words).toEqual(['unknown', 'done', 'done']);
				expect(app.performed[one.action]).toBe(3);
			} finally {
				await app.close();
			}
		},
		30_000,
	);
});
