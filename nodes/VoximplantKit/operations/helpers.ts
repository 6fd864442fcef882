import { text } from '../../shared/operation/field';
import { kitList, kitOperation, rowsOf } from './base';
import { phoneNumber } from './fields';
import { tidyRow } from '../values';

export const getTags = kitList({
	resource: 'tag',
	name: 'getAll',
	displayName: 'Get Many',
	action: 'Get many tags',
	description: 'Get the tags that calls can be marked with',
	method: 'tags/searchTags',
	fields: {},
});

/** A zone is an object here, and might be a mere name with the other method. */
function zoneRows(result: unknown) {
	return rowsOf(result).map((row) => (typeof row === 'string' ? { name: row } : tidyRow(row)));
}

export const getTimeZones = kitOperation({
	resource: 'timeZone',
	name: 'getAll',
	displayName: 'Get Many',
	action: 'Get many time zones',
	description: 'Get the time zones that contacts and campaigns can have',
	method: 'helper/getListTimezones',
	fields: {},
	simplify: zoneRows,
});

export const getTimeZonesOfNumber = kitOperation({
	resource: 'timeZone',
	name: 'getByNumber',
	displayName: 'Get by Number',
	action: 'Get the time zones of a phone number',
	description: 'Get the time zones in which a phone number may be',
	method: 'helper/getTimezonesByNumber',
	fields: {
		phoneNumber: phoneNumber({
			displayName: 'Phone Number',
			description: 'Number with country code. Blanks, brackets and dashes are removed.',
		}),
		country: text({
			displayName: 'Country',
			additional: true,
			placeholder: 'e.g. US',
			description: 'Country of the number, where the number alone does not say it',
		}),
	},
	identify: ({ phoneNumber: phone }) => ({ phone_number: phone }),
	simplify: zoneRows,
});
