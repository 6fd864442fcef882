import type { IDataObject } from 'n8n-workflow';

import { isRecord, unreadableAnswer } from '../../shared/http/json';
import { asText } from '../../shared/http/redact';
import type { ApiRequest, FilePart, Reply } from '../../shared/http/request';
import { beforeSending, CallError, ParameterError } from '../../shared/http/errors';
import { flag, text } from '../../shared/operation/field';
import { choices } from '../../shared/operation/fieldLists';
import { hiddenRefusal, readObject } from '../api';
import { NAME } from '../connection';
import { bodyOf, paramsOf, voicemodOperation } from './base';

/** Accounts elsewhere; the request replaces all of them (voicemod.md §C.2.6). */
const SOCIALS = {
	instagramId: 'Instagram ID',
	personalSite: 'Personal Site',
	soundcloudId: 'SoundCloud ID',
	tiktokId: 'TikTok ID',
	twitchId: 'Twitch ID',
	twitterId: 'Twitter ID',
	youtubeId: 'YouTube ID',
} as const;

const SOCIAL_NAMES = Object.keys(SOCIALS) as Array<keyof typeof SOCIALS>;

const USER: ApiRequest = {
	method: 'GET',
	host: 'tuna',
	path: '/v1/auth',
	scope: 'token',
	safety: 'read',
};

export const getUser = voicemodOperation({
	resource: 'account',
	name: 'getUser',
	displayName: 'Get Current User',
	action: 'Get the current user',
	description: 'Get the user of the access token with the profile',
	safety: 'read',
	isPlain: true,
	fields: {},
	request: () => USER,
	read(reply) {
		const raw = readObject(reply);
		return [{ raw, data: raw }];
	},
});

const social = (displayName: string) =>
	text({ displayName, additional: true, description: 'New value; stays as it is unless given' });

const profileFields = {
	name: text({
		displayName: 'Name',
		additional: true,
		placeholder: 'e.g. Deep Dave',
		description:
			'New name. Voicemod allows a change only from time to time; nextChangeNameAvailable of the current user says when.',
	}),
	bio: text({
		displayName: 'Bio',
		additional: true,
		rows: 3,
		description: 'New text about yourself; stays as it is unless given',
	}),
	pictureFile: text({
		displayName: 'Picture Field',
		additional: true,
		placeholder: 'e.g. data',
		description: 'Binary field of the input item with the new picture',
	}),
	bannerFile: text({
		displayName: 'Banner Field',
		additional: true,
		placeholder: 'e.g. data',
		description: 'Binary field of the input item with the new banner',
	}),
	deletePicture: flag({
		displayName: 'Delete Picture',
		additional: true,
		default: true,
		description: 'Whether to remove the picture',
	}),
	deleteBanner: flag({
		displayName: 'Delete Banner',
		additional: true,
		default: true,
		description: 'Whether to remove the banner',
	}),
	clear: choices({
		displayName: 'Fields to Clear',
		additional: true,
		options: [
			{ name: 'Bio', value: 'bio' },
			...SOCIAL_NAMES.map((name) => ({ name: SOCIALS[name], value: name })),
		],
		description: 'Fields that are emptied',
	}),
	instagramId: social(SOCIALS.instagramId),
	personalSite: social(SOCIALS.personalSite),
	soundcloudId: social(SOCIALS.soundcloudId),
	tiktokId: social(SOCIALS.tiktokId),
	twitchId: social(SOCIALS.twitchId),
	twitterId: social(SOCIALS.twitterId),
	youtubeId: social(SOCIALS.youtubeId),
};

/** The user as he is now; what the request does not name would be lost. */
function currentUser(basis: Reply | undefined): { id: string; profile: Record<string, unknown> } {
	try {
		if (basis === undefined) throw unreadableAnswer(NAME, 'nothing');
		const user = readObject(basis);
		const id = asText(user.id ?? '');
		if (id === '' || !isRecord(user.profile)) throw unreadableAnswer(NAME, 'no profile');
		return { id, profile: user.profile };
	} catch (error) {
		return fail(error);
	}
}

function fail(error: unknown): never {
	throw error instanceof Error ? beforeSending(error) : new CallError(asText(error));
}

function fileOr(file: FilePart | undefined): FilePart | string {
	// What Voicemod's own client sends for "unchanged".
	return file ?? 'null';
}

export const updateProfile = voicemodOperation({
	resource: 'account',
	name: 'updateProfile',
	displayName: 'Update Profile',
	action: 'Update the profile',
	description: 'Change some fields of the profile. It is read first, and the rest stays as it is.',
	safety: 'idempotent',
	isPlain: true,
	fields: profileFields,
	file: ['pictureFile', 'bannerFile'],
	prepare(params) {
		const given: Given = params;
		if (
			Object.keys(profileFields).some((name) => given[name] !== undefined && given[name] !== false)
		) {
			checkContradictions(params);
			return params;
		}
		throw new ParameterError('There is nothing to change: add a field under "Additional Fields"');
	},
	// The whole profile is read and replaced: two items at once would undo each other.
	lane: () => 'profile',
	basis: () => USER,
	request(calls) {
		const params = paramsOf(calls);
		const [call] = calls;
		const { id, profile } = currentUser(call?.basis);
		const old = isRecord(profile.social) ? profile.social : {};
		const valueOf = (name: 'bio' | keyof typeof SOCIALS, current: unknown) =>
			params.clear?.includes(name) ? '' : (params[name] ?? asText(current ?? ''));
		const socials = SOCIAL_NAMES.map((name) => [`social[${name}]`, valueOf(name, old[name])]);
		return {
			method: 'PUT',
			host: 'tuna',
			path: `/v1/users/${encodeURIComponent(id)}/profile`,
			scope: 'token',
			body: {
				kind: 'multipart',
				fields: {
					id,
					name: params.name ?? asText(profile.name ?? ''),
					bio: valueOf('bio', profile.bio),
					pictureFile: fileOr(call?.files?.pictureFile),
					bannerFile: fileOr(call?.files?.bannerFile),
					deletePicture: params.deletePicture ?? false,
					deleteBanner: params.deleteBanner ?? false,
					...(Object.fromEntries(socials) as Record<string, string>),
				},
			},
			safety: 'idempotent',
		};
	},
	read(reply, [call]) {
		const refused = hiddenRefusal(reply, bodyOf(reply));
		if (refused !== undefined) throw refused;
		const data: IDataObject = { success: true, id: currentUser(call?.basis).id };
		return [{ raw: data, data }];
	},
});

type Given = Readonly<Record<string, unknown>>;

function checkContradictions(params: Given): void {
	const clear = Array.isArray(params.clear) ? params.clear.map(asText) : [];
	const both = clear.find((name) => params[name] !== undefined);
	if (both !== undefined) {
		throw new ParameterError(
			`"Fields to Clear" names ${both}, but a new value is given for it too`,
		);
	}
	for (const [file, remove, label] of [
		['pictureFile', 'deletePicture', 'Picture'],
		['bannerFile', 'deleteBanner', 'Banner'],
	] as const) {
		if (params[file] === undefined || params[remove] !== true) continue;
		throw new ParameterError(`"${label} Field" and "Delete ${label}" cannot both be set`);
	}
}
