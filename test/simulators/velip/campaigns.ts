import {
	checkAudio,
	fingerprint,
	readFlavour,
	readList,
	readPace,
	readSchedule,
} from './campaignInput';
import { MINUTE } from './clock';
import { ok, Refusal, type Answer } from './envelope';
import type { Params } from './input';
import type { Campaign } from './records';
import { num, type Visit, type World } from './world';

/** `CreateCampaign`: creates or clones a campaign (velip.md section 9.1). */
export function createCampaign(world: World, { fn, params }: Visit): Answer {
	const http = world.options.legacy201 ? 201 : 200;
	const requestId = params.text('request_id');
	if (requestId !== undefined && !/^[A-Za-z0-9._:-]{8,64}$/.test(requestId))
		throw new Refusal(233, 'request_id invalid');
	const now = world.clock.now();
	const print = requestId === undefined ? '' : fingerprint(params);
	const known = world.store.creations.get(`${requestId} ${print}`);
	if (requestId !== undefined && known && now - known.at < 30 * MINUTE)
		return ok({ ...known.fields, duplicate_request: '1' }, {}, { http });

	const campaign = build(world, params);
	world.store.campaigns.set(campaign.id, campaign);
	if (campaign.ctid !== undefined) world.store.batches.set(campaign.ctid, campaign.id);
	world.store.accept(fn, { ctid: campaign.ctid, requestId });
	world.lifecycle.load(campaign);
	const fields: Record<string, unknown> = {
		cp_id: num(world, campaign.id),
		settings: {
			max_answered: num(world, campaign.maxAnswered),
			vel: campaign.speed,
			resends: num(world, campaign.resends),
			time_resends: num(world, campaign.timeResends),
			no_block: num(world, campaign.noBlock),
			group: campaign.group,
		},
	};
	if (requestId !== undefined) {
		world.store.creations.set(`${requestId} ${print}`, { at: now, fields });
		fields.duplicate_request = '0';
	}
	return ok(fields, {}, { http, accepted: 1 });
}

function build(world: World, params: Params): Campaign {
	const cloned = params.text('cp_id');
	const source = cloned === undefined ? undefined : world.store.campaigns.get(Number(cloned));
	if (cloned !== undefined && !source) throw new Refusal(282, 'Source campaign not found');
	const pace = readPace(world, params, source);
	const type = source ? source.type : readFlavour(params);
	const relftp = params.text('relftp');
	if (relftp !== undefined && !world.options.ftpProfiles.includes(Number(relftp)))
		throw new Refusal(200, 'FTP programming does not exist');
	const schedule = readSchedule(world, params, source);
	const queueId = readQueue(world, params, source);
	const content = checkAudio(world, params, source !== undefined);
	const listId = readList(world, params);
	const list = world.store.lists.get(listId);
	for (const other of world.store.campaigns.values()) {
		const same =
			other.listId === listId &&
			other.dateStart === schedule.dateStart &&
			other.timeStart === schedule.timeStart &&
			other.active !== 0;
		if (same) throw new Refusal(230, 'Active campaign with same date');
	}
	noteLengths(params);
	const name = params.text('name') ?? list?.name ?? '';
	return {
		...pace,
		...schedule,
		id: world.store.nextId('campaign', 3001),
		name,
		// Section 9.1: not copied on clone.
		detail: params.text('detail') ?? '',
		ctid: params.text('cp_ctid'),
		type,
		listId,
		queueId,
		active: 2,
		statusText: 'Gerando destinos',
		dead: world.options.steerByPhone && name.includes('DEADLOAD'),
		transfers: source?.transfers ?? (queueId === undefined ? undefined : 1),
		content: content || (source?.content ?? ''),
		rurl: params.url('rurl'),
		model: false,
		next: 0,
		made: 0,
		answered: 0,
		transferred: 0,
		dialling: false,
	};
}

/** Code 253: clone mode only; 0 removes (section 9.1). */
function readQueue(world: World, params: Params, source?: Campaign): number | undefined {
	const id = params.text('queue_id');
	if (id === undefined) return source?.queueId;
	if (!source) {
		params.violation('queue_id', 'Clone mode only');
		return undefined;
	}
	if (id === '0') return undefined;
	if (!world.store.queues.has(Number(id))) throw new Refusal(253, 'Queue not found');
	return Number(id);
}

function noteLengths(params: Params): void {
	if ((params.text('name')?.length ?? 0) > 50) params.violation('name', 'More than 50 characters');
	if ((params.text('detail')?.length ?? 0) > 256)
		params.violation('detail', 'More than 256 characters');
}
