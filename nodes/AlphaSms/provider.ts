import type { Provider } from '../shared/operation/operation';
import type { Connection } from './api';
import { connect, dialect } from './api';
import { operations, resources } from './operations';

export const alphaSms: Provider<Connection> = {
	dialect,
	credential: 'alphaSmsApi',
	connect,
	resources,
	operations,
	defaults: { concurrency: 5, batchSize: 100 },
};
