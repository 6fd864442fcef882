import type { Operation } from './operation';
import type { ItemCall } from './results';

type Send = (group: readonly ItemCall[]) => Promise<void>;

/** `send`, so that a group waits for the end of the one before it in its lane; not begun once the run is over. */
export function inLanes({ lane }: Operation, isOver: () => boolean, send: Send): Send {
	if (lane === undefined) return send;
	const last = new Map<string, Promise<void>>();
	return async (group) => {
		const [call] = group;
		const key = call && lane(call.params);
		if (key === undefined) return await send(group);
		const before = last.get(key);
		const turn = (async () => {
			await before;
			if (!isOver()) await send(group);
		})();
		last.set(key, turn);
		await turn;
	};
}
