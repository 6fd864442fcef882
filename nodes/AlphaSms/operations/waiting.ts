import type { Fields } from '../../shared/operation/field';
import { choice } from '../../shared/operation/field';
import type { Operation } from '../../shared/operation/operation';
import { waitFields } from '../../shared/webhook/sendAndWait';
import { playAudio, speakText } from './call';
import { sendSms } from './sms';
import { sendViber } from './viber';

const resumeOn = choice({
	displayName: 'Go On When',
	default: 'key',
	options: [
		{
			name: 'A Key Is Pressed',
			value: 'key',
			description: 'Or the call has failed, or has ended without a key',
		},
		{ name: 'The Call Is Over', value: 'call', description: 'However it went' },
	],
	description: 'What the workflow waits for',
});

const signature = choice({
	displayName: 'Signature',
	default: 'required',
	additional: true,
	options: [
		{
			name: 'Checked When Present',
			value: 'optional',
			description: 'For older accounts that do not sign; a wrong signature is still refused',
		},
		{
			name: 'Required',
			value: 'required',
			description: 'A status without a valid signature is refused',
		},
	],
	description: 'How the reported status is verified',
});

/** What the resume URL says: which message, what ends the wait, which channel has the last word. */
export interface Awaited {
	readonly id: string;
	/** The end of a message, the end of a call, or the key that the callee presses. */
	readonly goal: 'delivery' | 'call' | 'key';
	readonly lastChannel: string;
	/** For accounts that do not sign their statuses. */
	readonly signatureOptional: boolean;
}

export function parseTag(tag: string): Awaited {
	const [id = '', goal, lastChannel = '', signature] = tag.split('~');
	return {
		id,
		goal: goal === 'key' || goal === 'call' ? goal : 'delivery',
		lastChannel,
		signatureOptional: signature === 'optional',
	};
}

function tag(params: Record<string, unknown>): string {
	const id = params.id === undefined ? '' : String(params.id);
	const goal = params.resumeOn ?? 'delivery';
	const lastChannel = params.fallbackToSms === true ? 'sms' : '';
	return [id, String(goal), lastChannel, String(params.signature ?? 'required')].join('~');
}

/** The send-and-wait form of a sending operation: its hook is this execution's resume URL. */
function waiting(
	operation: Operation,
	texts: Pick<Operation, 'name' | 'displayName' | 'action' | 'description'>,
	more: Fields = {},
): Operation {
	const { hook: _, dtmf, ...rest } = operation.fields;
	const fields = {
		...rest,
		...(dtmf && { dtmf: { ...dtmf, input: { ...dtmf.input, default: true } } }),
	};
	return {
		...operation,
		...texts,
		batch: false,
		fields: { ...fields, ...more, ...waitFields, signature },
		waits: { hook: 'hook', tag },
	};
}

export const waitingOperations = [
	waiting(sendSms, {
		name: 'sendSmsAndWait',
		displayName: 'Send SMS and Wait',
		action: 'Send an SMS and wait for its delivery',
		description: 'Send one SMS and go on when it is delivered, has failed, or the time is over',
	}),
	waiting(sendViber, {
		name: 'sendViberAndWait',
		displayName: 'Send Viber and Wait',
		action: 'Send a viber message and wait for its delivery',
		description:
			'Send one Viber message and go on when it is delivered, has failed, or the time is over',
	}),
	waiting(
		speakText,
		{
			name: 'speakTextAndWait',
			displayName: 'Speak Text and Wait',
			action: 'Call and speak a text and wait for the answer',
			description: 'Call, read a text aloud, and go on when a key is pressed or the call is over',
		},
		{ resumeOn },
	),
	waiting(
		playAudio,
		{
			name: 'playAudioFileAndWait',
			displayName: 'Play Audio File and Wait',
			action: 'Call and play an audio file and wait for the answer',
			description: 'Call, play a recording, and go on when a key is pressed or the call is over',
		},
		{ resumeOn },
	),
];
