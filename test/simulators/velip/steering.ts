/** How a call ends (velip.md section 7.2, `cd_status`). */
export interface CallOutcome {
	status: string;
	digits: readonly string[];
	seconds: number;
	machine: 'MA' | 'HM' | 'ND';
}

const ANSWERED: CallOutcome = { status: 'OK', digits: [], seconds: 12, machine: 'HM' };
const failed = (status: string): CallOutcome => ({
	status,
	digits: [],
	seconds: 0,
	machine: 'ND',
});

const CALLS: Record<string, CallOutcome | undefined> = {
	'00': failed('NA'),
	'01': failed('BUSY'),
	'02': failed('IK'),
	'03': failed('EK'),
	'04': failed('CK'),
	'06': { ...ANSWERED, digits: ['1'] },
	'07': { ...ANSWERED, digits: ['2', '5'], seconds: 31 },
	'08': { ...ANSWERED, machine: 'MA', seconds: 4 },
	'12': failed('CONGESTION'),
};

/** The end of a call by the last two digits of the number. */
export function callOutcome(dest: string, steer: boolean): CallOutcome {
	return (steer ? CALLS[dest.slice(-2)] : undefined) ?? ANSWERED;
}

/** Whether a call or delivery report stays open. */
export function staysOpen(dest: string, steer: boolean): boolean {
	return steer && dest.endsWith('05');
}

const DELIVERIES: Record<string, string[] | undefined> = {
	'00': ['UNDELIV'],
	'01': ['EXPIRED'],
	'02': ['REJECTD'],
	'04': ['DELETED'],
	'08': ['UNKNOWN'],
	'09': ['ACCEPTD', 'DELIVRD'],
};

/** The delivery statuses of an SMS (section 14.4). */
export function deliveries(dest: string, steer: boolean): readonly string[] {
	return (steer ? DELIVERIES[dest.slice(-2)] : undefined) ?? ['DELIVRD'];
}

/** Endings that make the provider refuse or delay. */
export type Obstacle =
	| 'doNotCall'
	| 'blocked'
	| 'providerError'
	| 'noTariff'
	| 'blockTime'
	| 'waiting'
	| 'submitted'
	| 'enqueued';

const OBSTACLES: Record<string, Obstacle | undefined> = {
	'09': 'doNotCall',
	'10': 'blocked',
	'11': 'providerError',
	'13': 'blockTime',
	'14': 'noTariff',
	'15': 'waiting',
	'16': 'submitted',
	'17': 'enqueued',
};

/** What stands in the way of a number, by its last two digits. */
export function obstacle(dest: string, steer: boolean): Obstacle | undefined {
	return steer ? OBSTACLES[dest.slice(-2)] : undefined;
}
