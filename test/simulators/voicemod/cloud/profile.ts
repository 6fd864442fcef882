import { json, type SimulatorResponse } from '../../core/http';
import type { Part } from '../../core/multipart';
import { badRequest, forbidden } from './errors';
import { textOf, type Visit } from './input';
import { uuidOf } from './library';
import type { VoicemodBehaviour } from './options';
import type { Endpoint, World } from './world';

/** Accounts of the profile elsewhere; a `PUT` replaces all seven (voicemod.md section C.2.6). */
export const SOCIALS = [
	'twitchId',
	'twitterId',
	'instagramId',
	'tiktokId',
	'youtubeId',
	'soundcloudId',
	'personalSite',
] as const;

/** The user of the access token (section C.2.5). */
export interface User {
	id: string;
	voicemodAccountId: string;
	slug: string;
	status: string;
	type: string;
	createdAt: string;
	updatedAt: string;
	nextChangeNameAvailable: string;
	profile: {
		name: string;
		bio: string;
		picture: string;
		banner: string;
		showExplicitContent: boolean;
		social: Record<string, string>;
	};
}

/** The user as he is at the start. */
export function newUser(options: VoicemodBehaviour): User {
	return {
		id: uuidOf('user'),
		voicemodAccountId: uuidOf('account'),
		slug: 'deep-dave',
		status: 'active',
		type: 'user',
		createdAt: '2023-01-01T00:00:00.000Z',
		updatedAt: '2023-01-01T00:00:00.000Z',
		nextChangeNameAvailable: options.nextChangeNameAvailable,
		profile: {
			name: 'Deep Dave',
			bio: 'Streams on Fridays',
			picture: 'https://tuna.voicemod.net/pictures/deep-dave.png',
			banner: '',
			showExplicitContent: false,
			social: {
				...Object.fromEntries(SOCIALS.map((name) => [name, ''])),
				twitchId: 'deepdave',
				personalSite: 'https://dave.example.com',
			},
		},
	};
}

function currentUser(world: World, visit: Visit): SimulatorResponse {
	visit.checkQuery();
	return json(world.store.user);
}

function updateProfile(world: World, visit: Visit, [id = '']: string[]): SimulatorResponse {
	const { user } = world.store;
	visit.checkQuery();
	if (id !== user.id) throw forbidden('Only the own profile can be changed');
	const socialFields = SOCIALS.map((name) => `social[${name}]`);
	const flags = ['deletePicture', 'deleteBanner'];
	const texts = ['id', 'name', 'bio', ...flags, ...socialFields];
	const form = visit.form(...texts, 'pictureFile', 'bannerFile');
	for (const name of texts)
		if (!form.has(name)) visit.violation(name, 'Not sent; the call replaces the profile');
	if (form.has('id') && textOf(form.get('id')) !== id)
		throw badRequest('id', 'id must be the id of the path');
	for (const name of flags)
		if (!['true', 'false', undefined].includes(textOf(form.get(name))))
			throw badRequest(name, `${name} must be true or false`);

	const { profile } = user;
	const name = textOf(form.get('name')) ?? '';
	if (name === '') throw badRequest('name', 'name is required');
	if (name !== profile.name && Date.parse(user.nextChangeNameAvailable) > Date.now())
		throw badRequest('name', `The name can be changed from ${user.nextChangeNameAvailable}`);
	const picture = readImage(form, 'pictureFile');
	const banner = readImage(form, 'bannerFile');
	profile.name = name;
	profile.bio = textOf(form.get('bio')) ?? '';
	profile.picture = newImage(world, profile.picture, picture, form.get('deletePicture'));
	profile.banner = newImage(world, profile.banner, banner, form.get('deleteBanner'));
	for (const social of SOCIALS)
		profile.social[social] = textOf(form.get(`social[${social}]`)) ?? '';
	user.updatedAt = new Date().toISOString();
	return { status: 204, headers: {}, body: '', accepted: 1 };
}

/** A new image; undefined when the field says `null` ("unchanged") or is missing. */
function readImage(form: Map<string, Part>, name: string): Part | undefined {
	const part = form.get(name);
	if (!part) return undefined;
	if (part.filename !== undefined) return part;
	if (textOf(part) !== 'null') throw badRequest(name, `${name} must be a file or null`);
	return undefined;
}

function newImage(
	world: World,
	current: string,
	image: Part | undefined,
	deletion: Part | undefined,
): string {
	if (image) {
		const path = `/profile/${uuidOf(image.content.toString('latin1'))}.png`;
		world.store.files.set(path, { content: image.content, type: image.contentType ?? 'image/png' });
		return `${world.filesUrl}${path}`;
	}
	return textOf(deletion) === 'true' ? '' : current;
}

/** The user and his profile. */
export const profileEndpoints: Endpoint[] = [
	{ gateway: 'tuna', method: 'GET', path: /^\/v1\/auth$/, need: 'token', run: currentUser },
	{
		gateway: 'tuna',
		method: 'PUT',
		path: /^\/v1\/users\/([^/]+)\/profile$/,
		need: 'token',
		run: updateProfile,
	},
];
