import { choice, text } from '../../shared/operation/field';
import { kitOperation } from './base';
import { idField, phoneNumber, ref, shown } from './fields';
import { variables } from './scenario';

export const makeCall = kitOperation({
	resource: 'cti',
	name: 'makeCall',
	displayName: 'Make Call',
	action: 'Make a call for an agent',
	description:
		"Call a number from an agent's softphone, as a click in a CRM would. The agent must be online.",
	method: 'cti/makeCall',
	safety: 'spends',
	recheck: 'look for the number with Call: Get Many',
	fields: {
		userId: ref.user('Agent who calls'),
		number: phoneNumber({
			displayName: 'To',
			description:
				'Number that is called, with country code. Blanks, brackets and dashes are removed.',
		}),
		callerid: text({
			displayName: 'Caller ID',
			additional: true,
			placeholder: 'e.g. 15557654321',
			pattern: { test: /^\+?\d{3,15}$/, message: 'needs 3 to 15 digits' },
			description: 'Number that the callee sees',
		}),
		variables: { ...variables, additional: true as const },
	},
	identify: ({ userId, number }) => ({ user_id: Number(userId), number }),
	simplify: () => ({}),
});

const transferNumber = phoneNumber({
	displayName: 'Transfer To',
	description: 'Number that the call is transferred to, with country code',
});

const sipAddress = (displayName: string, description: string) =>
	text({
		displayName,
		required: true,
		placeholder: 'e.g. sip:desk@pbx.example.com',
		pattern: { test: /^sips?:\S+$/i, message: 'begins with sip:' },
		description,
	});

export const transferCall = kitOperation({
	resource: 'cti',
	name: 'transferCall',
	displayName: 'Transfer Call',
	action: 'Transfer a call of an agent',
	description: 'Transfer a call that an agent has to an extension, a phone number or a SIP address',
	method: 'cti/transferCall',
	safety: 'spends',
	recheck: 'look at the call with Call: Get',
	fields: {
		userId: ref.user('Agent whose call is transferred'),
		callId: idField('Call ID', 'The call that is under way', '98765432'),
		transferType: choice({
			displayName: 'Kind',
			default: 'blind',
			options: [
				{ name: 'Attended', value: 'attended', description: 'The agent talks to the target first' },
				{ name: 'Blind', value: 'blind', description: 'The call is handed over at once' },
			],
			description: 'How the call is handed over',
		}),
		directionType: choice({
			displayName: 'Target',
			default: 'extension',
			options: [
				{ name: 'Extension', value: 'extension' },
				{ name: 'Phone Number', value: 'pstn' },
				{ name: 'SIP Address', value: 'sip' },
			],
			description: 'What the call is transferred to',
		}),
		extensionNumber: shown(
			text({
				displayName: 'Extension',
				required: true,
				placeholder: 'e.g. 123',
				pattern: { test: /^[\d*#]+$/, message: 'has digits only' },
				description: 'Extension of a user, a group or a queue',
			}),
			{ directionType: ['extension'] },
		),
		transferNumber: shown(transferNumber, { directionType: ['pstn'] }),
		transferCallerId: shown(
			text({
				displayName: 'Caller ID',
				required: true,
				placeholder: 'e.g. 15557654321',
				pattern: { test: /^\+?\d{3,15}$/, message: 'needs 3 to 15 digits' },
				description: 'Number that the target sees',
			}),
			{ directionType: ['pstn'] },
		),
		sipTo: shown(sipAddress('To SIP Address', 'Where the call is transferred to'), {
			directionType: ['sip'],
		}),
		sipFrom: shown(sipAddress('From SIP Address', 'Where the call seems to come from'), {
			directionType: ['sip'],
		}),
	},
	local: ['extensionNumber', 'transferNumber', 'transferCallerId', 'sipTo', 'sipFrom'],
	body: (params) => ({
		extension_transfer_data: params.extensionNumber && { extension_number: params.extensionNumber },
		pstn_transfer_data: params.transferNumber && {
			number: params.transferNumber,
			caller_id: params.transferCallerId,
		},
		sip_transfer_data: params.sipTo && { to: params.sipTo, from: params.sipFrom },
	}),
	identify: ({ userId, callId }) => ({ user_id: Number(userId), call_id: Number(callId) }),
	simplify: () => ({}),
});
