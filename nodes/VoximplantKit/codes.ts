/** Where a completion code can occur (voximplant-kit.md §7.2). */
export type CallType = 'inbound' | 'outbound' | 'softphone' | 'pds' | 'callback';

export const CALL_TYPES: Readonly<Record<CallType, string>> = {
	inbound: 'inbound scenario',
	outbound: 'outbound scenario or automated campaign',
	softphone: 'softphone',
	pds: 'PDS campaign',
	callback: 'automatic callback',
};

export interface CompletionCode {
	readonly code: string;
	readonly title: string;
	/** What it says about the call; the output field `reason`. */
	readonly reason: string;
	/** The CallFailed codes of a scenario that become this one. */
	readonly callFailed: readonly number[];
	/** In which kinds of calls it occurs, and what it means there if it is special. */
	readonly in: Readonly<Partial<Record<CallType, string>>>;
}

const DIALED = { outbound: '', softphone: '', pds: '', callback: 'when dialing the customer' };
const REFUSED = { outbound: '', softphone: '', pds: '', callback: '' };

/** All completion codes (voximplant-kit.md §7.1, §7.2). Only `Call_Answered` is a success. */
export const COMPLETION_CODES: readonly CompletionCode[] = [
	{
		code: 'Call_Answered',
		title: 'Call Answered',
		reason: 'answered',
		callFailed: [],
		in: { inbound: '', outbound: '', softphone: '', pds: '', callback: 'the customer answered' },
	},
	{
		code: 'Other_Error',
		title: 'Other Error',
		reason: 'dialing failed for another reason',
		// Every code that no other row names.
		callFailed: [],
		in: DIALED,
	},
	{
		code: 'Temporary_Unavailable',
		title: 'Temporary Unavailable',
		reason: 'number unavailable',
		callFailed: [480],
		in: DIALED,
	},
	{
		code: 'Request_Terminated',
		title: 'Request Terminated',
		reason: 'call request ended',
		callFailed: [487],
		in: DIALED,
	},
	{
		code: 'AMD',
		title: 'Answering Machine (AMD)',
		reason: 'answering machine found in time',
		callFailed: [],
		in: DIALED,
	},
	{
		code: 'Invalid_Number',
		title: 'Invalid Number',
		reason: 'wrong number',
		callFailed: [404],
		in: DIALED,
	},
	{ code: 'Call_Busy', title: 'Call Busy', reason: 'busy', callFailed: [486], in: DIALED },
	{
		code: 'No_Answer',
		title: 'No Answer',
		reason: 'nobody answered before the dialing timeout',
		callFailed: [408],
		in: DIALED,
	},
	{
		code: 'Insufficient_Funds',
		title: 'Insufficient Funds',
		reason: 'not enough money',
		callFailed: [402],
		in: REFUSED,
	},
	{
		code: 'Call_Was_Rejected',
		title: 'Call Was Rejected',
		reason: 'rejected',
		callFailed: [603],
		in: REFUSED,
	},
	{
		code: 'Restricted_By_DNC',
		title: 'Restricted by Do-Not-Call List',
		reason: 'blocked by a do-not-call list',
		callFailed: [],
		in: REFUSED,
	},
	{
		code: 'Abandoned',
		title: 'Abandoned',
		reason: 'customer answered, no agent free',
		callFailed: [],
		in: {
			inbound: 'queue, no agent',
			outbound: 'queue or queue extension, no agent',
			pds: 'queue, no agent',
		},
	},
	{
		code: 'Lost_By_Agent',
		title: 'Lost by Agent',
		reason: 'agent did not take the distributed call',
		callFailed: [],
		in: {
			inbound: 'distributed, agent silent or rejects',
			outbound:
				'sent to an extension (queue, group, user); for queues only if distributed to an agent',
			pds: 'distributed, agent silent or rejects',
			callback: 'agent rejects, hangs up before the customer, or is silent',
		},
	},
	{
		code: 'Missed_By_Scenario',
		title: 'Missed by Scenario',
		reason: 'inbound call lost in the IVR',
		callFailed: [],
		in: { inbound: 'ended without the success block and without any agent transfer' },
	},
	{
		code: 'No_Agents',
		title: 'No Agents',
		reason: 'no agents available',
		callFailed: [],
		in: { callback: 'agents unavailable, e.g. offline' },
	},
	{
		code: 'System_Error',
		title: 'System Error',
		reason: 'ended with a system error',
		callFailed: [],
		in: { inbound: '', outbound: '', softphone: '', pds: '', callback: '' },
	},
	{
		code: 'Call_Prohibited',
		title: 'Call Prohibited',
		reason: 'prohibited',
		callFailed: [403],
		in: REFUSED,
	},
];

/** Where a code occurs, and what it means there if it is special. */
export function placesOf({ in: places }: CompletionCode): string {
	return Object.entries(places)
		.map(([type, note]) => `${CALL_TYPES[type as CallType]}${note === '' ? '' : ` (${note})`}`)
		.join('; ');
}

function describe(entry: CompletionCode): string {
	const { reason, callFailed } = entry;
	const failed = callFailed.length === 0 ? '' : ` (CallFailed ${callFailed.join(', ')})`;
	return `${reason[0]?.toUpperCase()}${reason.slice(1)}${failed}. Occurs in: ${placesOf(entry)}.`;
}

/** The codes as choices of a filter. */
export const completionCodeOptions = COMPLETION_CODES.map((entry) => ({
	name: entry.title,
	value: entry.code,
	description: describe(entry),
})).sort((a, b) => a.name.localeCompare(b.name));

const byCode = new Map(COMPLETION_CODES.map((entry) => [entry.code.toLowerCase(), entry]));

export function completionCode(code: string): CompletionCode | undefined {
	return byCode.get(code.trim().toLowerCase());
}

/** The older numeric `call_result_code` (voximplant-kit.md §7.4). */
const RESULT_CODES: Readonly<Record<number, string>> = {
	0: 'no call',
	1: 'voicemail detected',
	2: 'ended by the callee',
	3: 'end of the scenario reached',
	4: 'stopped by the stop button',
	200: 'accepted',
	403: 'forbidden',
	404: 'invalid number',
	408: 'not answered',
	480: 'unavailable',
	486: 'busy',
	487: 'not answered',
	500: 'not answered',
	603: 'declined',
};

/**
 * Whether a call went well and why, from `completion_code`, or from the older `call_result_code`
 * where that one is missing. Codes that nobody has documented give no verdict.
 */
export function verdict(
	completion: unknown,
	resultCode: unknown,
): { successful?: boolean; reason?: string } {
	if (typeof completion === 'string' && completion.trim() !== '') {
		const known = completionCode(completion);
		return known === undefined
			? { successful: false, reason: completion }
			: { successful: known.code === 'Call_Answered', reason: known.reason };
	}
	if (typeof resultCode !== 'number' && typeof resultCode !== 'string') return {};
	const code = resultCode === '' ? NaN : Number(resultCode);
	const reason = RESULT_CODES[code];
	return reason === undefined ? {} : { successful: code === 200, reason };
}
