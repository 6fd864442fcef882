import { DAY, HOUR, MINUTE } from './moments';
import type { KitBehaviour } from './options';
import type { Store } from './store';

/** System statuses and one of the account's own (voximplant-kit.md sections 5.10, 5.16). */
export const STATUSES = [
	{ id: 1892, key: 'OFFLINE', title: 'Offline', color: 'C6CACC', system: true, order: 0 },
	{ id: 1893, key: 'READY', title: 'Ready', color: '61BA32', system: true, order: 1 },
	{ id: 1894, key: 'DIALING', title: 'Dialing', color: '2C86FF', system: true, order: 2 },
	{ id: 1895, key: 'IN_SERVICE', title: 'In service', color: '2C86FF', system: true, order: 3 },
	{
		id: 1896,
		key: 'AFTER_SERVICE',
		title: 'After service',
		color: '6D54F9',
		system: true,
		order: 4,
	},
	{ id: 1897, key: 'BANNED', title: 'Banned', color: 'F25A5A', system: true, order: 5 },
	{ id: 1898, key: 'ONLINE', title: 'Online', color: '61BA32', system: true, order: 6 },
	{ id: 1899, key: 'DND', title: 'Do not disturb', color: 'F25A5A', system: true, order: 7 },
	{ id: 2216, key: 'CUSTOM_2', title: 'Training', color: 'F3AA18', system: false, order: 201 },
	{ id: 2219, key: 'CUSTOM_5', title: 'Lunch', color: 'F3AA18', system: false, order: 204 },
] as const;

/** WhatsApp channel of the page's sample. */
export const CHANNEL_ID = 31;

/** Fills a fresh account; the first of each kind have the ids of the page's samples. */
export function seedAccount(store: Store, options: KitBehaviour, now: number): void {
	const { seed } = options;
	seedScenarios(store, seed.scenarios, now);
	seedNumbers(store, seed.numbers, seed.callerIds, now);
	seedPeople(store, seed.users, seed.groups, now);
	seedQueues(store, seed.queues, now);
	for (let index = 0; index < seed.tags; index++)
		store.tags.set(
			[12, 34][index] ?? 100 + index,
			['vip', 'callback'][index] ?? `tag ${index + 1}`,
		);
	for (let index = 0; index < seed.dncLists; index++)
		store.dncLists.set(897 + index, index === 0 ? 'Opt-outs' : `Do not call ${index + 1}`);
	for (let index = 0; index < seed.templates; index++)
		store.templates.set(8 + index, {
			id: 8 + index,
			name: `template_${index + 1}`,
			channel_id: CHANNEL_ID,
			status: index === 1 ? 'rejected' : 'approved',
			language: 'en',
		});
}

/** Incoming and outgoing ones by turns. */
function seedScenarios(store: Store, count: number, now: number): void {
	for (let index = 0; index < count; index++)
		store.scenarios.set(17828 + index, {
			id: 17828 + index,
			title: index === 0 ? 'Order reminder' : `Scenario ${index + 1}`,
			type: index % 2 === 0 ? 1 : 2,
			folderId: index % 5 === 4 ? 7 : null,
			createdAt: now - DAY * (count - index),
			variables: ['name', 'order'],
		});
}

function seedNumbers(store: Store, numbers: number, callerIds: number, now: number): void {
	for (let index = 0; index < numbers; index++) {
		const id = [610, 1976][index] ?? 2000 + index;
		const number = index === 0 ? '15557654321' : String(15557654321 + index);
		// The last of several is one that is not active.
		const active = index === 0 || index < numbers - 1;
		store.numbers.set(id, { id, number, country: 'US', active });
	}
	for (let index = 0; index < callerIds; index++) {
		const active = index === 0 || index < callerIds - 1;
		const number = String(15550001000 + index);
		store.callerIds.set(1 + index, {
			id: 1 + index,
			number,
			active,
			verifiedUntil: active ? now + 300 * DAY : now - DAY,
		});
	}
}

function seedPeople(store: Store, users: number, groups: number, now: number): void {
	for (let index = 0; index < groups; index++)
		store.groups.set(190 + index, {
			id: 190 + index,
			title: index === 0 ? 'Retail sales' : `Group ${index + 1}`,
			createdAt: now - 60 * DAY,
		});
	for (let index = 0; index < users; index++) {
		const id = 1217 + index;
		const status = index % 3 === 1 ? 'OFFLINE' : 'READY';
		store.users.set(id, {
			id,
			name: `user-${1017 + index}`,
			first: 'Agent',
			last: `Number ${index + 1}`,
			email: `agent${index + 1}@example.com`,
			role: index === 0 ? 2 : 5,
			groupId: 190 + (index % Math.max(1, groups)),
			status,
			statusAt: now - HOUR,
			zone: 'Asia/Qyzylorda',
		});
		seedStatusHistory(store, id, status, now);
	}
}

/** Three intervals of today's morning, one of zero length (section 5.3, searchStatuses). */
function seedStatusHistory(store: Store, userId: number, last: string, now: number): void {
	const steps: Array<[status: string, minutes: number]> = [
		['READY', 120],
		['CUSTOM_2', 70],
		['READY', 60],
		[last, 60],
	];
	steps.slice(0, -1).forEach(([status, minutes], index) => {
		const [next, end] = steps[index + 1] ?? [last, 60];
		store.statusHistory.push({
			id: store.nextId('status', 11953014),
			user_id: userId,
			status,
			start: now - minutes * MINUTE,
			end: now - end * MINUTE,
			next_status: next,
			changed_by: index === 2 ? null : userId,
		});
	});
}

function seedQueues(store: Store, count: number, now: number): void {
	const users = [...store.users.keys()];
	for (let index = 0; index < count; index++)
		store.queues.set(2511 + index, {
			id: 2511 + index,
			title: index === 0 ? 'Test queue' : `Queue ${index + 1}`,
			name: `queue_name_${20260616052554199 + index}`,
			agentCampaignId: null,
			campaignId: null,
			userIds: users.filter((_, position) => position % count === index),
			createdAt: now - 30 * DAY,
		});
}
