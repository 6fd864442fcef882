import { refusals } from './envelope';
import { isPhone, isZone, zoneOfPhone } from './moments';
import type { Campaign, ContactList } from './records';
import { oddity } from './steering';
import type { World } from './world';

type Row = Record<string, unknown>;

/** Why rows were not taken, and how many were. */
export interface Intake {
	taken: number;
	invalidPhones: Row[];
	invalidZones: Row[];
	invalidAgents: Row[];
}

/** Names of phone and zone columns, which differ per dialer (voximplant-kit.md section 8). */
export interface Columns {
	phones: RegExp;
	zone: 'UTC' | 'timezone';
	limit: number;
	/** Whether every row needs the zone column. */
	zoneNeeded: boolean;
}

/** Dialer 2.0. */
export const KIT2: Columns = {
	phones: /^phone[1-9]\d*$/,
	zone: 'timezone',
	limit: 5000,
	zoneNeeded: false,
};
/** PDS. */
export const PDS: Columns = { phones: /^phone$/, zone: 'UTC', limit: 5000, zoneNeeded: true };
/** Dialer 1.0. */
export const LEGACY: Columns = { phones: /^phone$/, zone: 'UTC', limit: 100, zoneNeeded: true };

/** Refuses the whole call where the page says so (section 3.4). */
export function checkRows(rows: readonly Row[], columns: Columns): void {
	if (rows.length === 0) throw refusals.invalid('rows', 'cannot be blank');
	if (rows.length > columns.limit)
		throw refusals.invalid('rows', `more than ${columns.limit} rows`);
	const [first] = rows;
	const names = Object.keys(first ?? {}).sort();
	const shape = names.join('\n');
	for (const row of rows)
		if (Object.keys(row).sort().join('\n') !== shape)
			throw refusals.state('Different number of cells in rows');
	if (!names.some((name) => columns.phones.test(name)))
		throw refusals.invalid('rows', 'no phone column');
	if (columns.zoneNeeded && !names.includes(columns.zone))
		throw refusals.invalid('rows', `no ${columns.zone} column`);
}

/** Takes the good rows into a list and gives the bad ones back. */
export function takeRows(
	world: World,
	methodName: string,
	campaign: Campaign,
	list: ContactList,
	rows: readonly Row[],
	columns: Columns,
): Intake {
	const intake: Intake = { taken: 0, invalidPhones: [], invalidZones: [], invalidAgents: [] };
	const names = Object.keys(rows[0] ?? {});
	const phoneNames = names.filter((name) => columns.phones.test(name)).sort();
	for (const row of rows) {
		const phones = phoneNames.map((name) => String(row[name] ?? '')).filter((text) => text !== '');
		const first = phones[0] ?? '';
		const odd = oddity(first, world.options.steerByPhone);
		if (phones.length === 0 || !phones.every(isPhone) || odd === 'invalidPhone') {
			intake.invalidPhones.push(row);
			continue;
		}
		const zone = zoneOf(world, row[columns.zone], first, list.detectZones);
		if (zone === undefined) {
			intake.invalidZones.push(row);
			continue;
		}
		if (odd === 'invalidAgent' && campaign.dialer === 'kit2') {
			intake.invalidAgents.push(row);
			continue;
		}
		intake.taken++;
		const digits = phones.map((text) => text.replace(/^\+/, ''));
		world.store.addContact(campaign, list, {
			phones: digits,
			zone,
			data: row,
			priority: priorityOf(row.task_priority),
		});
		world.store.accepted.add(methodName, campaign.id, digits[0] ?? '');
	}
	list.invalidPhones = intake.invalidPhones.length;
	list.invalidZones = intake.invalidZones.length;
	return intake;
}

/** The zone of a contact; null is one that is never dialled, undefined a refused one (section 5.6). */
function zoneOf(
	{ options }: World,
	value: unknown,
	phone: string,
	detect: boolean,
): string | null | undefined {
	if (value !== undefined && value !== null && value !== '')
		return isZone(value) ? value : undefined;
	if (detect) return zoneOfPhone(phone);
	return options.missingTimezone === 'accept' ? null : undefined;
}

function priorityOf(value: unknown): number | null {
	const priority = Number(value);
	return value !== undefined && Number.isInteger(priority) && priority > 0 ? priority : null;
}
