import type { IDataObject } from 'n8n-workflow';

import { ParameterError } from '../../shared/http/errors';
import { choice, integer, reference, text } from '../../shared/operation/field';
import type { Operation } from '../../shared/operation/operation';
import { waitFields } from '../../shared/webhook/sendAndWait';
import { automaticId, explainWindow, extraParameters, extrasOf, functionOperation } from './base';
import { callOptions } from './callOptions';
import type { Slots } from './callSlots';
import { assertSlots, slotFields, slots } from './callSlots';
import {
	assertFollowUp,
	audioRef,
	audioReference,
	callbackFields,
	ctid,
	ctidFacts,
	dest,
	encodeRurl,
	followUpFields,
	free,
	freeNotice,
	numberFields,
	phoneNumber,
	positiveId,
	rurl,
	voice,
} from './fields';

const SPOKEN = {
	displayName: 'Text',
	required: true,
	rows: 4,
	placeholder: 'e.g. Hello <NOME>, your appointment is tomorrow at ten. Press 1 to confirm.',
	description:
		'Text that is read aloud. Velip replaces &lt;NOME&gt;, &lt;COD_CLI&gt; and &lt;EXTRA1&gt; to &lt;EXTRA4&gt; by the values given in the additional fields (older accounts: the same words without the brackets).',
} as const;

const spoken = text(SPOKEN);

const ndig = integer({
	displayName: 'Digits to Collect',
	default: 0,
	min: 0,
	max: 20,
	description:
		'How many keys the callee may press; 0 asks for none. What was pressed comes with the result, in "digits".',
});

const afterwards = choice({
	displayName: 'After the Message',
	default: '0',
	options: [
		{ name: 'Hang Up', value: '0', description: 'Or wait for keys, when digits are collected' },
		{
			name: 'Record an Answer',
			value: '22',
			description: 'Up to 30 seconds, or as long as Record (Seconds) in the additional fields says',
		},
	],
	description: 'What happens when the message has been played',
});

const common = { ...callOptions, slots, ctid, rurl, encodeRurl, extraParameters };

interface CallParams {
	dest: string;
	setbrasil?: string;
	slots?: Slots;
	amd?: string;
	contentno?: string;
	contentfail?: string;
	contentend?: string;
	contentdtmf?: string;
	content?: string;
	ndig?: number;
	free?: boolean;
	priority?: number;
	bkddd?: string;
	smsAction?: string;
	smsText?: string;
	rurl?: string;
	encodeRurl?: boolean;
}

/** What all kinds of calls send beside their own fields. */
function commonBody(params: CallParams): Record<string, unknown> {
	return {
		...numberFields(params.dest, params.setbrasil),
		encoding: 'UTF-8',
		content: audioRef(params.content),
		amd: audioRef(params.amd),
		contentno: audioRef(params.contentno),
		contentfail: audioRef(params.contentfail),
		contentend: audioRef(params.contentend),
		contentdtmf: audioRef(params.contentdtmf),
		ndig: params.ndig === 0 ? undefined : params.ndig,
		bkddd: params.bkddd === undefined ? undefined : Number(params.bkddd),
		// Always said, so that the check does not depend on a setting of the account (§7.1).
		free: params.free ? 1 : 0,
		...slotFields(params.slots),
		...followUpFields(params),
		...callbackFields(params),
	};
}

function answerOf({ type, rec }: { type: string; rec?: number }): Record<string, unknown> {
	return { type: Number(type), rec: rec ?? (type === '22' ? 30 : undefined) };
}

function prepared<P extends CallParams & { ctid?: string }>(params: P, place: string): P {
	assertSlots(params.slots);
	assertFollowUp(params);
	return { ...params, ctid: params.ctid ?? automaticId(place) };
}

function identify({ ctid: id, dest: number }: { ctid?: string; dest: string }): IDataObject {
	return { ctid: id, dest: number.replace('+', '') };
}

const base = {
	resource: 'call',
	safety: 'spends',
	fn: 'MakeTTSCall',
	recheck: 'use Call: Get with this correlation ID (ctid)',
	identify,
	facts: ctidFacts,
	excuse: explainWindow('MakeTTSCall'),
	madeIds: ['cd_id'],
	// With priority -20 the speech is made before Velip answers (velip.md §7.1).
	timeoutSeconds: 120,
} as const;

export const speakText = functionOperation({
	...base,
	name: 'speakText',
	displayName: 'Make Text-to-Speech Call',
	action: 'Make a text to speech call',
	description: 'Call a phone and read a text aloud, on request with keys to press',
	fields: {
		dest,
		text: spoken,
		voice,
		ndig,
		type: afterwards,
		free,
		freeNotice,
		...common,
	},
	local: ['slots', 'encodeRurl', 'freeNotice'],
	prepare: prepared,
	body: (params) => ({ ...commonBody(params), ...answerOf(params) }),
});

export const playAudio = functionOperation({
	...base,
	name: 'playAudio',
	displayName: 'Make Audio Call',
	action: 'Make an audio call',
	description: 'Call a phone and play an audio of the account, on request with keys to press',
	fields: {
		dest,
		content: audioReference('Audio', 'What is played to the callee'),
		ndig,
		type: afterwards,
		free,
		freeNotice,
		...common,
	},
	local: ['slots', 'encodeRurl', 'freeNotice'],
	prepare: prepared,
	body: (params) => ({ ...commonBody(params), ...answerOf(params) }),
});

const opening = {
	message: choice({
		displayName: 'Opening',
		default: 'text',
		options: [
			{ name: 'Audio', value: 'content' },
			{ name: 'Text', value: 'text' },
		],
		description: 'What the callee hears first',
	}),
	text: text({ ...SPOKEN, show: { message: ['text'] } }),
	voice: { ...voice, show: { message: ['text'] } },
	content: audioReference('Audio', 'What is played to the callee', { message: ['content'] }),
};

const when = choice({
	displayName: 'Connect',
	default: '3',
	options: [
		{ name: 'After a Key', value: '2', description: 'Only when the callee presses the key below' },
		{
			name: 'On Answer',
			value: '3',
			description: 'Older servers want Priority -1 with it, from the additional fields',
		},
	],
	description: 'When the second leg of the call is opened',
});

const dtmfconf = text({
	displayName: 'Key',
	default: '1',
	required: true,
	show: { type: ['2'] },
	placeholder: 'e.g. 1',
	pattern: { test: /^[\d*#]$/, message: 'must be one key: a digit, * or #' },
	description: 'Key that connects the call',
});

export const bridge = functionOperation({
	...base,
	name: 'bridge',
	displayName: 'Make Bridged Call',
	action: 'Make a bridged call',
	description: 'Call a phone and connect it to a second number or to a queue of your call centre',
	fields: {
		dest,
		...opening,
		connectTo: choice({
			displayName: 'Connect To',
			default: 'phone',
			options: [
				{ name: 'Phone', value: 'phone' },
				{ name: 'Queue', value: 'queue' },
				{ name: 'WhatsApp', value: 'whatsapp', description: 'A WhatsApp call' },
			],
			description: 'Where the call is connected to',
		}),
		dest2: {
			...phoneNumber({
				displayName: 'Second Number',
				description: 'Number that the callee is connected to',
			}),
			show: { connectTo: ['phone', 'whatsapp'] },
		},
		queueId: reference({
			displayName: 'Queue',
			lookup: 'searchQueues',
			example: '12',
			pattern: positiveId,
			required: true,
			show: { connectTo: ['queue'] },
			description: 'Queue of the call centre that the callee is connected to',
		}),
		type: when,
		dtmfconf,
		free,
		freeNotice,
		...common,
	},
	local: ['slots', 'encodeRurl', 'freeNotice', 'message', 'connectTo', 'queueId'],
	prepare: prepared,
	body(params) {
		const number = params.dest2?.replace('+', '');
		const target = { phone: number, whatsapp: `WA${number}`, queue: `FI${params.queueId}` };
		return { ...commonBody(params), dest2: target[params.connectTo], type: Number(params.type) };
	},
});

export const agentCall = functionOperation({
	...base,
	name: 'callWithAgent',
	displayName: 'Make AI Agent Call',
	action: 'Make a call with a voice agent',
	description: 'Call a phone and let a voice agent of the account (FastVoice) talk',
	fields: {
		dest,
		agentId: text({
			displayName: 'Agent ID',
			required: true,
			placeholder: 'e.g. 77',
			pattern: { test: /^(RT)?[1-9]\d*$/i, message: 'must be the ID of an agent, e.g. 77' },
			description:
				'ID of an active agent, from the Velip panel. When the agent is not active or not yours, Velip makes the call without it and reports no error.',
		}),
		...opening,
		type: choice({
			displayName: 'Connect',
			default: '3',
			options: [
				{
					name: 'After a Key',
					value: '2',
					description: 'Only when the callee presses the key below',
				},
				{ name: 'On Answer', value: '3' },
				{
					name: 'Talk Directly',
					value: '100',
					description: 'The agent is checked before the call is made',
				},
			],
			description: 'When the agent takes over',
		}),
		dtmfconf,
		free,
		freeNotice,
		...common,
	},
	local: ['slots', 'encodeRurl', 'freeNotice', 'message', 'agentId'],
	prepare: prepared,
	body(params) {
		const id = params.agentId.replace(/^RT/i, '');
		const target = params.type === '100' ? { dtmfini: id } : { dest2: `RT${id}` };
		return { ...commonBody(params), ...target, type: Number(params.type) };
	},
});

function assertOwnResult(extras: Readonly<Record<string, string>>): void {
	const name = ['rurl', 'repeat'].find((one) => one in extras);
	if (name === undefined) return;
	throw new ParameterError(
		`"Extra Parameters" may not hold "${name}" in a call that waits for its result`,
		'Use the operation without "and Wait", and a Velip Trigger.',
	);
}

/** The callback URL is this execution's own, so there is one attempt and one result. */
function waiting(
	operation: Operation,
	texts: Pick<Operation, 'name' | 'displayName' | 'action' | 'description'>,
): Operation {
	const { rurl: _, repeat: __, ...fields } = operation.fields;
	return {
		...operation,
		...texts,
		fields: { ...fields, ...waitFields },
		waits: { hook: 'rurl', tag: ({ ctid: id }) => String(id) },
		request([call]) {
			if (call === undefined) throw new ParameterError('There is no item');
			assertOwnResult(extrasOf(call.params));
			const { waitAmount: _amount, waitUnit: _unit, ...params } = call.params;
			return operation.request([{ ...call, params }]);
		},
	};
}

export const waitingCalls = [
	waiting(speakText, {
		name: 'speakTextAndWait',
		displayName: 'Make Text-to-Speech Call and Wait',
		action: 'Make a text to speech call and wait for the result',
		description: 'Call, read a text aloud, and go on when the call is over, with the keys pressed',
	}),
	waiting(playAudio, {
		name: 'playAudioAndWait',
		displayName: 'Make Audio Call and Wait',
		action: 'Make an audio call and wait for the result',
		description: 'Call, play an audio, and go on when the call is over, with the keys pressed',
	}),
];
