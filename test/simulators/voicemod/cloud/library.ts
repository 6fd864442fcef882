import { createHash } from 'node:crypto';

/** A sound of the library; both item shapes are made from it. */
export interface Sound {
	id: string;
	title: string;
	category: string;
	tags: string[];
	ownerName: string;
	ownerSlug: string;
	dmca: boolean;
	explicit: boolean;
	custom: boolean;
	published: boolean;
	durationMs: number;
	likes: number;
	createdAt: string;
}

const KINDS = [
	['Airhorn', 'memes', 'airhorn'],
	['Rajoy Speech', 'politics', 'rajoy'],
	['Applause', 'reactions', 'crowd'],
	['Dramatic Drum', 'music', 'drum'],
	['Laughing Goblin', 'games', 'laugh'],
	['Señal de Alarma', 'effects', 'alarm'],
] as const;
const OWNERS = ['Claudia', 'Deep Dave', 'Ñandú'] as const;

/** A library whose content depends on its size only. */
export function makeLibrary(count: number): Sound[] {
	return Array.from({ length: count }, (_unused, index) => makeSound(index));
}

function makeSound(index: number): Sound {
	const [title, category, tag] = KINDS[index % KINDS.length] ?? KINDS[0];
	const owner = OWNERS[index % OWNERS.length] ?? OWNERS[0];
	return {
		id: uuidOf(`sound ${index}`),
		title: `${title} ${index + 1}`,
		category,
		tags: [tag, index % 2 === 0 ? 'loud' : 'short'],
		ownerName: owner,
		ownerSlug: owner.toLowerCase().replaceAll(' ', '-'),
		dmca: index % 10 === 9,
		explicit: index % 8 === 7,
		custom: index % 12 !== 11,
		published: index % 15 !== 14,
		durationMs: 500 + 137 * (index % 20),
		likes: (index * 7919) % 1000,
		createdAt: new Date(Date.UTC(2023, 0, 1) + index * 3_600_000).toISOString(),
	};
}

/** An UUID that depends on the text only. */
export function uuidOf(text: string): string {
	const hex = createHash('sha256').update(text).digest('hex');
	const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`];
	return [...parts, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}

/** The v1 item (voicemod.md section C.2.1). */
export function soundItem(sound: Sound, filesUrl: string): Record<string, unknown> {
	const { id, title, category, tags, dmca, explicit, createdAt, likes } = sound;
	return {
		id,
		owner: {
			id: uuidOf(sound.ownerSlug),
			name: sound.ownerName,
			slug: sound.ownerSlug,
			verified: sound.ownerName === 'Claudia',
		},
		title,
		category,
		dmca,
		tags,
		imagePath: `${filesUrl}/images/${id}.png`,
		thumbnailS: `${filesUrl}/images/${id}-s.png`,
		thumbnailM: `${filesUrl}/images/${id}-m.png`,
		path: `${filesUrl}/sounds/${id}.mp3`,
		oggPath: `${filesUrl}/sounds/${id}.ogg`,
		description: `${title} by ${sound.ownerName}`,
		createdAt,
		updatedAt: createdAt,
		anonymous: false,
		social: { likeCount: likes, sharedCount: Math.floor(likes / 3) },
		properties: {
			duration: Math.round(sound.durationMs / 1000),
			loudness: -14.2,
			maximumAmplitude: 0.98,
		},
		permalink: `https://tuna.voicemod.net/sound/${id}`,
		explicit,
		moderationStatus: 'approved',
	};
}

/** The item of the v2 search and of the content hub (section C.2.3). */
export function hubSound(sound: Sound, filesUrl: string, format: string): Record<string, unknown> {
	return {
		id: sound.id,
		name: sound.title,
		duration: sound.durationMs,
		audio: { url: `${filesUrl}/sounds/${sound.id}.${format}` },
		icon: { url: `${filesUrl}/images/${sound.id}.png` },
		publicInfo: {
			url: `https://tuna.voicemod.net/sound/${sound.id}`,
			ownerName: sound.ownerName,
			tags: sound.tags,
			categories: [sound.category],
			sensitiveContent: sound.explicit,
		},
	};
}

/** Whether a text occurs in title, tags or category. */
export function matches(sound: Sound, text: string): boolean {
	const wanted = text.trim().toLowerCase();
	if (wanted === '') return true;
	return [sound.title, sound.category, ...sound.tags].some((part) =>
		part.toLowerCase().includes(wanted),
	);
}
