import { CallError, ParameterError } from '../../shared/http/errors';
import { asText } from '../../shared/http/redact';
import { flag, text, url } from '../../shared/operation/field';
import { defineOperation } from '../../shared/operation/operation';
import { NAME, readJson, requestRefusal } from '../api';
import { messageId, numeric, to } from './fields';
import { gatewayOperation, sendResult } from './gateway';
import { voiceFields, voiceItem } from './voice';

const MAX_AUDIO_BYTES = 5 * 1024 * 1024;

const dtmf = flag({
	displayName: 'Collect Key Press',
	description:
		'Whether to note the key that the callee presses. It is reported to the callback URL; the AlphaSMS Trigger gives it out as "dtmf".',
});

const callHook = url({
	displayName: 'Result Callback URL',
	additional: true,
	placeholder: 'e.g. https://n8n.example.com/webhook/…',
	description:
		'Address that is told how the call went. Paste the production URL of an AlphaSMS Trigger node that has a callback secret.',
});

/** `hook` is not in the documented field list of this type, but its siblings have it (§4.9). */
export const speakText = gatewayOperation({
	resource: 'call',
	name: 'speakText',
	displayName: 'Speak Text',
	action: 'Call and speak a text',
	description: 'Call a phone and read a text aloud',
	safety: 'spends',
	fields: {
		phone: to,
		message: text({
			displayName: 'Text',
			required: true,
			rows: 4,
			placeholder: 'e.g. Your appointment is tomorrow at ten',
			description: 'Text that is read to the callee',
		}),
		...voiceFields(),
		dtmf,
		id: messageId,
		hook: callHook,
	},
	item: (params) => ({
		type: 'voice',
		id: params.id,
		phone: numeric(params.phone),
		message: params.message,
		voice: voiceItem(params),
		dtmf: params.dtmf,
		hook: params.hook,
	}),
	simplify: sendResult,
});

function isWav(bytes: Uint8Array): boolean {
	const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
	return head.startsWith('RIFF') && head.endsWith('WAVE');
}

/** The audio API has an envelope of its own: no `success`, errors as a list (alphasms.md §4.15). */
export const playAudio = defineOperation({
	resource: 'call',
	name: 'playAudioFile',
	displayName: 'Play Audio File',
	action: 'Call and play an audio file',
	description: 'Call a phone and play a WAV recording from the input item',
	safety: 'spends',
	recheck: 'look for the call in the AlphaSMS cabinet',
	file: 'binaryPropertyName',
	fields: {
		phone: to,
		binaryPropertyName: text({
			displayName: 'Input Data Field Name',
			required: true,
			default: 'data',
			placeholder: 'e.g. data',
			hint: 'The name of the input field containing the binary file data to be processed',
			description:
				'Binary field of the input item that holds the recording, a WAV file of up to 5 MB',
		}),
		dtmf,
		hook: callHook,
	},
	checkFile({ bytes, fileName }) {
		if (!isWav(bytes)) {
			throw new ParameterError(`"Input Data Field Name": ${fileName} is not a WAV file`);
		}
		if (bytes.length > MAX_AUDIO_BYTES) {
			throw new ParameterError(`"Input Data Field Name": ${fileName} is larger than 5 MB`);
		}
	},
	identify: ({ phone }) => ({ phone }),
	request: ([call]) => ({
		method: 'POST',
		path: '/api/voice.php',
		body: {
			kind: 'multipart',
			fields: {
				phone: call?.params.phone,
				voice: call?.file && { ...call.file, fileName: 'audio.wav', mimeType: 'audio/wav' },
				hook: call?.params.hook,
				dtmf: call?.params.dtmf ? 'true' : undefined,
			},
		},
		safety: 'spends',
	}),
	read(reply) {
		const raw = readJson(reply);
		const errors = [raw.errors ?? raw.error].flat().map(asText).filter(Boolean);
		if (errors.length > 0) throw requestRefusal(errors);
		if (asText(raw.id) === '') {
			throw new CallError(`${NAME} did not say whether the call was accepted`, {
				outcome: 'unknown',
			});
		}
		const data = { id: raw.id as number, price: raw.price as number };
		return [{ raw: { ...data, ...raw }, data }];
	},
});
