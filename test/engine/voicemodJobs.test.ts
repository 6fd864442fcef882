/** Jobs that take their time, their files, lists and the profile: what is paid for is never lost nor paid twice. */
import type { IDataObject } from 'n8n-workflow';

import { startVoicemodSimulator, type VoicemodSimulator } from '../simulators/voicemod';
import { FILES, runVoicemod, voicemodCredentials, WAV } from './support/voicemod';

let sim: VoicemodSimulator;

beforeAll(async () => {
	sim = await startVoicemodSimulator({ lifecycleMs: 5 });
});

afterEach(() => {
	sim.setOptions({
		lifecycle: 'auto',
		hubPaging: 'next',
		nextShape: 'url',
		endlessNext: false,
		songDone: 'both',
		songCreateStatus: 200,
	});
	sim.faults.clear();
	sim.fileFaults.clear();
	sim.reset();
});

afterAll(async () => await sim.close());

const QUICK = { waitForCompletion: true, interval: 0.2, maxWait: 5 };

async function convert(parameters: IDataObject = {}, options: object = {}) {
	return await runVoicemod(
		sim,
		'voiceConversion/convert',
		{ voice: 'baby', ...QUICK, ...parameters },
		{ items: FILES, ...options },
	);
}

describe('voice conversion', () => {
	test('sends the recording, waits, and gives the file; the credential stays at the API', async () => {
		const { json, outputs } = await convert({ outputPropertyName: 'result' });
		expect(json[0]).toMatchObject({
			outcome: 'accepted',
			voice: 'baby',
			isReady: true,
			mimeType: 'audio/wav',
		});
		expect(outputs[0]?.[0]?.binary?.result?.fileName).toMatch(/\.wav$/);
		expect(sim.jobs()[0]).toMatchObject({ order: { bytes: WAV.length } });
		expect(sim.fileLog.length).toBeGreaterThan(0);
		for (const { headers } of sim.fileLog) {
			expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['x-api-key']));
			expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['authorization']));
		}
		expect(sim.violations).toEqual([]);
	});

	test.each(['sim-fail-400', 'sim-fail-500'])(
		'%s fails with the ID and the words',
		async (voice) => {
			const { error } = await convert({ voice });
			expect(error?.message).toContain('could not convert the recording (ID ');
			expect(error?.message).toMatch(/Conversion failed|HTTP 500/);
			expect(sim.accepted.total).toBe(1);
		},
	);

	test('what does not end in time goes on with its ID, and is had later', async () => {
		sim.setOptions({ lifecycle: 'manual' });
		const { json, error } = await convert({ maxWait: 1 });
		expect(error).toBeUndefined();
		expect(json[0]).toMatchObject({ outcome: 'accepted', isReady: false, timedOut: true });
		const id = String(json[0]?.id);
		const pending = await runVoicemod(sim, 'voiceConversion/get', { id });
		expect(pending.json).toEqual([{ id, isReady: false }]);
		sim.finish(id);
		const { json: later, outputs } = await runVoicemod(sim, 'voiceConversion/get', { id });
		expect(later[0]).toMatchObject({ id, isReady: true });
		expect(outputs[0]?.[0]?.binary).toHaveProperty('data');
		expect(sim.accepted.maxPerOrder).toBe(1);
	});

	test('other statuses mean not yet', async () => {
		for (const status of [404, 409, 503]) {
			sim.faults.add({ kind: 'status', status, skip: 1 });
			const { json, error } = await convert({ voice: 'cave' });
			expect(error?.message).toBeUndefined();
			expect(json[0]).toMatchObject({ isReady: true });
			sim.faults.clear();
		}
	});

	test('a file that cannot be fetched loses nothing of what was paid for', async () => {
		sim.fileFaults.add({ kind: 'status', status: 410, times: 'always' });
		const { json, error } = await convert();
		expect(error).toBeUndefined();
		expect(json[0]).toMatchObject({
			outcome: 'accepted',
			isReady: true,
			url: expect.stringContaining('/converted/'),
			problem: expect.stringContaining('HTTP 410'),
		});
	});

	test.each(['resetAfterBody', 'truncatedJson', 'html', 'stallBody'] as const)(
		'after %s it is not sent again',
		async (kind) => {
			sim.faults.add({ kind });
			const { json } = await convert(
				{ waitForCompletion: false, options: { timeout: 1 } },
				{ onError: 'continueRegularOutput' },
			);
			expect(json[0]).toMatchObject({ outcome: 'unknown', voice: 'baby' });
			expect(sim.accepted.maxPerOrder).toBeLessThanOrEqual(1);
			expect(sim.requests['/v2/cloud/audio']).toBe(1);
		},
	);

	test('cancelled while waiting it ends at once, and the order is not lost', async () => {
		sim.setOptions({ lifecycle: 'manual' });
		const { afterCancelMs } = await convert(
			{ maxWait: 60 },
			{ cancelWhen: () => sim.accepted.total > 0 },
		);
		expect(afterCancelMs).toBeLessThan(10_000);
		expect(sim.accepted.total).toBe(1);
	});

	test('a dry run sends nothing', async () => {
		const { json } = await convert({ dryRun: true });
		expect(json[0]).toMatchObject({ outcome: 'dry_run', request: { path: '/v2/cloud/audio' } });
		expect(sim.log).toEqual([]);
	});

	test('an empty recording is not sent', async () => {
		const binary = { data: { data: '', mimeType: 'audio/wav', fileName: 'empty.wav' } };
		const { error } = await convert({}, { items: [{ json: {}, binary }] });
		expect(error?.message).toContain('empty');
		expect(sim.log).toEqual([]);
	});

	test('the synchronous one gives MP3 or not', async () => {
		for (const convertMp3 of [true, false]) {
			const { json, outputs } = await runVoicemod(
				sim,
				'voiceConversion/convertSynchronously',
				{ voiceId: 'ogre', convertMp3 },
				{ items: FILES },
			);
			const type = convertMp3 ? 'audio/mpeg' : 'audio/wav';
			expect(json[0]).toMatchObject({ mimeType: type, convertedFileUrl: expect.any(String) });
			expect(outputs[0]?.[0]?.binary?.data?.mimeType).toBe(type);
		}
	});
});

describe('song', () => {
	const create = async (parameters: IDataObject = {}) =>
		await runVoicemod(sim, 'song/create', { lyrics: 'la la\n\n lo ', ...QUICK, ...parameters });

	test.each(['darkTrap', 'deckTheHalls', 'happyBirthday', 'levitate', 'moveYourBody'])(
		'%s is sent whole, as partner and as user',
		async (preset) => {
			for (const variant of ['partner', 'user']) {
				const { json, error, outputs } = await create({ preset, variant });
				expect(error?.message).toBeUndefined();
				expect(json[0]).toMatchObject({ isReady: true, status: 'completed', lines: 2 });
				expect(outputs[0]?.[0]?.binary?.data?.mimeType).toBe('audio/mpeg');
			}
			expect(sim.jobs()[0]).toMatchObject({ order: { lyrics: ['la la', 'lo'] } });
			expect([sim.violations, sim.plausible]).toEqual([[], []]);
		},
	);

	test('lyrics may be a list of lines', async () => {
		const { error } = await runVoicemod(
			sim,
			'song/create',
			{ lyrics: '={{ $json.lines }}', ...QUICK },
			{ items: [{ lines: ['one', 'two'] }] },
		);
		expect(error?.message).toBeUndefined();
		expect(sim.jobs()[0]).toMatchObject({ order: { lyrics: ['one', 'two'] } });
	});

	test('an own melody, and every field that can be set', async () => {
		const { error } = await create({
			preset: 'own',
			songName: 'Mine',
			scoreFileRemotePath: 'a.json',
			scoreDataFileRemotePath: 'b.json',
			dspFileRemotePath: 'c.xml',
			downloadFile: 'video',
			additionalFields: {
				voiceModel: 'Randy_v3o',
				voiceModelStyle: 'randy',
				language: 'es',
				dspEffect: 'x',
				backgroundSounds: true,
				artistName: 'Ed',
				singer: 'Ed',
				backgroundImageRemotePath: 'd.png',
			},
		});
		expect(error?.message).toBeUndefined();
		expect(sim.jobs()[0]).toMatchObject({
			order: {
				songName: 'Mine',
				scoreFileRemotePath: 'a.json',
				voiceModel: 'Randy_v3o',
				language: 'es',
				backgroundSounds: true,
				singerImageRemotePath: 'singers/Singer-Ed-VideoImageBackground.png',
				backgroundImageRemotePath: 'd.png',
			},
		});
		expect(sim.violations).toEqual([]);
	});

	test('failed, never ready, and ready without an address', async () => {
		expect((await create({ lyrics: '#failed' })).error?.message).toContain(
			'could not make the song',
		);
		const never = await create({ lyrics: '#never', maxWait: 1 });
		expect(never.json[0]).toMatchObject({ outcome: 'accepted', isReady: false, timedOut: true });
		sim.setOptions({ songDone: 'status' });
		const bare = await create();
		expect(bare.json[0]).toMatchObject({
			isReady: true,
			problem: expect.stringContaining('no address'),
		});
		sim.setOptions({ songDone: 'url' });
		expect((await create()).json[0]).toMatchObject({ isReady: true });
	});

	test.each([200, 201, 202] as const)('is created with HTTP %s', async (songCreateStatus) => {
		sim.setOptions({ songCreateStatus });
		expect((await create()).error).toBeUndefined();
	});

	test('lyrics without a line are refused', async () => {
		expect((await create({ lyrics: '\n \n' })).error?.message).toContain('"Lyrics"');
	});
});

describe('sounds', () => {
	const all = async (parameters: IDataObject = {}) =>
		await runVoicemod(sim, 'sound/search', { returnAll: true, ...parameters });
	const wanted = () => sim.sounds().filter(({ custom, published }) => custom && published).length;

	test.each(['url', 'number', 'boolean', 'token'] as const)(
		'all pages, next as %s',
		async (nextShape) => {
			sim.setOptions({ nextShape });
			for (const api of ['contentHub', 'tunaV2']) {
				const { json } = await all({ api });
				expect(json).toHaveLength(wanted());
				expect(new Set(json.map(({ id }) => id)).size).toBe(wanted());
			}
		},
	);

	test('next that never ends, none at all, and pages that are not known', async () => {
		sim.setOptions({ endlessNext: true });
		expect((await all({ api: 'tunaV2' })).json).toHaveLength(wanted());
		sim.setOptions({ endlessNext: false, hubPaging: 'withoutNext' });
		expect((await all()).json).toHaveLength(wanted());
		sim.setOptions({ hubPaging: 'none' });
		const { json, error } = await all();
		expect(error?.message).toBeUndefined();
		expect(json).toHaveLength(36);
	});

	test('Tuna V1 to its last page, with its own filters', async () => {
		const { json } = await all({ api: 'tunaV1', additionalFields: { noDmca: true, tagsSize: 5 } });
		const found = sim.sounds().filter(({ published, dmca }) => published && !dmca);
		expect(json).toHaveLength(found.length);
		expect(sim.violations).toEqual([]);
	});

	test('filters and sorting of the hub', async () => {
		const additionalFields = {
			custom: 'any',
			published: 'false',
			audioFormat: 'ogg',
			sort: '-trending',
		};
		const { json } = await all({ additionalFields });
		expect(json).toHaveLength(sim.sounds().filter(({ published }) => !published).length);
		for (const { audioUrl } of json) expect(audioUrl).toMatch(/\.ogg$/);
	});

	test('raw items with Simplify off, and pages with Full Response', async () => {
		const { json: raw } = await runVoicemod(sim, 'sound/search', { limit: 2, simplify: false });
		expect(raw[0]?.rows).toEqual([
			expect.objectContaining({ publicInfo: expect.any(Object) }),
			expect.anything(),
		]);
		const { json: pages } = await all({ options: { fullResponse: true } });
		expect(pages).toEqual(
			pages.map(() => expect.objectContaining({ statusCode: 200, body: expect.any(Object) })),
		);
		expect(pages.length).toBe(Math.ceil(wanted() / 36));
		const options = { fullResponse: true };
		const { json: some } = await runVoicemod(sim, 'sound/search', { limit: 40, options });
		expect(some).toHaveLength(2);
	});

	test.each(['contentHub', 'tunaV1', 'tunaV2'])('what %s has found is downloaded', async (api) => {
		const { json } = await runVoicemod(sim, 'sound/search', { api, limit: 2 });
		const { outputs, error } = await runVoicemod(
			sim,
			'sound/download',
			{ sound: '={{ $json }}' },
			{ items: json },
		);
		expect(error?.message).toBeUndefined();
		expect(outputs[0]?.map(({ binary }) => binary?.data?.mimeType)).toEqual([
			'audio/mpeg',
			'audio/mpeg',
		]);
		expect(outputs[0]?.map(({ binary }) => binary?.data?.fileName)).toEqual(
			json.map(({ name }) => `${String(name)}.mp3`),
		);
		expect(outputs[0]?.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
	});

	test.each([
		['AC/DC: "Live"\n', 'AC_DC_ _Live_.mp3'],
		['..', /^[-0-9a-f]+\.mp3$/],
		['', /^[-0-9a-f]+\.mp3$/],
	])('a sound called %j becomes a file that can be stored', async (name, wanted) => {
		const url = `${sim.filesUrl}/sounds/${sim.sounds()[0]?.id}.mp3`;
		const items = [{ name, audioUrl: url }];
		const parameters = { sound: '={{ $json }}' };
		const { json, error } = await runVoicemod(sim, 'sound/download', parameters, { items });
		expect(error?.message).toBeUndefined();
		if (typeof wanted === 'string') expect(json[0]?.fileName).toBe(wanted);
		else expect(json[0]?.fileName).toMatch(wanted);
	});

	test('by ID as OGG, and by address; a dead address fails', async () => {
		const { id = '', title = '' } = sim.sounds()[3] ?? {};
		const ogg = await runVoicemod(sim, 'sound/download', { findBy: 'id', id, format: 'ogg' });
		expect(ogg.json[0]?.fileName).toBe(`${title}.ogg`);
		const url = `${sim.filesUrl}/sounds/${id}.mp3`;
		const byUrl = await runVoicemod(sim, 'sound/download', { findBy: 'url', url });
		expect(byUrl.outputs[0]?.[0]?.binary?.data?.mimeType).toBe('audio/mpeg');
		const dead = await runVoicemod(sim, 'sound/download', {
			findBy: 'url',
			url: `${sim.filesUrl}/none.mp3`,
		});
		expect(dead.error?.message).toContain('could not be downloaded');
		for (const { headers } of sim.fileLog) expect(headers.authorization).toBeUndefined();
		expect(sim.violations).toEqual([]);
	});
});

describe('profile', () => {
	const update = async (additionalFields: IDataObject, options: object = {}) =>
		await runVoicemod(
			sim,
			'account/updateProfile',
			{ additionalFields },
			{ items: FILES, ...options },
		);

	test('what is not named stays as it is', async () => {
		const before = structuredClone(sim.user.profile);
		const { json, error } = await update({ youtubeId: 'dave', clear: ['personalSite'] });
		expect(error?.message).toBeUndefined();
		expect(json[0]).toMatchObject({ success: true, id: sim.user.id });
		expect(sim.user.profile).toEqual({
			...before,
			social: { ...before.social, youtubeId: 'dave', personalSite: '' },
		});
		expect(sim.violations).toEqual([]);
	});

	test('items that change different fields do not undo each other', async () => {
		sim.setOptions({ latencyMs: 50 });
		const items = ['bio', 'youtubeId', 'tiktokId', 'twitchId'].map((field) => ({ field }));
		const additionalFields = Object.fromEntries(
			items.map(({ field }) => [field, `={{ $json.field === "${field}" ? "new" : "" }}`]),
		);
		const { error } = await update(additionalFields, { items });
		sim.setOptions({ latencyMs: 0 });
		expect(error?.message).toBeUndefined();
		const { bio, social } = sim.user.profile;
		expect({ bio, ...social }).toMatchObject(
			Object.fromEntries(items.map(({ field }) => [field, 'new'])),
		);
	});

	test('pictures are sent and removed', async () => {
		await update({ pictureFile: 'picture', bannerFile: 'picture' });
		expect(sim.user.profile.picture).toContain(sim.filesUrl);
		await update({ deleteBanner: true });
		expect(sim.user.profile).toMatchObject({
			banner: '',
			picture: expect.stringContaining(sim.filesUrl),
		});
	});

	test('nothing to change, contradictions and missing files are refused before anything is sent', async () => {
		expect((await update({})).error?.message).toContain('nothing to change');
		expect((await update({ bio: 'x', clear: ['bio'] })).error?.message).toContain(
			'"Fields to Clear"',
		);
		expect(
			(await update({ pictureFile: 'picture', deletePicture: true })).error?.message,
		).toContain('cannot both');
		expect((await update({ pictureFile: 'nope' })).error?.message).toContain(
			'"Picture Field" names "nope"',
		);
		expect(sim.log).toEqual([]);
	});

	test('when it cannot be read, nothing is written', async () => {
		for (const body of ['{"id":"1"}', '{"message":"no"}', 'x']) {
			sim.faults.add({ kind: 'status', status: 200, body, times: 'always' });
			const { json } = await update({ bio: 'x' }, { onError: 'continueRegularOutput' });
			expect(json[0]).toMatchObject({ error: expect.any(String), outcome: 'not_sent' });
			sim.faults.clear();
		}
		expect(sim.log.filter(({ method }) => method === 'PUT')).toEqual([]);
	});
});

test('no secret is in any output or error', async () => {
	const credentials = voicemodCredentials(sim, {
		clientSecret: 'very-secret-1',
		refreshToken: 'very-secret-2',
	});
	sim.faults.add({
		kind: 'status',
		status: 400,
		body: `{"message":"${sim.apiKey} ${sim.accessToken} very-secret-1"}`,
	});
	const { error } = await runVoicemod(sim, 'sound/get', { id: 'x' }, { credentials });
	const shown = JSON.stringify(error) + String(error?.message) + String(error?.stack);
	for (const secret of [sim.apiKey, sim.accessToken, 'very-secret-1'])
		expect(shown).not.toContain(secret);
});
