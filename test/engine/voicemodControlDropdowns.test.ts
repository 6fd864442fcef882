/** The dropdowns of the Voicemod Control node, as the editor asks for them. */
import type { IDataObject } from 'n8n-workflow';

import type { ControlOptions } from '../simulators/voicemod';
import { startVoicemodControlSimulator } from '../simulators/voicemod';
import { unusedPort } from '../unit/support/server';
import { searchList } from './support/lookups';
import type { App } from './support/voicemodControl';
import { controlAsked, controlCredentials } from './support/voicemodControl';

const LISTS = ['searchVoices', 'searchSounds', 'searchParameters'] as const;

let app: App;

async function start(options: ControlOptions = {}): Promise<void> {
	app = await startVoicemodControlSimulator(options);
}

async function search(list: string, filter?: string, token?: string, more: IDataObject = {}) {
	const asked = controlAsked(controlCredentials(app, more));
	return await searchList(asked, list, filter, token);
}

async function names(list: string, filter?: string): Promise<string[]> {
	return (await search(list, filter)).results.map(({ name }) => name);
}

afterEach(async () => {
	await app.waitForClients(0);
	await app.close();
});

test('voices by their names, in order, with what the license does not hold', async () => {
	await start({ license: 'free' });
	expect((await search('searchVoices')).results).toEqual([
		{ name: '2x1', value: '2x1' },
		{ name: 'Baby', value: 'baby' },
		{ name: 'Cave', value: 'cave' },
		{ name: 'Claudia (not in your license)', value: 'claudia' },
		{ name: 'Clean', value: 'nofx' },
		{ name: 'Deep (not in your license)', value: 'deep' },
		{ name: 'Голос 🎤', value: '82575ca45e' },
	]);
});

test('sounds with their soundboards, so that two of the same name can be told apart', async () => {
	await start();
	expect(await names('searchSounds', 'nuke')).toEqual([
		'Memes: Nuke Alert',
		'My Soundboard: Nuke Alert',
	]);
	expect((await search('searchSounds', 'airhorn')).results).toEqual([
		{ name: 'Memes: Airhorn', value: '26' },
	]);
});

test('parameters of the voice that is loaded, with their limits', async () => {
	await start();
	expect(await names('searchParameters')).toEqual([
		'_Master Volume (0 to 2)',
		'_Reduce Background Noise (0 to 1)',
	]);
	app.app.loadVoice('cave');
	expect(await names('searchParameters', 'pit')).toEqual(['Pitch (-12 to 12)']);
});

test.each([
	[{ notation: 'action' }],
	[{ notation: 'actionType', actionObject: 'string', ids: 'absent' }],
	[{ memberCase: 'upper', booleans: 'number', parametersShape: 'array' }],
	[{ greeting: false, enabledSpelling: 'isEnabled' }],
] as const satisfies ReadonlyArray<readonly [ControlOptions]>)(
	'in the spelling %j',
	async (spelling) => {
		await start(spelling);
		for (const list of LISTS) expect((await names(list)).length).toBeGreaterThan(1);
		expect(await names('searchVoices', 'cave')).toEqual(['Cave']);
	},
);

test.each(LISTS)('%s takes one connection, which is closed', async (list) => {
	await start();
	await search(list);
	await app.waitForClients(0);
	expect(app.connections).toMatchObject({ total: 1, open: 0 });
	expect(app.closed).toMatchObject([{ code: 1000, byClient: true }]);
	expect(app.violations).toEqual([]);
});

test('a long list comes in portions', async () => {
	await start();
	const [voice] = app.app.voices;
	if (voice === undefined) throw new Error('The app has no voices');
	for (let index = 0; index < 243; index++)
		app.app.putVoice({ ...voice, id: `v${index}`, friendlyName: `Voice ${index}` });
	const all: string[] = [];
	let token: string | undefined;
	do {
		const { results, paginationToken } = await search('searchVoices', undefined, token);
		all.push(...results.map(({ value }) => String(value)));
		token = paginationToken as string | undefined;
	} while (token !== undefined);
	expect(all).toHaveLength(250);
	expect(new Set(all).size).toBe(250);
});

test('an empty list says what to do, and a search that finds nothing is just empty', async () => {
	await start();
	app.app.soundboards = [];
	await expect(search('searchSounds')).rejects.toThrow(
		'Voicemod has none yet; give the ID instead',
	);
	expect(await names('searchSounds', 'x')).toEqual([]);
});

describe('what goes wrong is said in words', () => {
	test('the app is not running', async () => {
		await start();
		const asking = search('searchVoices', undefined, undefined, { port: await unusedPort() });
		await expect(asking).rejects.toMatchObject({
			message: expect.stringContaining('the connection was refused') as string,
			description: expect.stringContaining('Start Voicemod') as string,
		});
	});

	test('the key is refused, once, and does not show', async () => {
		await start();
		const asking = search('searchVoices', undefined, undefined, { apiKey: 'wrong-key-4711' });
		const error: Error = await asking.then(
			() => new Error('no error'),
			(reason: Error) => reason,
		);
		expect(error.message).toContain('Voicemod refused the client key');
		expect(JSON.stringify([error, error.message])).not.toContain('wrong-key-4711');
		expect(app.registrations).toEqual({ accepted: 0, refused: 1 });
	});

	test('the app refuses the list', async () => {
		await start();
		app.faults.add({
			kind: 'status',
			action: 'getVoices',
			code: 500,
			reason: 'Library is busy',
			times: 'always',
		});
		await expect(search('searchVoices')).rejects.toThrow('Library is busy');
	});

	test('a connection that breaks is mended', async () => {
		await start();
		app.faults.add({ kind: 'drop', action: 'getAllSoundboard' });
		expect((await names('searchSounds')).length).toBeGreaterThan(3);
		expect(app.connections.total).toBe(2);
	});
});
