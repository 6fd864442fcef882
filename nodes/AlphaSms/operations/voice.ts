import { choice, text } from '../../shared/operation/field';

type Show = Record<string, string[]>;

const DOCUMENTED = {
	'uk-UA-Standard-A': { gender: 'female', language: 'uk-UA' },
	'en-GB-Standard-A': { gender: 'female', language: 'en-GB' },
	'ru-RU-Standard-A': { gender: 'female', language: 'ru-RU' },
} as const;

/** Voice of a spoken text: the three documented ones, or any other by its parts (§4.9). */
export function voiceFields(show: Show = {}) {
	const custom = { ...show, voice: ['custom'] };
	return {
		voice: choice({
			displayName: 'Voice',
			default: 'uk-UA-Standard-A',
			...(Object.keys(show).length > 0 && { show }),
			options: [
				{ name: 'English (UK), Female', value: 'en-GB-Standard-A' },
				{ name: 'Other (By Name)', value: 'custom' },
				{ name: 'Russian, Female', value: 'ru-RU-Standard-A' },
				{ name: 'Ukrainian, Female', value: 'uk-UA-Standard-A' },
			],
			description:
				'Voice that reads the text. Choose the one that speaks the language of the text.',
		}),
		voiceGender: choice({
			displayName: 'Voice Gender',
			default: 'female',
			show: custom,
			options: [
				{ name: 'Female', value: 'female' },
				{ name: 'Male', value: 'male' },
			],
			description: 'Gender of that voice',
		}),
		voiceLanguage: text({
			displayName: 'Voice Language',
			required: true,
			show: custom,
			placeholder: 'e.g. uk-UA',
			pattern: {
				test: /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/,
				message: 'must be a language tag, e.g. uk-UA',
			},
			description: 'Language tag of that voice',
		}),
		voiceName: text({
			displayName: 'Voice Name',
			required: true,
			show: custom,
			placeholder: 'e.g. uk-UA-Wavenet-A',
			description:
				'AlphaSMS documents three voices only. Their names have the form of Google Cloud Text-to-Speech voices, so others of that form probably work.',
		}),
	};
}

interface VoiceParams {
	voice?: string;
	voiceName?: string;
	voiceLanguage?: string;
	voiceGender?: string;
}

export function voiceItem(params: VoiceParams): Record<string, unknown> {
	const name = params.voice ?? 'custom';
	if (name in DOCUMENTED) return { ...DOCUMENTED[name as keyof typeof DOCUMENTED], name };
	return {
		gender: params.voiceGender,
		language: params.voiceLanguage,
		name: params.voiceName,
	};
}
