import { randomBytes } from 'node:crypto';

/** What the previous node of the workflow would have given: one SMS per item. */
export interface Message {
	[key: string]: string | number;
	id: number;
	phone: string;
	text: string;
}

export const SENDER = 'MyShop';

/** `count` messages with numbers of their own; ids are new in every call, so that no round repeats one. */
export function makeMessages(count: number): Message[] {
	const base = randomBytes(4).readUInt32BE() * 100_000;
	return Array.from({ length: count }, (_, index) => ({
		id: base + index + 1,
		phone: phoneOf(index),
		text: `Order ${index} has been shipped`,
	}));
}

/** A number whose last two digits do not steer the simulator. */
export function phoneOf(index: number): string {
	return `38097${String(index).padStart(5, '0')}77`;
}
