import type { Provider } from '../shared/operation/operation';
import { dialect } from './api';
import type { Connection } from './connection';
import { connect } from './connection';
import { operations, resources } from './operations';
import type { Session } from './session';

export const customChannel: Provider<Connection, Session> = {
	dialect,
	credential: 'voximplantKitCustomChannelApi',
	connect,
	resources,
	operations,
	defaults: { concurrency: 5, batchSize: 1 },
};
