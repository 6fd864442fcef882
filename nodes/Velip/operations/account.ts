import { functionOperation } from './base';

export const getUser = functionOperation({
	resource: 'account',
	name: 'getUser',
	displayName: 'Get User',
	action: 'Get the account and user of the credential',
	description: 'Get the IDs of the account and the user that the credential belongs to',
	safety: 'read',
	fn: 'GetUserID',
	fields: {},
	// Servers of before August 2026 add a temporary token and flags (velip.md §3.5).
	simplify: ({ tsid: _, ...result }) => result,
});
