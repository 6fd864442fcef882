import { ok, type Answer } from './envelope';

/** `voices[]` of `GetTTSVoices` (velip.md section 7.3). */
export const VOICES: ReadonlyArray<Record<string, string>> = [
	voice(1, 'google|pt-BR-Wavenet-A', 'Google Wavenet A', 'pt-BR', 'F', 'Google'),
	voice(2, 'google|pt-BR-Wavenet-B', 'Google Wavenet B', 'pt-BR', 'M', 'Google'),
	voice(3, 'google|en-US-Wavenet-D', 'Google Wavenet D', 'en-US', 'M', 'Google'),
	voice(4, 'MS|pt-BR-FranciscaNeural', 'Francisca', 'pt-BR', 'F', 'Microsoft'),
	voice(5, 'MS|pt-BR-AntonioNeural', 'Antônio', 'pt-BR', 'M', 'Microsoft'),
	voice(6, 'elevenlabs|Rachel', 'Rachel', 'pt-BR', 'F', 'ElevenLabs'),
	voice(7, 'pt-br-google-f', 'Google (MCP)', 'pt-BR', 'F', 'Google'),
];

function voice(
	id: number,
	name: string,
	title: string,
	language: string,
	genre: string,
	company: string,
): Record<string, string> {
	return {
		cdwv_id: String(id),
		cdwv_name: name,
		cdwv_tit: title,
		cdwv_short: name.split('|').at(-1) ?? name,
		cdwv_type: 'neural',
		cdwv_language: language,
		cdwv_genre: genre,
		cdwv_company: company,
		cdwv_sample: `https://vox.velip.com.br/samples/${id}.mp3`,
	};
}

/** Section 6.6: `fad` and `fel` are legacy names. */
const LEGACY = ['fad', 'fel'];

/** Whether a voice exists. */
export function findVoice(name: string): boolean {
	return LEGACY.includes(name) || VOICES.some((known) => known.cdwv_name === name);
}

/** `GetTTSVoices`. */
export function getTtsVoices(): Answer {
	return ok({}, { voices: VOICES });
}
