import { audioType, makeWav, startVoicemodSimulator, type VoicemodSimulator } from './voicemod';
import { call, formOf } from './voicemodSupport';
import { holdClock, until } from './testSupport';

const APP = { 'app-name': 'n8n', 'app-version': '1', 'app-os': 'windows' };
const SOCIALS = ['twitchId', 'twitterId', 'instagramId', 'tiktokId', 'youtubeId', 'soundcloudId'];

let sim: VoicemodSimulator;
let key: Record<string, string>;
let token: Record<string, string>;
beforeAll(async () => {
	sim = await startVoicemodSimulator({ lifecycleMs: 10 });
	key = { 'x-api-key': sim.apiKey };
	token = { authorization: `Bearer ${sim.accessToken}` };
});
beforeEach(() => sim.reset());
afterEach(() => jest.restoreAllMocks());
afterAll(async () => await sim.close());

const wav = { content: makeWav(), name: 'recording.wav' };

describe('tokens (section A.3, A.5.3)', () => {
	const client = { client_id: 'voicemod-client', client_secret: 'voicemod-client-secret' };

	it('exchanges a code once', async () => {
		const body = { ...client, code: 'voicemod-code', grant_type: 'authorization_code' };
		const good = await call(sim.tokenUrl, { method: 'POST', body });
		expect(good.status).toBe(200);
		expect(good.body).toMatchObject({ token_type: 'Bearer', expires_in: 3600 });
		const bearer = { authorization: `Bearer ${String(good.body.access_token)}` };
		expect((await call(`${sim.tunaUrl}/v1/auth`, { headers: bearer })).status).toBe(200);
		expect((await call(sim.tokenUrl, { method: 'POST', body })).status).toBe(400);
		expect(sim.exchanges).toEqual({ authorization_code: 1 });
		expect(sim.violations).toEqual([]);
	});

	it('refreshes, also by form, with rotation on demand', async () => {
		const body = { ...client, refresh_token: sim.refreshToken, grant_type: 'refresh_token' };
		sim.revoke();
		expect((await call(`${sim.tunaUrl}/v1/auth`, { headers: token })).status).toBe(401);
		sim.setOptions({ rotateRefreshToken: true });
		const form = new URLSearchParams(body).toString();
		const headers = { 'content-type': 'application/x-www-form-urlencoded' };
		const fresh = await call(sim.tokenUrl, { method: 'POST', headers, body: form });
		expect(fresh.status).toBe(200);
		const bearer = { authorization: `Bearer ${String(fresh.body.access_token)}` };
		expect((await call(`${sim.tunaUrl}/v1/auth`, { headers: bearer })).status).toBe(200);
		const again = await call(sim.tokenUrl, { method: 'POST', body });
		expect([again.status, again.body.code]).toEqual([400, 'invalid_grant']);
		sim.setOptions({ rotateRefreshToken: false, tokenReply: 'minimal', tokenBodies: 'json' });
		const next = { ...body, refresh_token: String(fresh.body.refresh_token) };
		const minimal = await call(sim.tokenUrl, { method: 'POST', body: next });
		expect(Object.keys(minimal.body)).toEqual(['access_token']);
		expect((await call(sim.tokenUrl, { method: 'POST', headers, body: form })).status).toBe(400);
		sim.setOptions({ tokenReply: 'full', tokenBodies: 'both' });
	});

	it('refuses other clients and grants', async () => {
		const wrong = {
			...client,
			client_secret: 'no',
			refresh_token: 'x',
			grant_type: 'refresh_token',
		};
		expect((await call(sim.tokenUrl, { method: 'POST', body: wrong })).status).toBe(401);
		const grant = { ...client, grant_type: 'client_credentials' };
		expect((await call(sim.tokenUrl, { method: 'POST', body: grant })).status).toBe(400);
		sim.setOptions({ grants: ['client_credentials'] });
		expect((await call(sim.tokenUrl, { method: 'POST', body: grant })).status).toBe(200);
		sim.setOptions({ grants: ['authorization_code', 'refresh_token'] });
	});
});

describe('errors (section A.1)', () => {
	it('has message, description and code, or less', async () => {
		const url = `${sim.tunaUrl}/v1/auth`;
		const full = await call(url);
		expect(full.status).toBe(401);
		expect(full.body).toEqual({
			message: 'Unauthorized',
			description: 'No valid access token',
			code: 'unauthorized',
		});
		sim.setOptions({ errorShape: 'messageOnly' });
		expect((await call(url)).body).toEqual({ message: 'Unauthorized' });
		sim.setOptions({ errorShape: 'numericCode' });
		expect((await call(url)).body.code).toBe(1001);
		sim.setOptions({ errorShape: 'empty' });
		expect((await call(url)).bytes).toHaveLength(0);
		sim.setOptions({ errorShape: 'html' });
		expect((await call(url)).headers['content-type']).toMatch(/^text\/html/);
		sim.setOptions({ errorShape: 'object' });
	});

	it('injects faults', async () => {
		sim.faults.add([{ kind: 'status', status: 429, retryAfter: 1 }, { kind: 'okWithError' }]);
		const url = `${sim.url}/v1/nextgen/update/{}`;
		const limited = await call(url);
		expect([limited.status, limited.headers['retry-after']]).toEqual([429, '1']);
		expect((await call(url)).body.message).toBe('Internal Server Error');
		expect((await call(url)).body).toEqual({ appVersion: '3.16.54' });
	});
});

describe('search (sections C.2, C.3)', () => {
	it('pages through v1 until lastPage', async () => {
		const url = (page: number) =>
			`${sim.tunaUrl}/v1/sounds/search?search=rajoy&page=${page}&size=8&tagsSize=50&noDmca=false`;
		const first = await call(url(1));
		expect(first.body).toMatchObject({ size: 8, page: 1, lastPage: 3 });
		const ids = new Set<unknown>();
		for (let page = 1; page <= 3; page++)
			for (const item of (await call(url(page))).body.items as Array<{ id: string }>)
				ids.add(item.id);
		expect(ids.size).toBe(first.body.total);
		expect(first.body.tags).toContainEqual({ name: 'rajoy', soundCount: first.body.total });
		expect((await call(`${sim.tunaUrl}/v1/sounds/search`)).body.message).toBe('Invalid search');
		expect((await call(`${sim.tunaUrl}/v1/sounds/search?search=a&page=0`)).status).toBe(400);
		expect(sim.violations).toEqual([]);
	});

	it('gets a sound and serves its files without credentials, through a redirect', async () => {
		const { id } = sim.sounds()[1] ?? { id: '' };
		const { body } = await call(`${sim.tunaUrl}/v1/sounds/${id}`);
		expect(new URL(String(body.path)).origin).toBe(sim.filesUrl);
		const mp3 = await call(String(body.path));
		expect([mp3.headers['content-type'], audioType(mp3.bytes)]).toEqual([
			'audio/mpeg',
			'audio/mpeg',
		]);
		expect(audioType((await call(String(body.oggPath))).bytes)).toBe('audio/ogg');
		expect(sim.fileLog.map(({ status }) => status)).toEqual([302, 200, 302, 200]);
		expect(sim.violations).toEqual([]);
		await call(String(body.path), { headers: token });
		expect(sim.violations[0]?.field).toBe('authorization');
		expect((await call(`${sim.tunaUrl}/v1/sounds/nope`)).status).toBe(404);
	});

	it.each(['url', 'number', 'boolean', 'token'] as const)(
		'v2 with next as %s',
		async (nextShape) => {
			sim.setOptions({ nextShape });
			const url = (page: number) =>
				`${sim.tunaUrl}/v2/sounds?text=airhorn&page=${page}&size=12&audio-format=mp3&custom=true&published=true&sort=-trending`;
			const first = await call(url(1), { headers: APP });
			const items = first.body.items as Array<{ name: string; audio: { url: string } }>;
			expect(items).toHaveLength(12);
			expect(items[0]?.audio.url).toMatch(/\.mp3$/);
			expect(first.body.next).toBeTruthy();
			expect((await call(url(2), { headers: APP })).body.next).toBeFalsy();
			expect([sim.violations, sim.plausible]).toEqual([[], []]);
		},
	);

	it('content hub: 36 at most, three ways of paging', async () => {
		const url = (page: number, size = 36) =>
			`${sim.url}/v1/content-hub/sounds/?audio-format=mp3&text=&size=${size}&page=${page}`;
		const get = async (page: number, size?: number) =>
			await call(url(page, size), { headers: APP });
		expect((await get(1, 37)).status).toBe(400);
		sim.setOptions({ oversize: 'clamp' });
		expect((await get(1, 100)).body.items).toHaveLength(36);
		expect((await get(1)).body.next).toBeTruthy();
		expect((await get(4)).body).toMatchObject({ next: null });
		sim.setOptions({ endlessNext: true });
		expect((await get(9)).body).toMatchObject({ items: [], next: expect.any(String) });
		sim.setOptions({ hubPaging: 'withoutNext' });
		expect(Object.keys((await get(1)).body)).toEqual(['items']);
		sim.setOptions({ hubPaging: 'none' });
		expect((await get(5)).body).toEqual((await get(1)).body);
		sim.setOptions({ hubPaging: 'next', endlessNext: false, oversize: 'refuse' });
	});

	it('closes anonymous search, and asks for the app headers, on demand', async () => {
		const url = `${sim.url}/v1/content-hub/sounds/?text=drum`;
		expect((await call(url)).status).toBe(200);
		expect(sim.plausible).toHaveLength(1);
		expect((await call(url, { headers: { authorization: 'Bearer old' } })).status).toBe(401);
		sim.setOptions({ anonymousSearch: false, requireAppHeaders: true });
		expect((await call(url, { headers: APP })).status).toBe(401);
		expect((await call(url, { headers: key })).status).toBe(400);
		expect((await call(url, { headers: { ...key, ...APP } })).status).toBe(200);
		sim.setOptions({ anonymousSearch: true, requireAppHeaders: false });
	});
});

describe('voice conversion (sections A.6.1, A.6.2)', () => {
	const url = (): string => `${sim.url}/v2/cloud/audio`;
	const order = async (fields: Parameters<typeof formOf>[0], headers = key) =>
		await call(url(), { method: 'POST', headers, body: formOf(fields) });

	it('202, then not ready, then a URL', async () => {
		const clock = holdClock();
		const created = await order({ voice: 'baby', audioFile: wav });
		expect(created.status).toBe(202);
		const job = `${url()}/${String(created.body.id)}`;
		expect((await call(job, { headers: key })).status).toBe(202);
		clock.release();
		await until(() => Date.now() >= (sim.jobs()[0]?.readyAt ?? Infinity));
		const done = await call(job, { headers: key });
		expect([done.status, Object.keys(done.body)]).toEqual([200, ['url']]);
		expect(audioType((await call(String(done.body.url))).bytes)).toBe('audio/wav');
		expect(sim.accepted.byKind).toEqual({ conversion: 1 });
		expect(sim.violations).toEqual([]);
	});

	it('counts the same order twice', async () => {
		await order({ voice: 'baby', audioFile: wav });
		await order({ voice: 'cave', audioFile: wav });
		expect(sim.accepted.maxPerOrder).toBe(1);
		await order({ voice: 'baby', audioFile: wav });
		expect([sim.accepted.total, sim.accepted.maxPerOrder]).toEqual([3, 2]);
	});

	it.each([
		['voiceId instead of voice', { voiceId: 'baby', audioFile: wav }],
		['unknown voice', { voice: 'nobody', audioFile: wav }],
		['no file', { voice: 'baby', audioFile: 'text' }],
		['empty file', { voice: 'baby', audioFile: { content: Buffer.alloc(0), name: 'a.wav' } }],
		['no audio', { voice: 'baby', audioFile: { content: Buffer.from('<html>'), name: 'a.wav' } }],
	])('refuses: %s', async (_name, fields) => {
		const answer = await order(fields as Parameters<typeof formOf>[0]);
		expect([answer.status, answer.body.code]).toEqual([400, 'bad_request']);
		expect(sim.accepted.total).toBe(0);
	});

	it('needs the key: a token is not enough', async () => {
		expect((await order({ voice: 'baby', audioFile: wav }, token)).status).toBe(401);
		expect((await order({ voice: 'baby', audioFile: wav }, { 'x-api-key': 'no' })).status).toBe(
			401,
		);
		const probe = `${url()}/00000000-0000-0000-0000-000000000000`;
		expect((await call(probe, { headers: key })).status).toBe(404);
	});

	it('fails and lasts as steered, and by hand', async () => {
		const end = async (voice: string): Promise<string> => {
			const { body } = await order({ voice, audioFile: wav });
			return `${url()}/${String(body.id)}`;
		};
		const bad = await end('sim-fail-400');
		const worse = await end('sim-fail-500');
		const never = await end('sim-never');
		await until(() =>
			sim.jobs().every(({ readyAt }) => readyAt === Infinity || Date.now() >= readyAt),
		);
		expect((await call(bad, { headers: key })).status).toBe(400);
		expect((await call(worse, { headers: key })).status).toBe(500);
		sim.setOptions({ pendingStatus: 404 });
		expect((await call(never, { headers: key })).status).toBe(404);
		sim.setOptions({ pendingStatus: 202 });
		sim.finish(never.split('/').at(-1) ?? '');
		expect((await call(never, { headers: key })).status).toBe(200);
	});

	it('converts at once in v1', async () => {
		const v1 = `${sim.url}/v1/cloud/audio?convertMp3=true`;
		const body = formOf({ voiceId: 'cave', audioFile: wav });
		const answer = await call(v1, { method: 'POST', headers: key, body });
		expect(answer.status).toBe(200);
		expect(String(answer.body.convertedFileUrl)).toMatch(/\.mp3$/);
		expect(audioType((await call(String(answer.body.convertedFileUrl))).bytes)).toBe('audio/mpeg');
	});
});

describe('songs (section A.6.3)', () => {
	const song = {
		lyrics: ['happy birthday to you', 'happy birthday to you'],
		language: 'en',
		voiceModel: 'CFV_2',
		voiceModelStyle: 'baritone',
		scoreFileRemotePath: 'themes/HappyBirthday/score/HappyBirthday_Melody_ABCD.json',
		scoreDataFileRemotePath: 'themes/HappyBirthday/score/HappyBirthday_Score_Data_ABCD.json',
		dspFileRemotePath: 'themes/HappyBirthday/dsp/XML/HappyBirthday_DSP_ABCD.xml',
		dspEffect: '',
		backgroundSounds: false,
		artistName: 'Cecilia',
		songName: 'Happy Birthday',
		singerImageRemotePath: 'singers/Singer-Cecilia-VideoImageBackground.png',
		backgroundImageRemotePath: 'themes/HappyBirthday/images/x.png',
	};
	const wait = async (): Promise<void> =>
		await until(() => sim.jobs().every(({ readyAt }) => Date.now() >= readyAt));

	it.each([
		['partner', 'partners/ttsing', () => key],
		['user', 'ttsing', () => token],
	])('%s variant', async (_name, path, headers) => {
		const url = `${sim.url}/v2/cloud/${path}`;
		const clock = holdClock();
		const created = await call(url, { method: 'POST', headers: headers(), body: song });
		expect(created.status).toBe(200);
		const job = `${url}/${String(created.body.jobId)}`;
		expect((await call(job, { headers: headers() })).body).toEqual({
			status: 'processing',
			transformedAudioUrl: null,
		});
		clock.release();
		await wait();
		const { body } = await call(job, { headers: headers() });
		expect(body.status).toBe('completed');
		expect((await call(String(body.transformedAudioUrl))).headers['content-type']).toBe(
			'audio/mpeg',
		);
		expect((await call(String(body.urlVideoWithBackground))).headers['content-type']).toBe(
			'video/mp4',
		);
		expect((await call(job)).status).toBe(401);
		expect([sim.violations, sim.plausible]).toEqual([[], []]);
	});

	it('shows the end by one member, fails as steered, and validates', async () => {
		const url = `${sim.url}/v2/cloud/partners/ttsing`;
		const post = async (body: unknown) => await call(url, { method: 'POST', headers: key, body });
		sim.setOptions({ songDone: 'url', songCreateStatus: 202 });
		const created = await post(song);
		expect(created.status).toBe(202);
		const failed = await post({ ...song, lyrics: ['#failed'] });
		await wait();
		const { body } = await call(`${url}/${String(created.body.jobId)}`, { headers: key });
		expect([body.status, typeof body.transformedAudioUrl]).toEqual(['processing', 'string']);
		const bad = await call(`${url}/${String(failed.body.jobId)}`, { headers: key });
		expect(bad.body.status).toBe('failed');
		sim.setOptions({ songDone: 'both', songCreateStatus: 200 });
		expect((await post({ ...song, lyrics: 'text' })).status).toBe(400);
		expect((await post({ ...song, backgroundSounds: 'no' })).status).toBe(400);
		await post({ ...song, voiceModelStyle: 'randy', tempo: 3 });
		expect(sim.violations.map(({ field }) => field)).toEqual(['tempo', 'voiceModelStyle']);
	});
});

describe('user (sections C.2.5, C.2.6)', () => {
	const fields = (): Record<string, string> => {
		const { id, profile } = sim.user;
		const { name, bio, social } = profile;
		return {
			id,
			name,
			bio,
			pictureFile: 'null',
			bannerFile: 'null',
			deletePicture: 'false',
			deleteBanner: 'false',
			...Object.fromEntries(
				Object.entries(social).map(([social, value]) => [`social[${social}]`, value]),
			),
		};
	};
	const put = async (form: Parameters<typeof formOf>[0], id = sim.user.id) =>
		await call(`${sim.tunaUrl}/v1/users/${id}/profile`, {
			method: 'PUT',
			headers: token,
			body: formOf(form),
		});

	it('replaces the profile', async () => {
		const { body } = await call(`${sim.tunaUrl}/v1/auth`, { headers: token });
		expect(body).toMatchObject({ slug: 'deep-dave', profile: { name: 'Deep Dave' } });
		expect((await put({ ...fields(), bio: 'новое' })).status).toBe(204);
		expect(sim.user.profile.bio).toBe('новое');
		expect(sim.user.profile.social.twitchId).toBe('deepdave');
		expect(sim.violations).toEqual([]);
		const { id, name, bio } = fields();
		await put({ id: id ?? '', name: name ?? '', bio: bio ?? '' });
		expect(sim.user.profile.social.twitchId).toBe('');
		expect(sim.violations.map(({ field }) => field)).toEqual(
			expect.arrayContaining(SOCIALS.map((social) => `social[${social}]`)),
		);
	});

	it('takes pictures, and holds the name until its date', async () => {
		const picture = { content: Buffer.from('png'), name: 'me.png', type: 'image/png' };
		expect((await put({ ...fields(), pictureFile: picture })).status).toBe(204);
		expect((await call(sim.user.profile.picture)).bytes.toString()).toBe('png');
		expect((await put({ ...fields(), deletePicture: 'true' })).status).toBe(204);
		expect(sim.user.profile.picture).toBe('');
		sim.setOptions({ nextChangeNameAvailable: '2999-01-01T00:00:00.000Z' });
		const refused = await put({ ...fields(), name: 'Other' });
		expect([refused.status, refused.body.message]).toEqual([400, 'Invalid name']);
		sim.setOptions({ nextChangeNameAvailable: '2024-01-01T00:00:00.000Z' });
		expect((await put({ ...fields(), name: 'Other' })).status).toBe(204);
		expect((await put(fields(), 'somebody')).status).toBe(403);
	});
});
