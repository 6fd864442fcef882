import type { Operation } from '../../shared/operation/operation';
import { downloadSound, getSound, searchSounds } from './sound';

export const resources = {
	sound: 'Sound',
};

/** Every operation of the node; the first of a resource is its default. */
export const operations: readonly Operation[] = [searchSounds, getSound, downloadSound];
