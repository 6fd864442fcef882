import type { Provider } from '../shared/operation/operation';
import type { Session } from './api';
import { connect, dialect } from './api';
import type { Connection } from './connection';
import { operations, resources } from './operations';

export const voicemod: Provider<Connection, Session> = {
	dialect,
	credential: {
		parameter: 'authentication',
		types: Object.fromEntries([
			['apiKey', 'voicemodApi'],
			['oAuth2', 'voicemodOAuth2Api'],
			['none', ''],
		]),
	},
	connect,
	resources,
	operations,
	defaults: { concurrency: 4, batchSize: 1 },
};
