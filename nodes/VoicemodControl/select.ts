import type { IDataObject } from 'n8n-workflow';

import { asText } from '../shared/http/redact';
import type { ControlEvent } from './events';
import { ANY } from './events';

const REPEAT_MS = 500;

/** Which events start the workflow. */
export interface Selection {
	readonly events: readonly string[];
	/** Voices, as IDs; all when empty. */
	readonly voices: readonly string[];
	/** `on`, `off`, or empty for both. */
	readonly state: string;
	/** Parameters of voices; all when empty. */
	readonly parameters: readonly string[];
}

function words(value: unknown): string[] {
	return asText(value ?? '')
		.split(',')
		.map((word) => word.trim().toLowerCase())
		.filter((word) => word !== '');
}

/** Reads the parameters of the trigger. */
export function readSelection(events: unknown, filters: IDataObject): Selection {
	return {
		events: Array.isArray(events) ? events.map(asText) : [],
		voices: words(filters.voiceIds),
		state: asText(filters.state ?? ''),
		parameters: words(filters.parameterNames),
	};
}

function fits(wanted: readonly string[], ...given: unknown[]): boolean {
	if (wanted.length === 0) return true;
	return given.some((one) => wanted.includes(asText(one ?? '').toLowerCase()));
}

function namesOf({ parameterName, parameters }: ControlEvent): unknown[] {
	const all = Array.isArray(parameters) ? parameters : [];
	return [parameterName, ...all.map((one) => (one as IDataObject).key)];
}

/** Whether an event is among those that were chosen. A filter concerns only events that have what it asks for. */
export function isWanted(event: ControlEvent, selection: Selection): boolean {
	const { events, voices, state, parameters } = selection;
	if (!events.includes(ANY) && !events.includes(event.event)) return false;
	if ('voiceId' in event && !fits(voices, event.voiceId)) return false;
	if ('isOn' in event && state !== '' && event.isOn !== (state === 'on')) return false;
	return event.event !== 'voiceParameterChanged' || fits(parameters, ...namesOf(event));
}

/** Tells the second message about the same change, which apps send under another name, from a new change. */
export class Repeats {
	/** The latest of each event: other ones may come in between. */
	private readonly latest = new Map<string, { readonly key: string; readonly at: number }>();

	isRepeat({ name: _, ...rest }: ControlEvent, now = Date.now()): boolean {
		const { event } = rest;
		if (event === 'unknown') return false;
		// Parameters come with one of the two names only.
		const { parameters: __, ...what } = rest;
		const key = JSON.stringify(event === 'voiceChanged' ? what : rest);
		const before = this.latest.get(event);
		this.latest.set(event, { key, at: now });
		return before !== undefined && key === before.key && now - before.at < REPEAT_MS;
	}
}
