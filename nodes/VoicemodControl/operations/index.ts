import { otherOperations } from './other';
import { soundOperations } from './sound';
import { switchOperations } from './switches';
import { voiceOperations } from './voice';

export const resources = {
	backgroundEffect: 'Background Effect',
	beep: 'Beep',
	connection: 'Connection',
	hearMyself: 'Hear Myself',
	microphoneMute: 'Microphone Mute',
	sound: 'Sound',
	soundboard: 'Soundboard',
	soundboardMute: 'Soundboard Mute for Me',
	user: 'User',
	voice: 'Voice',
	voiceChanger: 'Voice Changer',
} as const;

/** The first one is what the form begins with. */
export const operations = [
	...[...voiceOperations].sort((a, b) => Number(b.name === 'load') - Number(a.name === 'load')),
	...soundOperations,
	...switchOperations,
	...otherOperations,
];
