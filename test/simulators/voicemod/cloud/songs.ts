import { json } from '../../core/http';
import { badRequest, notFound } from './errors';
import type { Visit } from './input';
import { makeAudio } from './media';
import { isFinished, type Job } from './store';
import type { Endpoint, World } from './world';

type Variant = 'partnerSong' | 'userSong';

const TEXT_FIELDS = [
	'language',
	'voiceModel',
	'voiceModelStyle',
	'scoreFileRemotePath',
	'scoreDataFileRemotePath',
	'dspFileRemotePath',
	'dspEffect',
	'artistName',
	'songName',
	'singerImageRemotePath',
	'backgroundImageRemotePath',
] as const;

const STYLES: Record<string, readonly string[]> = {
	CFV_2: ['mezzo', 'baritone'],
	Randy_v3o: ['randy'],
};

/** First line of the lyrics that steers what becomes of a song (`steer`). */
export const STEERING_LYRICS = ['#failed', '#never', '#slow'] as const;

/** `POST /v2/cloud/partners/ttsing` and `/v2/cloud/ttsing` (voicemod.md section A.6.3). */
function create(kind: Variant): Endpoint['run'] {
	return (world, visit) => {
		visit.checkQuery();
		const order = readSong(visit);
		const first = world.options.steer ? order.lyrics[0] : '';
		const job = world.store.addJob(kind, order, {
			outcome: first === '#failed' ? 'failed' : 'ready',
			never: first === '#never',
			slow: first === '#slow',
		});
		return { ...json({ jobId: job.id }, world.options.songCreateStatus), accepted: 1 };
	};
}

/** `GET .../ttsing/{jobId}`. */
function get(kind: Variant): Endpoint['run'] {
	return (world, visit, [id = '']) => {
		visit.checkQuery();
		const job = world.store.jobs.get(id);
		if (!job || job.kind !== kind) throw notFound(`No job ${id}`);
		job.polls++;
		return json(songState(world, job));
	};
}

function songState(world: World, job: Job): Record<string, unknown> {
	const { songRunningStatus, songDone } = world.options;
	if (!isFinished(job)) return { status: songRunningStatus, transformedAudioUrl: null };
	if (job.outcome === 'failed') return { status: 'failed', transformedAudioUrl: null };
	const audio = store(world, `/songs/${job.id}.mp3`, 'mp3', 'audio/mpeg');
	const video = store(world, `/songs/${job.id}.mp4`, 'mp4', 'video/mp4');
	return {
		status: songDone === 'url' ? songRunningStatus : 'completed',
		transformedAudioUrl: songDone === 'status' ? null : audio,
		urlVideoWithBackground: video,
	};
}

function store(world: World, path: string, format: string, type: string): string {
	if (!world.store.files.has(path))
		world.store.files.set(path, { content: makeAudio(format, path), type });
	return `${world.filesUrl}${path}`;
}

interface SongOrder extends Record<string, unknown> {
	lyrics: string[];
}

function readSong(visit: Visit): SongOrder {
	const body = visit.json();
	const { lyrics, backgroundSounds } = body;
	if (!Array.isArray(lyrics) || lyrics.length === 0)
		throw badRequest('lyrics', 'lyrics must be an array of lines');
	const lines = lyrics.map((line: unknown) => {
		if (typeof line !== 'string') throw badRequest('lyrics', 'Each line must be a text');
		if (/[\r\n]/.test(line)) visit.violation('lyrics', 'A line break inside of an entry');
		return line;
	});
	for (const name of TEXT_FIELDS) {
		if (body[name] === undefined) visit.doubtful(name, 'Not sent; all fields were sent so far');
		else if (typeof body[name] !== 'string') throw badRequest(name, `${name} must be a text`);
	}
	if (backgroundSounds === undefined)
		visit.doubtful('backgroundSounds', 'Not sent; all fields were sent so far');
	else if (typeof backgroundSounds !== 'boolean')
		throw badRequest('backgroundSounds', 'backgroundSounds must be true or false');
	for (const name of Object.keys(body)) {
		const isKnown = [...TEXT_FIELDS, 'lyrics', 'backgroundSounds'].some((known) => known === name);
		if (!isKnown) visit.violation(name, 'The page lists no such field');
	}
	checkVoice(visit, body);
	return { ...body, lyrics: lines };
}

function checkVoice(visit: Visit, body: Record<string, unknown>): void {
	const { voiceModel, voiceModelStyle } = body;
	if (typeof voiceModel !== 'string' || typeof voiceModelStyle !== 'string') return;
	const styles = STYLES[voiceModel];
	if (!styles) visit.doubtful('voiceModel', `Unknown model: ${voiceModel}`);
	else if (!styles.includes(voiceModelStyle))
		visit.violation('voiceModelStyle', `${voiceModelStyle} does not go with ${voiceModel}`);
}

/** Text to song, for partners (key) and for users (token). */
export const songEndpoints: Endpoint[] = [
	{
		gateway: 'main',
		method: 'POST',
		path: /^\/v2\/cloud\/partners\/ttsing$/,
		need: 'key',
		run: create('partnerSong'),
	},
	{
		gateway: 'main',
		method: 'GET',
		path: /^\/v2\/cloud\/partners\/ttsing\/([^/]+)$/,
		need: 'key',
		run: get('partnerSong'),
	},
	{
		gateway: 'main',
		method: 'POST',
		path: /^\/v2\/cloud\/ttsing$/,
		need: 'token',
		run: create('userSong'),
	},
	{
		gateway: 'main',
		method: 'GET',
		path: /^\/v2\/cloud\/ttsing\/([^/]+)$/,
		need: 'token',
		run: get('userSong'),
	},
];
