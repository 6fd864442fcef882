import { flag, text } from '../../shared/operation/field';
import { kitList, kitOperation, simplified } from './base';
import { assertChanges } from './changes';
import { idFilter, include, phoneFilter, ref } from './fields';

export const getPhoneNumbers = kitList({
	resource: 'phoneNumber',
	name: 'getAll',
	displayName: 'Get Many',
	action: 'Get many phone numbers',
	description: 'Get the phone numbers that the account has bought',
	method: 'phone/searchNumbers',
	fields: {
		id: idFilter('Phone Number ID', 'Only the number with this ID', '610'),
		phoneNumber: phoneFilter('Phone Number', 'Only this number'),
		phoneCountryCode: text({
			displayName: 'Country Code',
			additional: true,
			placeholder: 'e.g. US',
			pattern: { test: /^[A-Za-z]{2}$/, message: 'has two letters, e.g. US' },
			description: 'Only numbers of this country, by its two letters',
		}),
		canBeUsed: flag({
			displayName: 'Usable',
			additional: true,
			default: true,
			description: 'Whether to return only numbers that can be used, or only those that cannot',
		}),
		withCampaigns: include('Campaigns', 'the campaigns that call from the number'),
		withScenarios: include('Scenarios', 'the scenarios of the number'),
	},
	body: ({ phoneNumber, phoneCountryCode }) => ({
		phone_number: phoneNumber?.replace('+', ''),
		phone_country_code: phoneCountryCode?.toUpperCase(),
	}),
});

export const updatePhoneNumber = kitOperation({
	resource: 'phoneNumber',
	name: 'update',
	displayName: 'Update',
	action: 'Update a phone number',
	description:
		'Change where a phone number redirects to. Kit documents little of this method; other settings go into Extra Parameters.',
	method: 'phone/updateNumber',
	safety: 'idempotent',
	fields: {
		id: ref.phoneNumber('Number that changes'),
		redirectNumber: text({
			displayName: 'Redirect Number',
			placeholder: 'e.g. 15551230000',
			pattern: { test: /^\+?\d{3,15}$/, message: 'needs 3 to 15 digits' },
			description: 'Number that calls are redirected to; stays as it is when left empty',
		}),
	},
	prepare(params) {
		assertChanges(params);
		return params;
	},
	identify: ({ id }) => ({ id: Number(id) }),
	simplify: (result) => simplified(result),
});

export const getCallerIds = kitList({
	resource: 'callerId',
	name: 'getAll',
	displayName: 'Get Many',
	action: 'Get many caller numbers',
	description: 'Get the verified numbers that campaigns and scenarios can show',
	method: 'callerid/searchCallerIDs',
	fields: {
		id: idFilter('Caller ID ID', 'Only the caller ID with this ID', '12'),
		callerNumber: phoneFilter('Number', 'Only this number'),
		onlyActive: flag({
			displayName: 'Only Active',
			additional: true,
			default: true,
			description: 'Whether to return only caller IDs that are active',
		}),
	},
	local: ['onlyActive'],
	// The reference knows the value 1 only (voximplant-kit.md §5.12).
	body: ({ onlyActive, callerNumber }) => ({
		active: onlyActive ? 1 : undefined,
		caller_number: callerNumber?.replace('+', ''),
	}),
});
