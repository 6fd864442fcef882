import {
	CHANNEL_UUID,
	type VoximplantKitCustomChannelSimulator,
} from './voximplantKitCustomChannel';

export const LOGIN = '/api/v3/botService/login';
export const REFRESH = '/api/v3/botService/refreshToken';

/** An answer, read as JSON. */
export interface KitAnswer {
	http: number;
	headers: Headers;
	body: Record<string, unknown>;
	/** `result`, when it is an object. */
	result: Record<string, unknown>;
}

/** Sends a request and reads its answer. */
export async function ask(url: string, init: RequestInit = {}): Promise<KitAnswer> {
	const response = await fetch(url, init);
	const body = (await response.json()) as Record<string, unknown>;
	const result = (typeof body.result === 'object' ? body.result : {}) as Record<string, unknown>;
	return { http: response.status, headers: response.headers, body, result };
}

/** Posts a form, as the vendor's client does. */
export async function postForm(url: string, fields: Record<string, string>): Promise<KitAnswer> {
	return await ask(url, {
		method: 'POST',
		headers: {
			'content-type': 'application/x-www-form-urlencoded',
			accept: 'application/json',
		},
		body: new URLSearchParams(fields),
	});
}

/** Logs in with the right values, or others. */
export async function login(
	sim: VoximplantKitCustomChannelSimulator,
	changes: { access_token?: string; domain?: string; channel_uuid?: string } = {},
): Promise<KitAnswer> {
	const { access_token = sim.apiKey, domain = sim.options.domain } = changes;
	const query = new URLSearchParams({ access_token, domain });
	const channel_uuid = changes.channel_uuid ?? CHANNEL_UUID;
	return await postForm(`${sim.url}${LOGIN}?${query}`, { channel_uuid });
}

/** A JWT of the default channel. */
export async function tokenOf(sim: VoximplantKitCustomChannelSimulator): Promise<string> {
	return String((await login(sim)).result.access_token);
}

/** The event of the page's sample (§4.3), with other parts. */
export function sampleEvent(
	changes: Record<string, unknown> = {},
	message: Record<string, unknown> = {},
	client: Record<string, unknown> = {},
): Record<string, unknown> {
	return {
		event_id: '9f6f0c1e-2a52-4f0e-8a8e-0a6f0c9d6a11',
		event_type: 'send_message',
		client_data: {
			client_id: '107804195',
			client_display_name: 'Jane Roe',
			client_email: 'jane@example.com',
			...client,
		},
		event_data: {
			message: {
				message_id: 'ext-1001',
				text: 'Here is the photo',
				payload: [{ type: 'photo', file_name: 'box.jpg', file_url: 'https://example.com/box.jpg' }],
				...message,
			},
		},
		...changes,
	};
}

/** Posts an event. */
export async function sendEvent(
	sim: VoximplantKitCustomChannelSimulator,
	token: string,
	event: unknown = sampleEvent(),
	channel: string = CHANNEL_UUID,
): Promise<KitAnswer> {
	return await ask(`${sim.url}/${channel}`, {
		method: 'POST',
		headers: {
			'content-type': 'application/json',
			accept: 'application/json',
			authorization: `Bearer ${token}`,
		},
		body: typeof event === 'string' ? event : JSON.stringify(event),
	});
}
