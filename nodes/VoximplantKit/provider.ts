import type { Provider } from '../shared/operation/operation';
import type { Connection } from './api';
import { connect, dialect } from './api';
import { operations, resources } from './operations';

export const voximplantKit: Provider<Connection> = {
	dialect,
	credential: 'voximplantKitApi',
	connect,
	resources,
	operations,
	// Clients in production stay at two requests a second (voximplant-kit.md §3.5).
	defaults: { concurrency: 2, batchSize: 1 },
};
