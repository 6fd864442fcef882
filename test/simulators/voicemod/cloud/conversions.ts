import { json, type SimulatorResponse } from '../../core/http';
import type { Part } from '../../core/multipart';
import { wavSeconds } from '../../core/wav';
import { ApiError, badRequest, notFound } from './errors';
import { textOf, type Visit } from './input';
import { audioType, makeAudio } from './media';
import { isFinished, sha256, type Job } from './store';
import type { Endpoint, World } from './world';

const LONG_SECONDS = 10.5;

/** Voices that steer what becomes of a conversion (`steer`). */
export const STEERING_VOICES = ['sim-fail-400', 'sim-fail-500', 'sim-never', 'sim-slow'] as const;

/** `POST /v2/cloud/audio` (voicemod.md section A.6.2). */
function create(world: World, visit: Visit): SimulatorResponse {
	visit.checkQuery();
	const form = visit.form('voice', 'audioFile');
	const order = readOrder(world, visit, form, 'voice');
	const steered = world.options.steer ? order.voice : '';
	const job = world.store.addJob('conversion', order, {
		outcome: steered.startsWith('sim-fail') ? 'failed' : 'ready',
		failureStatus: steered === 'sim-fail-400' ? 400 : 500,
		never: steered === 'sim-never',
		slow: steered === 'sim-slow',
	});
	return { ...json({ id: job.id }, 202), accepted: 1 };
}

/** `GET /v2/cloud/audio/{id}`. */
function get(world: World, visit: Visit, [id = '']: string[]): SimulatorResponse {
	visit.checkQuery();
	const job = world.store.jobs.get(id);
	if (!job || job.kind !== 'conversion') throw notFound(`No conversion ${id}`);
	job.polls++;
	if (!isFinished(job)) return json({ id, status: 'processing' }, world.options.pendingStatus);
	if (job.outcome === 'failed')
		throw new ApiError(
			job.failureStatus,
			'Conversion failed',
			'The recording could not be converted',
			'conversion_failed',
		);
	return json({ url: fileOf(world, job, 'wav') });
}

/** `POST /v1/cloud/audio` (section A.6.1). */
function convert(world: World, visit: Visit): SimulatorResponse {
	visit.checkQuery('convertMp3');
	const isMp3 = visit.boolean('convertMp3', false);
	const order = readOrder(world, visit, visit.form('voiceId', 'audioFile'), 'voiceId');
	if (world.options.steer && order.voice.startsWith('sim-fail'))
		throw new ApiError(
			order.voice === 'sim-fail-400' ? 400 : 500,
			'Conversion failed',
			'The recording could not be converted',
			'conversion_failed',
		);
	const job = world.store.addJob('conversion', { ...order, convertMp3: isMp3 });
	job.readyAt = 0;
	const url = fileOf(world, job, isMp3 ? 'mp3' : 'wav');
	return { ...json({ convertedFileUrl: url }), accepted: 1 };
}

interface ConversionOrder extends Record<string, unknown> {
	voice: string;
	audio: string;
	bytes: number;
}

function readOrder(
	world: World,
	visit: Visit,
	form: Map<string, Part>,
	voiceField: 'voice' | 'voiceId',
): ConversionOrder {
	const voice = textOf(form.get(voiceField));
	if (voice === undefined || voice === '')
		throw badRequest(voiceField, `${voiceField} is required`);
	const { voices, steer, checkAudio } = world.options;
	const isSteering = steer && STEERING_VOICES.some((known) => known === voice);
	if (voices.length > 0 && !voices.includes(voice) && !isSteering)
		throw badRequest(voiceField, `No such voice: ${voice}`);
	const file = form.get('audioFile');
	if (!file || file.filename === undefined)
		throw badRequest('audioFile', 'audioFile must be a file');
	if (file.filename === '') visit.violation('audioFile', 'The file has no name');
	if (file.content.length === 0) throw badRequest('audioFile', 'audioFile is empty');
	if (checkAudio && audioType(file.content) === undefined)
		throw badRequest('audioFile', 'audioFile is no audio');
	if ((wavSeconds(file.content) ?? 0) > LONG_SECONDS)
		visit.doubtful('audioFile', 'Longer than the 10 s that the website sends');
	return { voice, audio: sha256(file.content), bytes: file.content.length };
}

/** Stores the result and gives its URL. */
function fileOf(world: World, job: Job, format: 'mp3' | 'wav'): string {
	const path = `/converted/${job.id}.${format}`;
	if (!world.store.files.has(path))
		world.store.files.set(path, {
			content: makeAudio(format, job.id),
			type: format === 'mp3' ? 'audio/mpeg' : 'audio/wav',
		});
	return `${world.filesUrl}${path}`;
}

/** Conversion of recordings. */
export const conversionEndpoints: Endpoint[] = [
	{ gateway: 'main', method: 'POST', path: /^\/v1\/cloud\/audio$/, need: 'key', run: convert },
	{ gateway: 'main', method: 'POST', path: /^\/v2\/cloud\/audio$/, need: 'key', run: create },
	{ gateway: 'main', method: 'GET', path: /^\/v2\/cloud\/audio\/([^/]+)$/, need: 'key', run: get },
];
