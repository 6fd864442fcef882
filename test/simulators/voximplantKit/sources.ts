import { refusals } from './envelope';
import { isRecord as isObject } from '../core/http';
import type { World } from './world';

/** Numbers a campaign calls from. */
export interface Sources {
	phone_number_id?: number;
	caller_id?: number;
	sip_number_id?: number;
	phone_numbers?: Record<string, unknown>;
}

const POOL_LIMIT = 500;
const POOL_KEYS = ['phone_number_ids', 'caller_id_ids', 'sip_number_ids'];

/** Checks that the numbers exist, are active, and fit together (voximplant-kit.md sections 3.4, 5.5). */
export function checkSources(world: World, sources: Sources, needed: boolean): void {
	const { phone_number_id, caller_id, sip_number_id, phone_numbers } = sources;
	const given = [phone_number_id, caller_id, sip_number_id, phone_numbers].filter(
		(value) => value !== undefined,
	);
	if (given.length === 0 && needed) throw refusals.invalid('phone_numbers', 'cannot be blank');
	if (given.length > 1) throw refusals.invalid('phone_numbers', 'only one source of numbers');
	if (phone_number_id !== undefined) checkNumber(world, phone_number_id);
	if (caller_id !== undefined) checkCaller(world, caller_id);
	if (phone_numbers !== undefined) checkPool(world, phone_numbers);
}

function checkPool(world: World, pool: Record<string, unknown>): void {
	for (const key of Object.keys(pool))
		if (!POOL_KEYS.includes(key)) throw refusals.invalid('phone_numbers', `unknown key ${key}`);
	const [numbers = [], callers = [], sips = []] = POOL_KEYS.map((key) => idsOf(pool[key]));
	if (sips.length > 0 && numbers.length + callers.length > 0)
		throw refusals.state('Phone number types cannot be combined');
	const size = numbers.length + callers.length + sips.length;
	if (size === 0) throw refusals.invalid('phone_numbers', 'cannot be blank');
	if (size > POOL_LIMIT) throw refusals.invalid('phone_numbers', `more than ${POOL_LIMIT}`);
	for (const id of numbers) checkNumber(world, id);
	for (const id of callers) checkCaller(world, id);
}

function idsOf(value: unknown): number[] {
	if (value === undefined || value === null) return [];
	if (Array.isArray(value) && value.every((item) => typeof item === 'number'))
		return value.map(Number);
	throw refusals.invalid('phone_numbers', 'not arrays of ids');
}

function checkNumber({ store }: World, id: number): void {
	const number = store.numbers.get(id);
	if (!number) throw refusals.invalid('phone_number_id', `unknown: ${id}`);
	if (!number.active) throw refusals.invalid('phone_number_id', `not active: ${id}`);
}

/** In campaigns a caller ID is given by its id (section 8). */
function checkCaller({ store }: World, id: number): void {
	const caller = store.callerIds.get(id);
	if (!caller) throw refusals.invalid('caller_id', `unknown: ${id}`);
	if (!caller.active) throw refusals.invalid('caller_id', `not active: ${id}`);
}

/** The numbers of a campaign as answers show them. */
export function sourceFields(fields: Record<string, unknown>): Record<string, unknown> {
	const pool = isObject(fields.phone_numbers) ? fields.phone_numbers : {};
	return {
		phone_number_ids: pool.phone_number_ids ?? [],
		caller_id_ids: pool.caller_id_ids ?? [],
		sip_number_ids: pool.sip_number_ids ?? [],
	};
}

/** Checks ids of users, do-not-call lists and the like. */
export function checkIds(
	field: string,
	ids: readonly number[] | undefined,
	known: ReadonlyMap<number, unknown>,
): void {
	for (const id of ids ?? []) if (!known.has(id)) throw refusals.invalid(field, `unknown: ${id}`);
}
