import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	IDataObject,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { CallError, ParameterError } from '../shared/http/errors';
import { isRecord } from '../shared/http/json';
import { asText, presentable } from '../shared/http/redact';
import { settle } from '../shared/http/settle';
import type { Connection } from './connection';
import { connect, NAME } from './connection';
import { parsePublicKey } from './signature';

const TIMEOUT_MS = 20_000;

const WRONG_PLACE = `This address does not answer like ${NAME}. Check the environment and the base URLs`;

interface Answer {
	readonly status: number;
	/** Empty when it is no JSON object. */
	readonly body: Readonly<Record<string, unknown>>;
}

type Ask = (url: string, headers?: Record<string, string>) => Promise<Answer>;

function parsed(text: unknown): Record<string, unknown> {
	try {
		const value: unknown = JSON.parse(String(text));
		return isRecord(value) ? value : {};
	} catch {
		return {};
	}
}

/** One request each, whatever the answer: n8n's own kind of credential test repeats a refused one. */
function asker({ helpers }: ICredentialTestFunctions, { app }: Connection): Ask {
	return async (uri, headers = {}) => {
		const reply: unknown = await helpers.request({
			method: 'GET',
			uri,
			headers: { ...app, ...headers },
			timeout: TIMEOUT_MS,
			simple: false,
			resolveWithFullResponse: true,
			followRedirect: false,
		});
		const { statusCode, body } = isRecord(reply) ? reply : {};
		return { status: Number(statusCode), body: parsed(body) };
	};
}

function fail(what: string, { status, body }: Answer, hint: string): never {
	const words = asText(body.message ?? '');
	const reason = words === '' ? `HTTP ${status}` : `${words}, HTTP ${status}`;
	const later = `${NAME} has trouble; try again later`;
	throw new CallError(`${what} (${reason}). ${status >= 500 ? later : hint}`);
}

/** The profile of the user (voicemod.md §C.2.5); an error has no ID, whatever its status. */
async function checkToken(ask: Ask, connection: Connection): Promise<string> {
	const { tunaUrl, accessToken, refreshToken } = connection;
	const answer = await ask(`${tunaUrl}/v1/auth`, { authorization: `Bearer ${accessToken}` });
	const { status, body } = answer;
	if (status === 200 && asText(body.id ?? '') !== '') return 'the access token is good';
	const isRefused = status === 401 || status === 403 || body.message !== undefined;
	if (!isRefused) fail(`The access token could not be tested`, answer, WRONG_PLACE);
	const renewal =
		refreshToken === ''
			? 'Tokens end after a while: get a new one'
			: 'Tokens end after a while: the node renews it when it is used, but a new one makes sure';
	return fail(`${NAME} refused the access token`, answer, renewal);
}

/** A conversion that does not exist: 404, 400 and 200 mean that the key was accepted (§E.4). */
async function checkKey(ask: Ask, { baseUrl, apiKey }: Connection): Promise<string> {
	const url = `${baseUrl}/v2/cloud/audio/00000000-0000-0000-0000-000000000000`;
	const answer = await ask(url, { 'x-api-key': apiKey });
	if ([200, 400, 404].includes(answer.status)) return 'the API key is accepted';
	if (answer.status === 401 || answer.status === 403) {
		fail(`${NAME} refused the API key`, answer, `${NAME} gives keys to partners on request`);
	}
	return fail('The API key could not be tested', answer, WRONG_PLACE);
}

/** Without key and token only whether the service is there. */
async function checkPlace(ask: Ask, { baseUrl }: Connection): Promise<string> {
	const answer = await ask(`${baseUrl}/v1/nextgen/update/%7B%7D`);
	if (answer.status === 200 && asText(answer.body.appVersion ?? '') !== '') {
		return 'it can be reached, and there is neither key nor token to test';
	}
	return fail(`${NAME} could not be reached`, answer, WRONG_PLACE);
}

function failureText(error: Error, data: IDataObject): string {
	const hint = error instanceof ParameterError ? error.hint : '';
	const used = ['apiKey', 'accessToken', 'refreshToken', 'clientSecret']
		.map((name) => asText(data[name] ?? '').trim())
		// As it is sent, and as it was pasted.
		.flatMap((secret) => [secret.replace(/^Bearer\s+/i, ''), secret])
		.filter((secret) => secret !== '');
	return presentable([error.message, hint].filter(Boolean).join('. '), used);
}

/** The test of the API credential: token and key by one request each, and the public key by reading it. */
export async function voicemodApiTest(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const data: IDataObject = { ...credential.data };
	const { value, error } = await settle(async () => {
		const connection = connect(data);
		const { accessToken, apiKey, publicKey } = connection;
		if (publicKey !== '') parsePublicKey(publicKey);
		const ask = asker(this, connection);
		const found: string[] = [];
		if (accessToken !== '') found.push(await checkToken(ask, connection));
		if (apiKey !== '') found.push(await checkKey(ask, connection));
		if (found.length === 0) found.push(await checkPlace(ask, connection));
		return `${NAME}: ${found.join(', ')}`;
	});
	if (error === undefined) return { status: 'OK', message: value };
	return { status: 'Error', message: failureText(error, data) };
}
