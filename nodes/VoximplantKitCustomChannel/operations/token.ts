import type { IDataObject } from 'n8n-workflow';

import type { Reply } from '../../shared/http/request';
import { text } from '../../shared/operation/field';
import type { Outcome } from '../../shared/operation/operation';
import { defineOperation } from '../../shared/operation/operation';
import { readEnvelope } from '../api';
import { loginRequest, readTokens, refreshRequest } from '../session';
import { channelUuid } from './fields';

function tokenOutcome(reply: Reply): Outcome[] {
	const raw = readEnvelope(reply) as IDataObject;
	const { accessToken, refreshToken, expiresAt } = readTokens(raw);
	const data = {
		access_token: accessToken,
		...(refreshToken !== undefined && { refresh_token: refreshToken }),
		expiresAt: new Date(expiresAt).toISOString(),
	};
	return [{ raw, data }];
}

export const logIn = defineOperation({
	resource: 'token',
	name: 'logIn',
	displayName: 'Log In',
	action: 'Log in and get a token',
	description:
		'Get a token for calling the API elsewhere. The other operations of this node log in by themselves. The output is secret: whoever has it can write into the channel.',
	safety: 'idempotent',
	fields: { channelUuid },
	request: ([call]) => loginRequest(call?.params.channelUuid),
	read: tokenOutcome,
});

export const refresh = defineOperation({
	resource: 'token',
	name: 'refresh',
	displayName: 'Refresh',
	action: 'Renew a token',
	description:
		'Get a new token for a refresh token that Log In gave out. The output is secret, and holds a new refresh token to keep.',
	safety: 'idempotent',
	fields: {
		refreshToken: {
			...text({
				displayName: 'Refresh Token',
				required: true,
				placeholder: 'e.g. {{ $json.refresh_token }}',
				description: 'The "refresh_token" of an earlier Log In or Refresh; it lives for 24 hours',
			}),
			input: { type: 'string', default: '', typeOptions: { password: true } },
		},
	},
	request: ([call]) => refreshRequest(call?.params.refreshToken ?? ''),
	read: tokenOutcome,
});
