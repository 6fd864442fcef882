import { parseMoment, isTime } from './clock';
import { ok, Refusal, type Answer } from './envelope';
import type { Params } from './input';
import { toDestination } from './phones';
import type { CallPlan } from './records';
import { readSmsAction } from './smsAction';
import { obstacle } from './steering';
import { findVoice } from './voices';
import type { Visit, World } from './world';

const TYPES = ['0', '2', '3', '22', '100'];
const VARIABLES = ['nome', 'cod_cli', 'extra1', 'extra2', 'extra3', 'extra4'];
/** Slots whose ids are checked (velip.md section 7.1, code 204). */
const CHECKED_SLOTS = [
	'content',
	'content1',
	'content2',
	'content3',
	'content4',
	'content5',
	'contentfail',
];

/** `MakeTTSCall`: places one call (section 7.1). */
export function makeTtsCall(world: World, visit: Visit): Answer {
	const { params } = visit;
	const { store, options } = world;
	const dest = toDestination(params.text('dest') ?? '', params.text('setbrasil'));
	if (dest === undefined) throw new Refusal(203, 'number invalid');
	const drops = checkSpeech(world, params);
	const type = params.text('type') ?? '0';
	if (!TYPES.includes(type)) params.violation('type', `Unknown call mode: ${type}`);
	checkAgent(world, params, type);
	checkNumbers(params);
	const sms = readSmsAction(params, type === '0');
	const repeat = readRepeat(params);
	const block = readBlock(params);
	const ctid = params.text('ctid');
	const httpdup = params.softInt('httpdup', options.httpdupSeconds, 0, 600);
	refuseRepeats(world, visit, dest, ctid, httpdup);
	refuseDestination(world, params, dest);
	if (!store.canPay) throw inner(world, 'No credit ID');

	const cpid = params.text('cpid');
	const plan: CallPlan = {
		detectMachine: params.has('amd'),
		secondLeg: params.has('dest2') || type === '100',
		record: params.softInt('rec', type === '22' ? 30 : 0, 0),
		drops,
		sms,
		triesLeft: (repeat?.tries ?? 1) - 1,
	};
	const call = store.addCall({
		dest,
		ctid,
		cpid,
		campaignId: cpid === undefined ? undefined : batchOf(world, cpid),
		createdAt: world.clock.now(),
		name: params.text('nome'),
		rurl: params.url('rurl'),
		plan,
	});
	store.accept(visit.fn, { ctid, dest });
	store.noteSend(visit.fn, dest);
	if (ctid !== undefined) store.ctids.add(`${visit.fn} ${ctid}`);
	world.lifecycle.startCall(call, Math.max(repeat?.first ?? 0, block));

	const fields: Record<string, unknown> = {};
	// Section 7.1: with `repeat` no cd_id comes back.
	if (!repeat) fields.cd_id = `c_${call.num}`;
	if (params.has('callerid') && !options.ownRoutes)
		fields.warning = 'callerid ignored: account without own routes';
	return ok(fields, {}, { accepted: 1 });
}

/** Codes 201 to 210. Tells whether the call will drop because an audio id lacks its `tf` (section 6.5). */
function checkSpeech(world: World, params: Params): boolean {
	const text = params.text('text');
	const url = params.text('urlcontent');
	if (url !== undefined && !URL.canParse(url)) throw new Refusal(202, 'urlcontent invalida');
	const speaks =
		text !== undefined ||
		url !== undefined ||
		params.has('content') ||
		VARIABLES.some((name) => params.has(name));
	if (!speaks) throw new Refusal(201, 'No text');
	const voice = params.text('voice');
	if (voice !== undefined) {
		if (/^elevenlabs\b/i.test(voice))
			throw new Refusal(210, 'TTS ElevenLabs not permitted in MakeTTSCall');
		if (!findVoice(voice)) params.violation('voice', `GetTTSVoices lists no such voice: ${voice}`);
	}
	let drops = false;
	for (const name of CHECKED_SLOTS) {
		const id = params.text(name);
		if (id === undefined || text !== undefined) continue;
		if (!/^(tf)?\d+$/.test(id)) throw new Refusal(204, `Invalid ${name}`);
		if (!world.store.audios.has(Number(id.replace('tf', ''))))
			throw new Refusal(205, 'Content not found');
		if (/^\d+$/.test(id)) {
			drops = true;
			params.doubtful(name, 'Digits only: every sample passes the tf form, and the call drops');
		}
	}
	return drops;
}

/** Code 290. */
function checkAgent(world: World, params: Params, type: string): void {
	if (type !== '100') return;
	const agent = params.text('dtmfini');
	if (agent === undefined) throw new Refusal(290, 'Inform agent ID');
	if (!world.options.agents.includes(Number(agent))) throw new Refusal(290, 'Agent is not valid');
}

/** Values without an error code of their own: noted, not refused. */
function checkNumbers(params: Params): void {
	for (const name of [
		'ndig',
		'dtime',
		'fifolim',
		'senddtmftime',
		'ringtime',
		'timelimit',
		'answer',
		'fifo',
	])
		params.softInt(name, 0, 0);
	for (const name of ['setbrasil', 'free']) params.softInt(name, 0, 0, 1);
	params.softInt('moh', 0, 0, 3);
	params.softInt('bkddd', 0, 0, 2);
	params.softInt('priority', 0);
	params.word('startrec', ['pa', 'conf', 'ini'], 'pa');
	const dest2 = params.text('dest2');
	if (dest2 !== undefined && !/^(\d+|RT\d+|WA\d+|FI\d+)$/.test(dest2))
		params.violation('dest2', `Neither a number nor RT, WA or FI with an id: ${dest2}`);
	const ctid = params.text('ctid');
	if (ctid !== undefined && !/^[a-z0-9]{1,15}$/i.test(ctid))
		params.doubtful('ctid', 'More than 15 alphanumeric characters (old manual)');
}

/** `tries|interval_min|until` with an optional first attempt (section 7.1). */
function readRepeat(params: Params): { tries: number; first: number } | undefined {
	const text = params.text('repeat');
	if (text === undefined) return undefined;
	const [tries = '', interval = '', until = '', first, ...rest] = text.split('|');
	const moment = first === undefined ? 0 : parseMoment(first);
	const fine =
		/^[1-9]\d*$/.test(tries) &&
		/^\d+$/.test(interval) &&
		isTime(until) &&
		!Number.isNaN(moment) &&
		rest.length === 0;
	if (!fine) params.violation('repeat', `Not tries|interval_min|until[|YYYY-MM-DD HH:MM]: ${text}`);
	return fine ? { tries: Number(tries), first: moment } : { tries: 1, first: 0 };
}

function readBlock(params: Params): number {
	const text = params.text('block');
	if (text === undefined) return 0;
	const moment = parseMoment(text);
	if (Number.isNaN(moment))
		params.doubtful('block', `A format nobody has been seen to send: ${text}`);
	return moment || 0;
}

/** Codes 220 and 244, and the limits per number and audio (250 `CA`). */
function refuseRepeats(
	world: World,
	{ fn, params }: Visit,
	dest: string,
	ctid: string | undefined,
	httpdup: number,
): void {
	const { store, options } = world;
	if (options.ctidRule && ctid !== undefined && store.ctids.has(`${fn} ${ctid}`))
		throw new Refusal(220, 'DP');
	if (store.isRepeated(fn, dest, httpdup)) throw new Refusal(244, 'http duplicity');
	const cpid = params.text('cpid');
	for (const name of ['numlim', 'audiolim']) {
		const limit = params.softInt(name, 0, 0);
		if (limit === 0 || cpid === undefined) continue;
		const calls = store.callsOfCampaign(batchOf(world, cpid));
		if (calls.filter((call) => call.dest === dest).length >= limit) throw inner(world, 'CA');
	}
}

/** Code 230, and the inner statuses of code 250. */
function refuseDestination(world: World, params: Params, dest: string): void {
	const { blockList, doNotCall, steerByPhone } = world.options;
	const reason = obstacle(dest, steerByPhone);
	if (reason === 'blockTime' && params.text('bkddd') === '1')
		throw new Refusal(230, 'block ddd time');
	if (reason === 'blocked' || blockList.includes(dest)) throw inner(world, 'Blocked');
	const listed = reason === 'doNotCall' || doNotCall.includes(dest);
	if (listed && params.text('free') !== '1') throw inner(world, 'BK_PROCON');
}

/** Code 250 with `errodet`, whose place the page does not know (open question 5). */
function inner(world: World, status: string): Refusal {
	const detail = { errodet: `error sent message ${status}` };
	return world.options.errodet === 'root'
		? new Refusal(250, status, 400, {}, detail)
		: new Refusal(250, status, 400, detail);
}

/** The internal campaign that collects the calls of a `cpid`. */
function batchOf(world: World, cpid: string): number {
	const known = world.store.batches.get(cpid);
	if (known !== undefined) return known;
	const id = world.store.nextId('campaign', 3001);
	world.store.batches.set(cpid, id);
	return id;
}
