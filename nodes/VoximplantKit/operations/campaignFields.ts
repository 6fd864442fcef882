import { ParameterError } from '../../shared/http/errors';
import { choice, integer, list, text } from '../../shared/operation/field';
import { MEDIA_REGIONS, digits, idFilter, refs, utcDate, ZONE } from './fields';

/** Fields that campaigns of all kinds share (voximplant-kit.md §5.5, §5.6). */

const HOUR = '([01]\\d|2[0-3]):[0-5]\\d';

/** A time of day. PDS writes seconds, dialer 2.0 does not (voximplant-kit.md §8). */
export function clockTime(displayName: string, description: string, withSeconds = false) {
	return text({
		displayName,
		additional: true,
		placeholder: 'e.g. 09:30',
		pattern: {
			test: new RegExp(`^${HOUR}${withSeconds ? '(:[0-5]\\d)?' : ''}$`),
			message: 'is a time like 09:30, two digits each',
		},
		description,
	});
}

/** Two times as Kit takes them; undefined when none is given. */
export function workingTime(
	from: string | undefined,
	to: string | undefined,
	withSeconds = false,
): string[] | undefined {
	if (from === undefined && to === undefined) return undefined;
	if (from === undefined || to === undefined) {
		throw new ParameterError(
			'"Working Time From" and "Working Time To" are given both or not at all',
		);
	}
	const whole = (time: string) => (withSeconds && time.length === 5 ? `${time}:00` : time);
	return [whole(from), whole(to)];
}

/** The numbers that a campaign calls from. */
export const numberFields = {
	phoneNumberIds: refs('searchNumbers', 'Phone Number Names or IDs', {
		hint: 'Numbers bought in Kit that the campaign calls from. Give at least one number or caller ID.',
	}),
	callerIdIds: refs('searchCallerIds', 'Caller ID Names or IDs', {
		hint: 'Verified numbers of your own that the campaign shows',
	}),
	sipNumberIds: refs('searchSipNumbers', 'SIP Number Names or IDs', {
		additional: true,
		hint: 'They cannot be mixed with phone numbers and caller IDs',
	}),
};

interface NumberParams {
	phoneNumberIds?: number[];
	callerIdIds?: number[];
	sipNumberIds?: number[];
}

/** `phone_numbers` of a campaign (voximplant-kit.md §5.5). @throws ParameterError */
export function phoneNumbers(params: NumberParams, required: boolean): object | undefined {
	const { phoneNumberIds, callerIdIds, sipNumberIds } = params;
	const usual = phoneNumberIds !== undefined || callerIdIds !== undefined;
	if (sipNumberIds !== undefined && usual) {
		throw new ParameterError(
			'"SIP Number Names or IDs" cannot be mixed with phone numbers and caller IDs',
		);
	}
	if (sipNumberIds !== undefined) return { sip_number_ids: sipNumberIds };
	if (usual) return { phone_number_ids: phoneNumberIds, caller_id_ids: callerIdIds };
	if (!required) return undefined;
	throw new ParameterError('The campaign needs a phone number or a caller ID to call from');
}

export const NUMBER_LOCALS = ['phoneNumberIds', 'callerIdIds', 'sipNumberIds'] as const;

export const planned = {
	plannedDateStart: utcDate({
		displayName: 'Start',
		additional: true,
		description:
			'When the campaign starts by itself once it is scheduled. Sent as UTC; times without a zone are those of the workflow.',
	}),
	plannedDateEnd: utcDate({
		displayName: 'End',
		additional: true,
		description:
			'When the campaign ends. Sent as UTC; times without a zone are those of the workflow.',
	}),
	workingTimeFrom: clockTime(
		'Working Time From',
		'Start of the hours in which numbers are called; round the clock unless given',
	),
	workingTimeTo: clockTime('Working Time To', 'End of the hours in which numbers are called'),
	timezone: text({
		displayName: 'Time Zone',
		additional: true,
		placeholder: 'e.g. Europe/Madrid',
		pattern: {
			test: ZONE,
			message: 'is a name like Europe/Madrid or an offset like +03:00',
		},
		description: 'Time zone of the campaign',
	}),
	folderId: idFilter('Folder ID', 'Folder that the campaign is put into', '3'),
	dncListIds: refs('searchDncLists', 'Do-Not-Call List Names or IDs', { additional: true }),
};

export const PLANNED_LOCALS = ['workingTimeFrom', 'workingTimeTo'] as const;

export const region = choice({
	displayName: 'Media Region',
	default: 'europe',
	options: [...MEDIA_REGIONS],
	description: 'Where the calls of the campaign run; choose the one nearest to the callees',
});

function minutes(source: string | undefined): number[] {
	const parts = (source ?? '').split(/[,;\s]+/).filter(Boolean);
	const wrong = parts.find((part) => !/^\d+$/.test(part));
	if (wrong === undefined) return parts.map(Number);
	throw new ParameterError(`"Intervals (Minutes)" holds "${wrong}", which is no whole number`);
}

/** In which order the phone columns of a contact are dialed, and how often (§5.6). */
export const dialingStrategy = list({
	displayName: 'Dialing Strategy',
	addLabel: 'Add Phone Column',
	entryLabel: 'Phone Column',
	description:
		'Phone columns of the contacts in the order in which they are dialed. One column "phone1" with one attempt unless given.',
	entry: {
		maxAttempts: integer({
			displayName: 'Attempts',
			default: 1,
			min: 1,
			max: 140,
			description: 'How often this number is called',
		}),
		key: text({
			displayName: 'Column',
			required: true,
			default: 'phone1',
			placeholder: 'e.g. phone1',
			pattern: { test: /^phone\d+$/, message: 'is phone1, phone2 and so on' },
			description: 'Name of the column in the contacts',
		}),
		intervalMin: text({
			displayName: 'Intervals (Minutes)',
			placeholder: 'e.g. 30, 60',
			description: 'Minutes between the attempts, with commas between them',
		}),
		name: text({
			displayName: 'Label',
			placeholder: 'e.g. Mobile',
			description: 'What the column is called in Kit',
		}),
		dialUpTimeSec: integer({
			displayName: 'Ringing Time (Seconds)',
			default: 40,
			min: 1,
			description: 'How long it rings before the attempt counts as not answered',
		}),
	},
});

interface Column {
	key: string;
	name?: string;
	maxAttempts: number;
	intervalMin?: string;
	dialUpTimeSec: number;
}

/** The strategy as Kit takes it; undefined when there is none and none is needed. */
export function strategyOf(entries: readonly Column[] | undefined, needed: boolean) {
	const given = entries ?? [];
	if (given.length === 0 && !needed) return undefined;
	const columns =
		given.length > 0 ? given : [{ key: 'phone1', maxAttempts: 1, dialUpTimeSec: 40 } as Column];
	return columns.map(({ key, name, maxAttempts, intervalMin, dialUpTimeSec }) => ({
		key,
		name: name ?? key,
		interval_min: minutes(intervalMin),
		max_attempts: maxAttempts,
		dial_up_time_sec: dialUpTimeSec,
	}));
}

/** Who may look at the campaign or change it. */
export const supervisors = {
	...list({
		displayName: 'Supervisors',
		addLabel: 'Add Supervisor',
		entryLabel: 'Supervisor',
		description: 'Supervisors who see the campaign',
		entry: {
			supervisorId: text({
				displayName: 'User ID',
				required: true,
				placeholder: 'e.g. 181',
				pattern: digits,
				description: 'ID of the user, from User: Get Many',
			}),
			permission: choice({
				displayName: 'Permission',
				default: 'viewer',
				options: [
					{ name: 'Editor', value: 'editor' },
					{ name: 'Viewer', value: 'viewer' },
				],
				description: 'What the supervisor may do',
			}),
		},
	}),
	additional: true as const,
};

export function supervisorsOf(
	entries: ReadonlyArray<{ supervisorId: string; permission?: string }> | undefined,
) {
	if (entries === undefined || entries.length === 0) return undefined;
	return entries.map(({ supervisorId, permission }) => ({
		supervisor_id: Number(supervisorId),
		permission: permission ?? 'viewer',
	}));
}
