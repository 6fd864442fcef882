import { ok, type Answer } from './envelope';
import { isoText, microText, momentText } from './moments';
import { paged } from './paging';
import type { Group, Queue, User } from './records';
import { bool, idList, ints, need, text, type Rule } from './rules';
import { STATUSES } from './seed';
import { isZone } from './moments';
import { method, type Methods, type World } from './world';

const DAY = 86_400_000;

const zone: Rule<string> = {
	read(value, wrong) {
		if (!isZone(value)) throw wrong(`unknown time zone: ${value}`);
		return value;
	},
};

/** Section 5.10. */
export const peopleMethods: Methods = {
	'v3/user/searchUsers': method({ id: idList }, { paged: true }, (world, { id }, { raw }) => {
		const rows = [...world.store.users.values()].filter((row) => !id || id.includes(row.id));
		return paged(rows, showUser, raw, world.options);
	}),
	'v3/usergroup/searchGroups': method(
		{ id: idList },
		{ paged: true, contactCentre: true },
		(world, { id }, { raw }) => {
			const rows = [...world.store.groups.values()].filter((row) => !id || id.includes(row.id));
			return paged(rows, showGroup, raw, world.options);
		},
	),
	'v3/queues/searchQueues': method(
		{ with_users: bool },
		{ paged: true, contactCentre: true },
		(world, { with_users: withUsers }, { raw }) => {
			const rows = [...world.store.queues.values()];
			return paged(rows, (row) => showQueue(world, row, withUsers === true), raw, world.options);
		},
	),
	'v3/agentStatuses/searchStatuses': method({}, { contactCentre: true }, () =>
		ok(
			STATUSES.map((status) => ({
				...status,
				active: true,
				description: status.system ? null : `${status.title} break`,
			})),
		),
	),
	'v3/realtimeMetrics/getAgentsMetricsCalls': method(
		{ interval: need(text()), agent_ids: need(ints), timezone: zone },
		{ contactCentre: true },
		(world, { interval, agent_ids: agents }, { notes, method: name }) => {
			if (interval !== 'since12am' && interval !== 'last24h')
				notes.undocumented(name, 'interval', `Not seen: ${interval}`);
			return metrics(world, agents, interval);
		},
	),
};

function showUser(user: User): Record<string, unknown> {
	const fullName = `${user.last} ${user.first}`;
	return {
		id: user.id,
		username: user.name,
		email: user.email,
		createdon: 1774862945,
		date_update: microText(user.statusAt),
		role_id: user.role,
		lastlogin: Math.floor(user.statusAt / 1000),
		logincount: 74,
		permissions: '[]',
		blocked_date: null,
		blocked_until: null,
		blocked_by: null,
		is_blocked: false,
		group_id: user.groupId,
		deleted: false,
		deletedon: null,
		messaging_user_id: 1_000_000 + user.id,
		vox_id: user.id - 88,
		is_2fa_enabled: false,
		call_status: user.status,
		call_status_change_time: momentText(user.statusAt),
		im_status: user.status,
		im_status_change_time: momentText(user.statusAt),
		max_simultaneous_conversations: 10,
		full_name: fullName,
		profile: {
			utc: user.zone,
			lang: 'en',
			email: user.email,
			avatar: null,
			full_name: fullName,
			last_name: user.last,
			first_name: user.first,
			middle_name: null,
		},
		supervisor_campaigns: [],
	};
}

function showGroup(group: Group): Record<string, unknown> {
	return {
		id: group.id,
		group_title: group.title,
		domain_id: 4242,
		create_date: momentText(group.createdAt),
		created_by: 1217,
		edit_date: momentText(group.createdAt),
		edited_by: 1217,
		delete_date: null,
		deleted: false,
		can_inbound_calls: true,
		can_outbound_calls: true,
		can_internal_calls: true,
		outbound_phone_id: null,
		outbound_caller_id: null,
		dialing_strategy: 'one_random',
		agent_dialing_max_waiting_time_sec: 20,
		group_dialing_max_waiting_time_sec: 60,
		conversation_uuid: null,
		outbound_sip_number_id: null,
		outbound_phone_number_ids: [],
		outbound_sip_number_ids: [372],
		outbound_caller_ids: [],
		number_extension: null,
	};
}

function showQueue(world: World, queue: Queue, withUsers: boolean): Record<string, unknown> {
	return {
		id: queue.id,
		acd_queue_id: queue.id + 130,
		acd_queue_name: queue.name,
		acd_queue_title: queue.title,
		description: null,
		priority: 10,
		call_agent_selection: 'MAX_WAITING_TIME',
		call_task_selection: 'MAX_PRIORITY',
		im_agent_selection: 'MAX_WAITING_TIME',
		im_task_selection: 'MAX_PRIORITY',
		fallback_agent_selection: 'NONE',
		call_max_waiting_time: 60,
		call_max_queue_size: 1000,
		im_max_waiting_time: 60,
		im_max_queue_size: 1000,
		call_sl_waiting_time_sec: 20,
		im_sl_waiting_time_sec: 20,
		max_operator_reaction_time_sec: 10,
		agent_campaign_id: queue.agentCampaignId,
		campaign_id: queue.campaignId,
		create_date: momentText(queue.createdAt),
		deleted: false,
		...(withUsers ? { users: queue.userIds.flatMap((id) => queueUser(world, id)) } : {}),
		autoreplies: {},
		number_extension: null,
	};
}

function queueUser({ store }: World, id: number): Array<Record<string, unknown>> {
	const user = store.users.get(id);
	if (!user) return [];
	return [
		{
			id: user.id,
			username: user.name,
			email: user.email,
			avatar: '',
			full_name: `${user.last} ${user.first}`,
			call_status: user.status,
			call_status_change_time: isoText(user.statusAt),
			im_status: user.status,
			im_status_change_time: isoText(user.statusAt),
			role_id: user.role,
			skills: [{ skill_id: 175, skill_level: 5, skill_name: 'Russian' }],
		},
	];
}

/** Counted from the calls and status intervals of the last day. */
function metrics(world: World, agents: readonly number[], interval: string): Answer {
	const { store, clock } = world;
	const to = clock.now();
	const from = interval === 'since12am' ? to - (to % DAY) : to - DAY;
	const stat: Record<string, unknown> = {};
	for (const id of agents) {
		if (!store.users.has(id)) continue;
		const calls = store.calls.filter((call) => call.userId === id && call.startedAt >= from);
		const values: Record<string, number> = {
			total_direct_outbound_calls: calls.length,
			total_direct_outbound_successful_calls: calls.filter((call) => call.code === 'Call_Answered')
				.length,
		};
		for (const row of store.statusHistory) {
			if (row.user_id !== id || row.end < from) continue;
			const name = `total_${row.status.toLowerCase()}_time`;
			values[name] = (values[name] ?? 0) + Math.round((row.end - row.start) / 1000);
		}
		const dates = { from_date: momentText(from), to_date: momentText(to) };
		stat[id] = { [interval]: { user_id: id, ...dates, metrics: values } };
	}
	return ok({ stat });
}
