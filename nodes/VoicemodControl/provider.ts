import type { Provider } from '../shared/operation/operation';
import { ControlClient } from './client';
import type { Connection } from './connection';
import { connect, NAME } from './connection';
import { operations, resources } from './operations';

export const voicemodControl: Provider<Connection> = {
	dialect: { name: NAME, origin: ({ host }) => `http://${host}` },
	open: (connection, options) => new ControlClient(connection, options),
	credential: 'voicemodControlApi',
	connect,
	resources,
	operations,
	// One after the other: what happens to a voice happens in the order of the items.
	defaults: { concurrency: 1, batchSize: 1, timeoutSeconds: 5 },
};
