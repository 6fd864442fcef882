/** All status words of alphasms.md section 5. */
export const STATUSES = [
	'ACCEPTED',
	'QUEUED',
	'ROUTING',
	'DELIVERED',
	'READ',
	'REPLIED',
	'PARTIALLY DELIVERED',
	'DELETED',
	'EXPIRED',
	'FILTERED',
	'INVALID DESTINATION ADDRESS',
	'INVALID SOURCE ADDRESS',
	'NO ROUTE',
	'REJECTED',
	'SIM FULL',
	'UNDELIVERABLE',
	'UNKNOWN',
] as const;

/** A status word. */
export type Status = (typeof STATUSES)[number];

const IN_PROGRESS: ReadonlySet<Status> = new Set<Status>(['ACCEPTED', 'QUEUED', 'ROUTING']);

/** Whether no further status follows (DELIVERED may still become READ or REPLIED, section 5, "Traps"). */
export function isFinal(status: Status): boolean {
	return !IN_PROGRESS.has(status);
}

/** A channel a message can take. */
export type Channel = 'sms' | 'viber' | 'rcs' | 'telegram' | 'whatsapp' | 'voice';

/** Values of the `pipeline` array (section 4.11). */
export const CHANNELS: readonly Channel[] = [
	'sms',
	'viber',
	'rcs',
	'telegram',
	'whatsapp',
	'voice',
];

/** One step of a message: its new status and the channel in use. */
export interface Step {
	status: Status;
	channel: Channel;
}

const BAD_ENDS: Record<string, Status> = {
	'00': 'UNDELIVERABLE',
	'01': 'EXPIRED',
	'02': 'REJECTED',
	'03': 'NO ROUTE',
	'04': 'PARTIALLY DELIVERED',
	'08': 'UNKNOWN',
};
const MESSENGERS: ReadonlySet<Channel> = new Set<Channel>(['viber', 'rcs', 'telegram', 'whatsapp']);
const plans = new Map<string, readonly Step[]>();

/** Local-format numbers are taken and billed, but cannot be delivered (section 3.2, last paragraph). */
export function isLocalNumber(phone: string): boolean {
	return phone.length < 11 || phone.startsWith('0');
}

/** The statuses after ACCEPTED for a message to this phone; the table of endings is in the README. */
export function planSteps(
	channels: readonly Channel[],
	phone: string,
	steerByPhone: boolean,
): readonly Step[] {
	const ending = isLocalNumber(phone) ? '00' : steerByPhone ? phone.slice(-2) : '';
	// Plans are shared by all messages alike, which keeps many thousand waiting messages small.
	const key = `${channels.join()}|${ending}`;
	let plan = plans.get(key);
	if (!plan) {
		plan = makePlan(channels, ending);
		plans.set(key, plan);
	}
	return plan;
}

function makePlan(channels: readonly Channel[], ending: string): Step[] {
	const first = channels[0] ?? 'sms';
	const last = channels[channels.length - 1] ?? first;
	const start: Step[] = [{ status: 'QUEUED', channel: first }];
	if (ending === '05') return start;
	start.push({ status: 'ROUTING', channel: first });

	const bad = BAD_ENDS[ending];
	if (bad) return [...start, ...handOvers(channels, last), { status: bad, channel: last }];
	if ((ending === '06' || ending === '07') && channels.includes('viber')) {
		const viber: Step[] = (['DELIVERED', 'READ', 'REPLIED'] as const).map((status) => ({
			status,
			channel: 'viber',
		}));
		return [...start, ...handOvers(channels, 'viber'), ...viber];
	}
	const fails = (channel: Channel): boolean =>
		(ending === '10' && MESSENGERS.has(channel)) || (ending === '09' && channel === 'voice');
	const good = channels.find((channel) => !fails(channel));
	const end: Step = good
		? { status: 'DELIVERED', channel: good }
		: { status: 'UNDELIVERABLE', channel: last };
	return [...start, ...handOvers(channels, end.channel), end];
}

/** One ROUTING step for every channel that is tried after the first. */
function handOvers(channels: readonly Channel[], until: Channel): Step[] {
	return channels
		.slice(1, channels.indexOf(until) + 1)
		.map((channel) => ({ status: 'ROUTING', channel }));
}
