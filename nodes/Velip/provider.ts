import type { Provider } from '../shared/operation/operation';
import type { Connection } from './api';
import { connect, dialect } from './api';
import { operations, resources } from './operations';

export const velip: Provider<Connection> = {
	dialect,
	credential: 'velipApi',
	connect,
	resources,
	operations,
	defaults: { concurrency: 4, batchSize: 1 },
};
