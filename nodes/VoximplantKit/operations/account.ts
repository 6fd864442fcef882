import { isRecord } from '../../shared/http/json';
import { tidyRow } from '../values';
import { kitOperation } from './base';

export const getAccount = kitOperation({
	resource: 'account',
	name: 'getInfo',
	displayName: 'Get Info',
	action: 'Get the account',
	description: 'Get the balance, the region and the features of the account',
	method: 'account/getAccountInfo',
	fields: {},
	// Some servers put the account inside, with the user beside it (voximplant-kit.md §5.1).
	simplify: (result) =>
		tidyRow(isRecord(result) && isRecord(result.domain) ? result.domain : result),
});
