/** How a call ends (voximplant-kit.md section 7). */
export interface CallOutcome {
	code: string;
	/** Section 7.4. */
	resultCode: number;
	seconds: number;
}

const ANSWERED: CallOutcome = { code: 'Call_Answered', resultCode: 200, seconds: 37 };
const failed = (code: string, resultCode: number, seconds = 0): CallOutcome => ({
	code,
	resultCode,
	seconds,
});

/** Section 7.3 where a code has a CallFailed number. */
const ENDINGS: Record<string, CallOutcome | undefined> = {
	'00': failed('No_Answer', 408),
	'01': failed('Call_Busy', 486),
	'02': failed('Invalid_Number', 404),
	'03': failed('Temporary_Unavailable', 480),
	'04': failed('Call_Was_Rejected', 603),
	'07': failed('AMD', 1, 3),
	'08': failed('Abandoned', 200, 9),
	'09': failed('Lost_By_Agent', 200, 12),
	'10': failed('Restricted_By_DNC', 0),
	'11': failed('Other_Error', 500),
	'12': failed('Request_Terminated', 487),
	'13': failed('Insufficient_Funds', 402),
	'14': failed('Call_Prohibited', 403),
	'15': failed('System_Error', 0),
	'16': failed('No_Agents', 0),
	'17': failed('Missed_By_Scenario', 200, 5),
};

/** A call to a number on a do-not-call list. */
export const RESTRICTED = failed('Restricted_By_DNC', 0);

/** The end of a call by the last two digits of the number. */
export function callOutcome(phone: string, steer: boolean): CallOutcome {
	return (steer ? ENDINGS[phone.slice(-2)] : undefined) ?? ANSWERED;
}

/** Endings with another meaning than an outcome. */
export type Oddity =
	'staysOpen' | 'finalizedFirst' | 'noRecording' | 'invalidAgent' | 'invalidPhone' | 'neverSettles';

const ODDITIES: Record<string, Oddity | undefined> = {
	'05': 'staysOpen',
	'06': 'finalizedFirst',
	'18': 'noRecording',
	'19': 'invalidAgent',
	'20': 'invalidPhone',
	'21': 'neverSettles',
};

/** What is odd about a number, by its last two digits. */
export function oddity(phone: string, steer: boolean): Oddity | undefined {
	return steer ? ODDITIES[phone.slice(-2)] : undefined;
}

/** Failures after which another attempt makes no sense. */
export const FINAL_FAILURES: ReadonlySet<string> = new Set([
	'Invalid_Number',
	'Call_Was_Rejected',
	'Restricted_By_DNC',
	'Call_Prohibited',
]);
