/** The measured results as they are kept in test/faults/reliability.json, one line for each operation. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { MeasuredFault } from './faults';
import type { Duration, Measurement } from './measure';
import { durationsOf, subjects, type Subject } from './plan';

export const RESULTS_FILE = 'test/faults/reliability.json';

/** By provider and operation, fault and duration. */
export type Results = Map<string, Measurement>;

export const nameOf = (
	{ provider, key }: Pick<Subject, 'provider' | 'key'>,
	{ id }: Pick<MeasuredFault, 'id'>,
	duration: Duration,
) => `${provider}|${key}|${id}|${duration}`;

/** Every single measurement there must be. */
export function* cells(list: readonly Subject[] = subjects) {
	for (const subject of list)
		for (const fault of subject.faults)
			for (const duration of durationsOf(subject, fault)) yield { subject, fault, duration };
}

interface Stored {
	readonly messages: readonly string[];
	/** Attempts, received, accepted, word, number of the message; by the fault and its duration. */
	readonly operations: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export function write(results: Results): string {
	const messages = [...new Set([...results.values()].map(({ message }) => message))].sort();
	const lines = subjects.map((subject) => {
		const { provider, key } = subject;
		const values = [...cells([subject])].flatMap(({ fault, duration }) => {
			const found = results.get(nameOf(subject, fault, duration));
			if (!found) return [];
			const { attempts, received, accepted, word, message } = found;
			const text = [attempts, received, accepted, word, messages.indexOf(message)].join(' ');
			return [[`${fault.id} ${duration}`, text] as const];
		});
		return `${JSON.stringify(`${provider}|${key}`)}:${JSON.stringify(Object.fromEntries(values))}`;
	});
	const list = messages.map((message) => JSON.stringify(message)).join(',\n');
	return `{"messages":[\n${list}\n],"operations":{\n${lines.join(',\n')}\n}}\n`;
}

export function read(): Results {
	const text = readFileSync(join(process.cwd(), RESULTS_FILE), 'utf8');
	const { messages, operations } = JSON.parse(text) as Stored;
	const results: Results = new Map();
	for (const [name, values] of Object.entries(operations)) {
		for (const [place, value] of Object.entries(values)) {
			const [attempts, received, accepted, word, message] = value.split(' ');
			results.set(`${name}|${place.replace(' ', '|')}`, {
				attempts: Number(attempts),
				received: Number(received),
				accepted: Number(accepted),
				word: word as Measurement['word'],
				message: messages[Number(message)] ?? '',
			});
		}
	}
	return results;
}
