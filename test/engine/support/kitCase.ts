/** One operation of the Voximplant Kit node with good parameters. */
import type { IDataObject } from 'n8n-workflow';

import type { RunOptions } from './engine';
import type { Simulator, World } from './voximplantKit';

export interface Case {
	readonly name: string;
	/** Method of Kit, as the simulator counts it. */
	readonly method: string;
	parameters(world: World): IDataObject;
	/** What the simulator must hold before, e.g. a campaign in the right state. */
	prepare?(sim: Simulator, world: World): void | Promise<void>;
	readonly options?: Pick<RunOptions, 'items'>;
}

export function one(
	name: string,
	method: string,
	parameters: IDataObject | ((world: World) => IDataObject) = {},
	prepare?: Case['prepare'],
	options?: Case['options'],
): Case {
	return {
		name,
		method,
		parameters: typeof parameters === 'function' ? parameters : () => parameters,
		prepare,
		options,
	};
}

/** A resource locator. */
export const at = (mode: string, value: string) => ({ __rl: true, mode, value });
/** An assignment list. */
export const assigned = (values: Record<string, string>) => ({
	assignments: Object.entries(values).map(([name, value], index) => ({
		id: String(index),
		name,
		value,
		type: 'string',
	})),
});
