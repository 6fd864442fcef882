import { json, type SimulatorResponse } from '../../core/http';
import { notFound } from './errors';
import type { Visit } from './input';
import { PIXEL } from './media';
import type { Endpoint, World } from './world';

/** `GET /v1/nextgen/update/{}` (voicemod.md section A.7.1). */
function latestVersion(world: World, visit: Visit): SimulatorResponse {
	visit.checkQuery();
	return json({ appVersion: world.options.appVersion });
}

/** `GET /v1/desktop/api.windows/v2/communityVoices/voice/{id}/image.png` (section A.7.2). */
function communityImage(world: World, visit: Visit, [id = '']: string[]): SimulatorResponse {
	visit.checkQuery();
	if (!world.options.communityVoices.includes(decodeURIComponent(id)))
		throw notFound(`No community voice ${id}`);
	return { status: 200, headers: { 'content-type': 'image/png' }, body: PIXEL };
}

/** Endpoints of the desktop application; they need no credential. */
export const applicationEndpoints: Endpoint[] = [
	{
		gateway: 'main',
		method: 'GET',
		// The path really ends in braces; the URL parser encodes those that came unencoded.
		path: /^\/v1\/nextgen\/update\/%7B%7D$/i,
		need: 'none',
		run: latestVersion,
	},
	{
		gateway: 'main',
		method: 'GET',
		path: /^\/v1\/desktop\/api\.windows\/v2\/communityVoices\/voice\/([^/]+)\/image\.png$/,
		need: 'none',
		run: communityImage,
	},
];
