import type { Provider } from '../shared/operation/operation';
import type { Session } from './api';
import { connect, dialect } from './api';
import type { Connection } from './connection';
import { OAUTH2 } from './connection';
import { operations, resources } from './operations';

export const voicemod: Provider<Connection, Session> = {
	dialect,
	credential: {
		parameter: 'authentication',
		types: { apiKey: 'voicemodApi', oAuth2: OAUTH2, none: '' },
	},
	connect,
	resources,
	operations,
	defaults: { concurrency: 4, batchSize: 1 },
};
