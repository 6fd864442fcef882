import type { Operation } from '../../shared/operation/operation';
import { getUser, updateProfile } from './account';
import { apiRequest } from './apiRequest';
import { communityImage, latestVersion } from './application';
import { convert, convertNow, getConversion } from './conversion';
import { serviceRequests } from './serviceRequest';
import { createSong, getSong } from './song';
import { downloadSound, getSound, searchSounds } from './sound';
import { verify } from './verifySignature';

export const resources = {
	sound: 'Sound',
	voiceConversion: 'Voice Conversion',
	song: 'Song',
	account: 'Account',
	application: 'Application',
	serviceRequest: 'Service Request',
	signature: 'Signature',
	apiRequest: 'API Request',
};

/** Every operation of the node; the first of a resource is its default. */
export const operations: readonly Operation[] = [
	searchSounds,
	getSound,
	downloadSound,
	convert,
	convertNow,
	getConversion,
	createSong,
	getSong,
	getUser,
	updateProfile,
	latestVersion,
	communityImage,
	...serviceRequests,
	verify,
	apiRequest,
];
