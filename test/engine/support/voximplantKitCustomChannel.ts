/** Everything that tests of the custom channel share: credentials, and good parameters of every operation. */
import type { IDataObject } from 'n8n-workflow';

import {
	API_TOKEN,
	CHANNEL_UUID,
	SALT,
	startVoximplantKitCustomChannelSimulator,
} from '../../simulators/voximplantKitCustomChannel';
import type { RunOptions, RunResult } from './engine';
import { runNode } from './engine';

export type Simulator = Awaited<ReturnType<typeof startVoximplantKitCustomChannelSimulator>>;

export const CREDENTIAL = 'voximplantKitCustomChannelApi';

export function channelCredentials(customHost: string, more: IDataObject = {}) {
	const data = {
		region: 'custom',
		customHost,
		domain: 'my-account',
		accessToken: API_TOKEN,
		channelUuid: CHANNEL_UUID,
		saltSecret: SALT,
		...more,
	};
	return { [CREDENTIAL]: data };
}

type Options = Partial<Omit<RunOptions, 'parameters'>>;

/** Runs `<resource>/<operation>` of the node. */
export async function runChannel(
	sim: Pick<Simulator, 'url'>,
	name: string,
	parameters: IDataObject = {},
	options: Options = {},
): Promise<RunResult> {
	const [resource, operation] = name.split('/');
	return await runNode({
		node: 'voximplantKitCustomChannel',
		credentials: channelCredentials(sim.url),
		...options,
		parameters: { resource, operation, ...parameters },
	});
}

export const ATTACHMENTS: IDataObject[] = [
	{ type: 'photo', fileUrl: 'https://example.com/box.jpg', fileName: 'box.jpg' },
	{ type: 'video', fileUrl: 'https://example.com/box.mp4' },
	{ type: 'audio', fileUrl: 'https://example.com/box.mp3' },
	{ type: 'document', fileUrl: 'https://example.com/box.pdf', fileName: 'box.pdf' },
	{ type: 'location', latitude: 50.4501, longitude: '30.5234', address: '1 Main Street' },
	{
		type: 'contact',
		name: 'Jane Roe',
		number: '+447700900123',
		avatar: 'https://example.com/j.png',
	},
];

export const CLIENT: IDataObject = {
	clientPhone: '+447700900100',
	clientAvatar: 'https://example.com/a.png',
	clientDisplayName: 'Jane Roe',
	clientEmail: 'jane@example.com',
	clientLanguage: 'en',
	utmSource: 'newsletter',
	utmCampaign: 'spring',
	utmContent: 'banner',
	utmMedium: 'email',
	utmTerm: 'shoes',
	pageUrl: 'https://example.com/shoes',
	pageTitle: 'Shoes',
	locationLatitude: 50.45,
	locationLongitude: 30.52,
	locationCountry: 'Ukraine',
	locationCountryCode: 'UA',
	locationRegion: 'Kyiv',
	locationRegionCode: '30',
	locationCity: 'Kyiv',
	locationIpAddress: '203.0.113.7',
	deviceType: 'mobile',
	deviceModel: 'Pixel 9',
	deviceUserAgent: 'Mozilla/5.0',
};

export interface Case {
	readonly name: string;
	readonly parameters: IDataObject;
}

/** Good parameters of every operation; `token/refresh` needs a token of a login. */
export function cases(refreshToken: string): Case[] {
	return [
		{
			name: 'message/send',
			parameters: {
				clientId: '107804195',
				text: 'Here is everything',
				payload: { entry: ATTACHMENTS },
				additionalFields: { ...CLIENT, messageId: 'ext-1001', eventId: 'evt-1001' },
			},
		},
		{
			name: 'event/sendRaw',
			parameters: {
				event: JSON.stringify({
					event_type: 'send_message',
					client_data: { client_id: '107804195' },
					event_data: { message: { message_id: 'raw-1', text: 'Hello' } },
				}),
			},
		},
		{ name: 'token/logIn', parameters: {} },
		{ name: 'token/refresh', parameters: { refreshToken } },
		{
			name: 'apiRequest/send',
			parameters: {
				method: 'POST',
				path: '/{channel_uuid}',
				bodyFormat: 'json',
				body: JSON.stringify({
					event_id: 'api-1',
					event_type: 'send_message',
					client_data: { client_id: '107804195' },
					event_data: { message: { message_id: 'api-1', text: 'Hello' } },
				}),
			},
		},
	];
}
