import { ParameterError } from '../../shared/http/errors';
import { flag, text } from '../../shared/operation/field';
import { automaticId, explainWindow, extraParameters, functionOperation } from './base';
import { ctid, ctidFacts, dest, httpdup, numberFields, setbrasil } from './fields';

const MAX_CHARACTERS = 160;

export const sendSms = functionOperation({
	resource: 'sms',
	name: 'send',
	displayName: 'Send',
	action: 'Send an SMS',
	description: 'Send a text message of up to 160 characters to a mobile phone',
	safety: 'spends',
	fn: 'MakeSMS',
	recheck:
		'look for it in the Velip panel by its correlation ID (ctid); the API tells no SMS status,',
	fields: {
		dest,
		message: text({
			displayName: 'Message',
			required: true,
			rows: 4,
			placeholder: 'e.g. Your order has been shipped',
			description: 'Text of the SMS, up to 160 characters',
		}),
		cuttext: flag({
			displayName: 'Cut Long Text',
			description: 'Whether to cut a longer text at 160 characters instead of failing',
		}),
		setbrasil,
		ctid,
		httpdup,
		from: text({
			displayName: 'Sender',
			additional: true,
			placeholder: 'e.g. MyShop',
			description: 'Sender that the recipient sees, where the route allows one',
		}),
		cpId: text({
			displayName: 'Campaign ID',
			additional: true,
			placeholder: 'e.g. 4500',
			description: 'Campaign that the SMS belongs to',
		}),
		cdId: text({
			displayName: 'Call ID',
			additional: true,
			placeholder: 'e.g. c_88700',
			description: 'Call that the SMS belongs to',
		}),
		extraParameters,
	},
	prepare(params, place) {
		const length = Array.from(params.message).length;
		if (length > MAX_CHARACTERS && !params.cuttext) {
			throw new ParameterError(
				`"Message" may have at most ${MAX_CHARACTERS} characters, this has ${length}`,
				'Shorten the text, or switch on "Cut Long Text".',
			);
		}
		return { ...params, ctid: params.ctid ?? automaticId(place) };
	},
	identify: ({ ctid: id, dest: number }) => ({ ctid: id, dest: number.replace('+', '') }),
	facts: (params) => ({ characters: Array.from(params.message).length, ...ctidFacts(params) }),
	excuse: explainWindow('MakeSMS'),
	madeIds: ['cdls_id'],
	body: ({ message, dest: number, setbrasil: format, cuttext }) => ({
		...numberFields(number, format),
		message,
		cuttext: cuttext && Array.from(message).length > MAX_CHARACTERS ? 1 : undefined,
	}),
	simplify: (result) =>
		result.status === 'WR'
			? { ...result, warning: 'Accepted; the SMS provider has not confirmed it yet' }
			: result,
});
