import { gatewayOperation } from './gateway';

export const getBalance = gatewayOperation({
	resource: 'account',
	name: 'getBalance',
	displayName: 'Get Balance',
	action: 'Get the account balance',
	description: 'Get the money left on the account, and its currency',
	safety: 'read',
	batch: false,
	fields: {},
	item: () => ({ type: 'balance' }),
});
