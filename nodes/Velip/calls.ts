import type { IDataObject } from 'n8n-workflow';

import { asText } from '../shared/http/redact';
import { withNumbers } from './values';

export type CallState = 'answered' | 'notAnswered' | 'failed' | 'pending' | 'unknown';

/** Results of a call (velip.md §7.2); others may exist. */
const STATES: Readonly<Record<string, CallState>> = {
	OK: 'answered',
	NA: 'notAnswered',
	NOANSWER: 'notAnswered',
	BUSY: 'notAnswered',
	CANCEL: 'notAnswered',
	EK: 'failed',
	IK: 'failed',
	CK: 'failed',
	BK: 'failed',
	CONGESTION: 'failed',
	CHANUNAVAIL: 'failed',
};

export function callState(status: unknown): CallState {
	const word = asText(status ?? '')
		.trim()
		.toUpperCase();
	if (word === '' || word === 'NULL') return 'pending';
	return STATES[word] ?? 'unknown';
}

/** The keys that were typed, in the order of the questions, from `resp_1` or `cd_resp1` on. */
export function typedDigits(record: IDataObject): string[] {
	return Object.entries(record)
		.flatMap(([key, value]) => {
			const question = /^(?:cd_)?resp_?(\d+)$/.exec(key)?.[1];
			const typed = asText(value ?? '').trim();
			return question === undefined || typed === '' ? [] : [{ at: Number(question), typed }];
		})
		.sort((a, b) => a.at - b.at)
		.map(({ typed }) => typed);
}

/** A row of `GetCallStatus`: numbers as numbers, and what it means in words to branch on. */
export function callRow(row: IDataObject): IDataObject {
	const numbers = withNumbers(row, ['dur', 'rate', 'value', 'cdr_sec']);
	return { ...numbers, state: callState(row.cd_status), digits: typedDigits(row) };
}
