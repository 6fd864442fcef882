import { createHash } from 'node:crypto';
import { PIXEL } from '../cloud/media';
import type { App } from './app';
import type { Parameter } from './data';
import type { ControlBehaviour } from './options';

type Data = Record<string, unknown>;

/** Objects of the wire, in the page's spelling (voicemod.md section B.4, "Objects"). */
export function voiceList(app: App): Data[] {
	return app.voices.map((voice) => ({
		id: voice.id,
		friendlyName: voice.friendlyName,
		enabled: app.isEnabled(voice),
		isCustom: voice.isCustom,
		favorited: voice.favorited,
		isNew: voice.isNew,
		bitmapChecksum: checksum(voice.id),
		isPurchased: voice.isPurchased,
	}));
}

export function soundboardList(app: App, license: ControlBehaviour['license']): Data[] {
	return app.soundboards.map((board) => {
		const enabled = license === 'pro' || !board.isPro;
		return {
			id: board.id,
			name: board.name,
			isCustom: board.isCustom,
			enabled,
			showProLogo: !enabled,
			sounds: board.sounds.map((sound) => ({
				id: sound.id,
				name: sound.name,
				isCustom: sound.isCustom,
				enabled,
				playbackMode: sound.playbackMode,
				loop: sound.loop,
				muteOtherSounds: false,
				muteVoice: false,
				stopOtherSounds: sound.playbackMode === 'PlayRestart',
				showProLogo: !enabled,
				bitmapChecksum: checksum(sound.id),
			})),
		};
	});
}

/** Sounds as `getMemes` lists them; names of members by `soundFields`. */
export function memeList(app: App, fields: ControlBehaviour['soundFields']): Data[] {
	return app.soundboards.flatMap((board) =>
		board.sounds.map((sound) => {
			const meme: Data = {
				Name: `${board.name} - ${sound.name}`,
				FileName: sound.id,
				Type: sound.playbackMode,
				Image: PIXEL.toString('base64'),
				IsCore: !sound.isCustom,
				Profile: board.name,
			};
			const camel = Object.fromEntries(
				Object.entries(meme).map(([name, value]) => [lowerFirst(name), value]),
			);
			if (fields === 'Pascal') return meme;
			return fields === 'camel' ? camel : { ...meme, ...camel };
		}),
	);
}

export function parameterSet(
	parameters: Parameter[],
	shape: ControlBehaviour['parametersShape'],
): Data | Data[] {
	const entries = parameters.map(({ key, ...values }) => ({ [key]: values }));
	return shape === 'array' ? entries : (Object.assign({}, ...entries) as Data);
}

/** The three pictures of a voice, or those of a sound. */
export function bitmaps(id: string, isSound: boolean, options: ControlBehaviour): Data {
	const image = picture(id, options.bitmapBytes);
	if (!isSound) return { default: image, selected: image, transparent: image };
	return options.soundBitmap === 'image' ? { image } : { default: image, selected: image };
}

/** A real PNG of at least the wanted size: decoders ignore what follows the end of the picture. */
function picture(id: string, bytes: number): string {
	const filler = Buffer.from(id.padEnd(Math.max(0, bytes - PIXEL.length), '.'));
	return Buffer.concat([PIXEL, filler]).toString('base64');
}

function checksum(id: string): string {
	return createHash('md5').update(id).digest('hex');
}

function lowerFirst(name: string): string {
	return name.slice(0, 1).toLowerCase() + name.slice(1);
}
