/** Answers and events that no sane app would send: damaged, swapped, endless, too large. */
import { leakOf, watchLog } from './support/secrets';
import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { WebSocket } from 'undici';

import { EVENT_OPTIONS, readEvent } from '../../nodes/VoicemodControl/events';
import { isGreeting, readMessage, statusOf } from '../../nodes/VoicemodControl/messages';
import { isWanted, readSelection, Repeats } from '../../nodes/VoicemodControl/select';
import { startVoicemodControlSimulator } from '../simulators/voicemod';
import { until } from '../simulators/testSupport';
import { startTrigger } from '../engine/support/trigger';
import type { App, Case } from '../engine/support/voicemodControl';
import { CASES, controlCredentials, runControl } from '../engine/support/voicemodControl';
import type { HostileApp } from './support/hostileApp';
import { startHostileApp } from './support/hostileApp';
import { damaged, damages } from './support/mutate';
import { shortPauses } from './support/recorded';

const KEY = 'ControlFuzzKey9f4c2a7e51b8d06f';

shortPauses();
watchLog([KEY]);

const SEED = 20_261_121;
const EVENT_CASES = 10_000;
/** Damaged answers for each operation. */
const ANSWERS = 30;
const CRASH =
	/TypeError|RangeError|ReferenceError|call stack|Cannot (read|convert|destructure|set)|is not (a function|iterable|defined)|Invalid (string|array) length|\[object Object\]|undefined/i;

type Json = Record<string, unknown>;

const parse = (text: string) => JSON.parse(text) as Json;

const sentBy = (app: App) => app.frames.filter(({ direction }) => direction === 'out').length;

/** What the app answers to the questions of an operation, with events that follow some of them. */
async function trueTexts(one: Case): Promise<Map<string, Json[]>> {
	const app = await startVoicemodControlSimulator({ clientKey: KEY });
	try {
		await runControl(app, one.name, one.parameters);
		const questions = app.frames
			.filter(({ direction }) => direction === 'in')
			.map(({ text }) => parse(text));
		await app.waitForClients(0);
		app.reset();
		// The simulator's own record of long frames is cut, so they are asked for again.
		const socket = new WebSocket(app.url);
		const texts: Json[] = [];
		let heard = 0;
		socket.addEventListener('message', ({ data }) => {
			texts.push(parse(String(data)));
			heard++;
		});
		await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
		const found = new Map<string, Json[]>();
		for (const question of questions) {
			texts.length = 0;
			socket.send(JSON.stringify(question));
			await until(() => texts.some((text) => text.id === question.id || text.type !== undefined));
			await until(() => heard === sentBy(app));
			if (question.action !== 'registerClient') found.set(String(question.action), [...texts]);
		}
		socket.close();
		return found;
	} finally {
		await app.close();
	}
}

/** Answers every question by what the app would say, damaged, under the id that was asked with. */
async function startDamaging(truth: Map<string, Json[]>, list: Array<ReturnType<typeof pick>>) {
	let next = 0;
	return await startHostileApp(({ action, id }) => {
		const damage = list[next++ % list.length] ?? [];
		const texts = truth.get(action) ?? [{ action, id, payload: {} }];
		return texts.map((text) => damaged('id' in text ? { ...text, id } : text, damage));
	}, KEY);
}

const pick = (index: number) => fc.sample(damages, { numRuns: 1, seed: SEED + index })[0] ?? [];

const asked = CASES.filter(({ name }) => name !== 'connection/check');

test.each(asked.map((one) => [one.name, one] as const))(
	`%s survives ${ANSWERS} damaged answers`,
	async (_, one) => {
		const truth = await trueTexts(one);
		const list = Array.from({ length: ANSWERS }, (__, index) => pick(index));
		const app = await startDamaging(truth, list);
		try {
			const { outputs, error, run } = await runControl(
				app,
				one.name,
				{ ...one.parameters, options: { timeout: 1, concurrency: 10 } },
				{
					items: list.map(() => ({})),
					onError: 'continueRegularOutput',
					credentials: controlCredentials(app),
				},
			);
			expect(error?.message).toBeUndefined();
			expect(run.status).toBe('success');
			const items = outputs[0] ?? [];
			const places = items.map(({ pairedItem }) => (pairedItem as { item: number }).item);
			expect(places.every((place) => place >= 0 && place < ANSWERS)).toBe(true);
			const crashed = items.filter(({ json }) => CRASH.test(JSON.stringify(json.error ?? '')));
			expect(crashed.map(({ json }) => json.error)).toEqual([]);
			expect(leakOf(items, [KEY])).toBeUndefined();
			expect('polluted' in {}).toBe(false);
			// What acts is asked for once for each item, whatever is answered.
			const acting = app.asked.filter(({ action, payload }) => {
				const isEnd = payload.badLanguage === 0 || payload.IsKeyDown === false;
				return action === one.action && !isEnd;
			});
			const acts = /\/(toggle|play|beepForDuration)$/.test(one.name);
			if (acts) expect(acting.length).toBeLessThanOrEqual(ANSWERS);
		} finally {
			await app.close();
		}
	},
	60_000,
);

describe('the events of the trigger', () => {
	const known = new Set([...EVENT_OPTIONS.map(({ value }) => value), 'unknown']);
	const selection = readSelection(['any'], {});
	const narrow = readSelection(['voiceChanged', 'voiceParameterChanged', 'micMuteChanged'], {
		voiceIds: 'cave, deep',
		state: 'on',
		parameterNames: 'Pitch',
	});

	/** Everything the app tells by itself, in several spellings. */
	async function trueEvents(): Promise<Json[]> {
		const texts: Json[] = [];
		const spellings = [
			{},
			{ notation: 'action' },
			{ notation: 'actionType', actionObject: 'string', memberCase: 'upper' },
			{ eventNames: 'both', parametersShape: 'array', eventIds: 'foreign' },
		] as const;
		for (const options of spellings) {
			const app = await startVoicemodControlSimulator(options);
			const earlier = texts.length;
			const socket = new WebSocket(app.url);
			socket.addEventListener('message', ({ data }) => texts.push(parse(String(data))));
			await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
			const payload = { clientKey: app.clientKey };
			socket.send(JSON.stringify({ id: '1', action: 'registerClient', payload }));
			await app.waitForClients(1);
			app.app.loadVoice('cave');
			app.app.setSwitch('microphoneMute', true);
			app.app.setBeep(true);
			app.app.setParameter('Pitch', 2);
			app.app.setLicense('free');
			app.app.activateSoundboard(app.app.soundboards[1]?.id ?? '');
			await until(() => texts.length - earlier === sentBy(app));
			socket.close();
			await app.close();
		}
		return texts;
	}

	test(`${EVENT_CASES} damaged ones are read without a crash, and come out as data`, async () => {
		const events = await trueEvents();
		expect(events.length).toBeGreaterThan(20);
		const repeats = new Repeats();
		let emitted = 0;
		fc.assert(
			fc.property(fc.constantFrom(...events), damages, (event, list) => {
				const text = damaged(event, list);
				const message = readMessage(text);
				if (message === undefined) return;
				isGreeting(message);
				statusOf(message);
				const read = readEvent(message);
				if (read === undefined) return;
				expect(known.has(read.event)).toBe(true);
				expect(typeof read.name).toBe('string');
				for (const key of ['voiceId', 'licenseType', 'profileId'])
					if (key in read) expect(typeof read[key]).toBe('string');
				if ('isOn' in read) expect([true, false, null]).toContain(read.isOn);
				expect(isWanted(read, selection)).toBe(true);
				isWanted(read, narrow);
				repeats.isRepeat(read);
				JSON.stringify(read);
				emitted++;
				expect('polluted' in {}).toBe(false);
			}),
			{ seed: SEED, numRuns: EVENT_CASES },
		);
		expect(emitted).toBeGreaterThan(EVENT_CASES / 2);
	}, 120_000);

	test('texts of any kind are read without a crash', () => {
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.json(), fc.constant('['.repeat(100_000))), (text) => {
				const message = readMessage(text);
				if (message !== undefined) readEvent(message);
			}),
			{ seed: SEED, numRuns: 2000 },
		);
	});

	test('a trigger that hears 2,000 of them goes on to hear good ones', async () => {
		const events = await trueEvents();
		const app: HostileApp = await startHostileApp(() => [], KEY);
		const trigger = await startTrigger({
			node: 'voicemodControlTrigger',
			parameters: { events: ['any'], filters: {}, options: { raw: true } },
			credentials: controlCredentials(app),
		});
		try {
			await until(() => app.open === 1);
			const small = fc.record({
				event: fc.constantFrom(...events),
				list: damages.filter((list) => JSON.stringify(list).length < 2000),
			});
			for (const { event, list } of fc.sample(small, { numRuns: 2000, seed: SEED }))
				app.emit(damaged(event, list));
			app.emit('not JSON');
			app.emit('{"actionType":"voiceChangedEvent","actionObject":{"voiceID":"the last one"}}');
			const last = (one: IDataObject) => one.voiceId === 'the last one';
			await until(() => trigger.events.some(last), 20_000);
			expect(trigger.errors).toEqual([]);
			expect(leakOf(trigger.events, [KEY])).toBeUndefined();
			expect(app.open).toBe(1);
		} finally {
			await trigger.close();
			await app.close();
		}
	}, 60_000);
});

describe('the size of messages', () => {
	const MEGABYTE = 1024 * 1024;

	/** An app that answers with so many bytes. */
	async function ask(bytes: number) {
		const app = await startHostileApp(({ id, action }) => {
			const text = (padding: string) =>
				JSON.stringify({ id, action, payload: { userId: 'me', padding } });
			return [text('x'.repeat(bytes - text('').length))];
		}, KEY);
		try {
			const result = await runControl(app, 'user/get', { options: { timeout: 30 } });
			return { ...result, asked: app.asked.length };
		} finally {
			await app.close();
		}
	}

	test('16 MB are read', async () => {
		const { error, json } = await ask(16 * MEGABYTE);
		expect(error?.message).toBeUndefined();
		expect(json).toEqual([{ userId: 'me' }]);
	}, 60_000);

	test.each([
		['one byte more', 16 * MEGABYTE + 1],
		['twice as much and more', 33 * MEGABYTE],
	])(
		'%s is not read, said, and not asked for again',
		async (_, bytes) => {
			const { error, asked: questions } = await ask(bytes);
			expect(error?.message).toContain('Voicemod sent a message of more than 16 MB');
			expect(questions).toBe(1);
		},
		60_000,
	);

	test('a trigger that is sent too much begins anew, and says so', async () => {
		const app = await startHostileApp(() => [], KEY);
		const trigger = await startTrigger({
			node: 'voicemodControlTrigger',
			parameters: { events: ['connected', 'disconnected'], filters: {}, options: {} },
			credentials: controlCredentials(app),
		});
		try {
			await until(() => trigger.events.length === 1);
			app.emit(`{"actionType":"getMemes","x":"${'x'.repeat(17 * MEGABYTE)}"}`);
			await until(() => trigger.events.length >= 3, 20_000);
			expect(trigger.events).toMatchObject([
				{ event: 'connected' },
				{ event: 'disconnected', reason: 'Voicemod sent a message of more than 16 MB' },
				{ event: 'connected' },
			]);
		} finally {
			await trigger.close();
			await app.close();
		}
	}, 60_000);
});

test('an answer under the id of nobody is taken by its name; one of another name is none', async () => {
	for (const [action, expected] of [
		['getUser', 'me'],
		['getUserLicense', undefined],
	] as const) {
		const app = await startHostileApp(
			() => [JSON.stringify({ id: 'nobody', action, payload: { userId: 'me' } })],
			KEY,
		);
		const options = { timeout: expected === undefined ? 1 : 20 };
		const { json, error } = await runControl(app, 'user/get', { options });
		await app.close();
		expect(json[0]?.userId).toBe(expected);
		if (expected === undefined) expect(error?.message).toContain('did not answer "getUser"');
		expect(app.asked).toHaveLength(1);
	}
});
