import {
	COMPLETION_CODES,
	completionCode,
	completionCodeOptions,
	placesOf,
	verdict,
} from '../../../nodes/VoximplantKit/codes';
import { cleanPhone } from '../../../nodes/VoximplantKit/operations/fields';
import { screenZone } from '../../../nodes/VoximplantKit/operations/append';
import { callRow, isoDate, tidy, utcText, wireName } from '../../../nodes/VoximplantKit/values';

/** voximplant-kit.md §7.1 and §7.2 as they stand there: code, CallFailed, number of kinds of calls. */
const TABLE: ReadonlyArray<readonly [string, number | undefined, number]> = [
	['Call_Answered', undefined, 5],
	['Other_Error', undefined, 4],
	['Temporary_Unavailable', 480, 4],
	['Request_Terminated', 487, 4],
	['AMD', undefined, 4],
	['Invalid_Number', 404, 4],
	['Call_Busy', 486, 4],
	['No_Answer', 408, 4],
	['Insufficient_Funds', 402, 4],
	['Call_Was_Rejected', 603, 4],
	['Restricted_By_DNC', undefined, 4],
	['Abandoned', undefined, 3],
	['Lost_By_Agent', undefined, 4],
	['Missed_By_Scenario', undefined, 1],
	['No_Agents', undefined, 1],
	['System_Error', undefined, 5],
	['Call_Prohibited', 403, 4],
];

describe('completion codes', () => {
	test('are those of the page, with CallFailed and places', () => {
		expect(
			COMPLETION_CODES.map((one) => [one.code, one.callFailed[0], Object.keys(one.in).length]),
		).toEqual(TABLE);
	});

	test('as choices say what they mean, their CallFailed and where they occur', () => {
		const texts = completionCodeOptions.map(({ value, description }) => [value, description]);
		expect(texts).toHaveLength(TABLE.length);
		expect(Object.fromEntries(texts)).toMatchObject({
			Call_Busy:
				'Busy (CallFailed 486). Occurs in: outbound scenario or automated campaign; softphone; PDS campaign; automatic callback (when dialing the customer).',
			No_Agents:
				'No agents available. Occurs in: automatic callback (agents unavailable, e.g. offline).',
		});
	});

	test('only Call_Answered is a success', () => {
		for (const { code, reason } of COMPLETION_CODES) {
			expect(verdict(code, 200)).toEqual({ successful: code === 'Call_Answered', reason });
		}
		expect(verdict('Brand_New', 200)).toEqual({ successful: false, reason: 'Brand_New' });
	});

	test('the older code speaks where there is no newer one', () => {
		expect(verdict(null, 200)).toEqual({ successful: true, reason: 'accepted' });
		expect(verdict('', '486')).toEqual({ successful: false, reason: 'busy' });
		expect(verdict(undefined, 999)).toEqual({});
		expect(verdict(undefined, '')).toEqual({});
	});

	test('say where they occur', () => {
		const found = completionCode('abandoned');
		expect(found && placesOf(found)).toContain('PDS campaign (queue, no agent)');
	});
});

describe('values', () => {
	test('names', () => {
		expect(['scenarioId', 'phone1', 'tzAutodetectionEnabled'].map(wireName)).toEqual([
			'scenario_id',
			'phone1',
			'tz_autodetection_enabled',
		]);
	});

	test('dates from and to UTC text', () => {
		expect(utcText('2026-07-14T06:50:20+02:00')).toBe('2026-07-14 04:50:20');
		expect(isoDate('2026-07-14 04:50:20')).toBe('2026-07-14T04:50:20Z');
		expect(isoDate('2026-07-13 10:33:58.981198')).toBe('2026-07-13T10:33:58.981Z');
		expect(isoDate('2026-07-17T14:01:21')).toBe('2026-07-17T14:01:21Z');
		for (const other of ['2026-07-14', '11:35', '2026-99-14 04:50:20', 'x', 7, null]) {
			expect(isoDate(other)).toBe(other);
		}
	});

	test('a call: JSON texts parsed, own content untouched, verdict added', () => {
		const row = callRow({
			id: 1,
			datetime_start: '2026-07-14 04:50:20',
			call_cost: '0.0213',
			call_data: '{"when":"2026-07-14 04:50:20","phone":"15551230000"}',
			call_calls: '[{"call_id":1,"cost":0.02}]',
			call_records: 'broken [',
			completion_code: 'Call_Busy',
		});
		expect(row).toEqual({
			id: 1,
			datetime_start: '2026-07-14T04:50:20Z',
			call_cost: 0.0213,
			call_data: { when: '2026-07-14 04:50:20', phone: '15551230000' },
			call_calls: [{ call_id: 1, cost: 0.02 }],
			call_records: 'broken [',
			completion_code: 'Call_Busy',
			successful: false,
			reason: 'busy',
		});
	});

	test('what is no object stays', () => {
		expect(tidy([1, 'a', null])).toEqual([1, 'a', null]);
	});
});

describe('phones and zones', () => {
	test.each([
		['+1 (555) 123-0000', '+15551230000'],
		['0044 20 7946 0000', '+442079460000'],
		['tel:15551230000', '15551230000'],
		['15551230000.0', '15551230000'],
		['+15551230000.0', '+15551230000'],
		['+44 (0)20 7946 0958', '+442079460958'],
		['101', '101'],
		['+49.30.123456', '+4930123456'],
	])('%s is %s', (given, digits) => {
		expect(cleanPhone(given)).toEqual({ digits });
	});

	// The last ones would be dialed as somebody else's number.
	test.each([
		'',
		'abc',
		'12',
		'1.5551E+10',
		'1234567890123456',
		'15551230000, 15551230001',
		'15551230000.5',
		'+1555123000.05',
		'-15551230000',
		'+1 555 123 0000.0',
		'5551234/5551235',
	])('"%s" is refused', (given) => {
		expect(cleanPhone(given).problem).toMatch(/\w/);
	});

	test.each([
		'America/Argentina/Buenos_Aires',
		'Asia/Qyzylorda',
		'UTC',
		'+03:00',
		'Etc/GMT+5',
		undefined,
	])('%s is a zone', (zone) => {
		expect(screenZone(zone)).toBeUndefined();
	});

	test.each(['3', '+3', 'Madrid time', '2030-01-01'])('%s is none', (zone) => {
		expect(screenZone(zone)).toContain('Time Zone');
	});

	// Contacts come from forms, and n8n does nothing else while it looks at one.
	test('a zone that is made to take long takes no time', () => {
		const started = performance.now();
		expect(screenZone(`A${'_a'.repeat(40)}!`)).toContain('Time Zone');
		expect(performance.now() - started).toBeLessThan(5000);
	});
});
