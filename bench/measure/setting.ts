import type { Simulator } from '../processes';

/** What every part of a run is given. */
export interface Setting {
	/** Scratch folder, removed at the end. */
	folder: string;
	simulator: Simulator;
	/** How often the single requests are measured. */
	rounds: number;
}

export const LATENCY_MS = 20;

export function say(text: string): void {
	process.stderr.write(`${text}\n`);
}
