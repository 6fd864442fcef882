import type {
	ICredentialDataDecryptedObject,
	IHttpRequestHelper,
	IHttpRequestOptions,
} from 'n8n-workflow';

import { VoximplantKitCustomChannelApi } from '../../../credentials/VoximplantKitCustomChannelApi.credentials';

const credential = new VoximplantKitCustomChannelApi();
const DATA: ICredentialDataDecryptedObject = {
	region: 'custom',
	customHost: 'kit.example.com/',
	domain: ' my-account ',
	accessToken: ' secret-token ',
	channelUuid: 'uuid',
};

async function preAuthenticate(answer: unknown, data = DATA) {
	const requests: IHttpRequestOptions[] = [];
	const helper = {
		helpers: {
			httpRequest: async (options: IHttpRequestOptions) => {
				requests.push(options);
				if (answer instanceof Error) throw answer;
				return answer;
			},
		},
	} as unknown as IHttpRequestHelper;
	const result = await credential.preAuthentication.call(helper, data).then(
		(value) => ({ value, error: undefined }),
		(error: Error) => ({ value: undefined, error }),
	);
	return { ...result, request: requests[0] };
}

it('logs in for the HTTP Request node', async () => {
	const { value, request } = await preAuthenticate({
		success: true,
		result: { access_token: 'jwt', refresh_token: 'r' },
	});
	expect(value).toEqual({ sessionToken: 'jwt' });
	expect(request).toMatchObject({
		method: 'POST',
		url: 'https://kit.example.com/api/v3/botService/login',
		qs: { access_token: 'secret-token', domain: 'my-account' },
		body: 'channel_uuid=uuid',
	});
	expect(credential.authenticate).toEqual({
		type: 'generic',
		properties: { headers: { Authorization: '=Bearer {{ $credentials.sessionToken }}' } },
	});
});

it('takes the host of the region', async () => {
	const { request } = await preAuthenticate({}, { ...DATA, region: 'kz' });
	expect(request?.url).toBe('https://kit-im-kz.voximplant.com/api/v3/botService/login');
});

it.each([
	[{ success: false, result: { error: 'Wrong token', code: 401 } }, 'Wrong token'],
	[{ success: false, result: { error: 'No secret-token' } }, 'It says: No [hidden]'],
	[{ success: false }, 'refused the login'],
	[{ success: true, result: {} }, 'refused the login'],
	[{ success: true, result: null }, 'refused the login'],
	['<html>', 'does not answer like Voximplant Kit'],
	[undefined, 'does not answer like Voximplant Kit'],
	[
		new Error('connect https://x/?access_token=secret-token'),
		'does not answer like Voximplant Kit',
	],
])('fails on %j, and says no secret', async (answer, message) => {
	const { error } = await preAuthenticate(answer);
	expect(error?.message).toContain(message);
	expect(JSON.stringify([error?.message, error?.stack, error])).not.toContain('secret-token');
});
