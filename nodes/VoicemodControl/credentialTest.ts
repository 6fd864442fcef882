import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { CallError, ParameterError } from '../shared/http/errors';
import { presentable } from '../shared/http/redact';
import { settle } from '../shared/http/settle';
import type { Connection } from './connection';
import { addressOf, connect, NAME } from './connection';
import { BLOCKED_HINT } from './link';
import { reach } from './reach';

/** Refusals of n8n's outbound network policy, by the names and words of its errors. */
const BLOCKED = /ssrf|restricted (ip|host)|destination hostname is restricted|blocked/i;

function words(error: unknown): string {
	if (!(error instanceof Error)) return '';
	const cause = error.cause instanceof Error ? words(error.cause) : '';
	return `${error.name} ${error.message} ${cause}`;
}

/**
 * Asks for the address by n8n's own request first. A credential test is given no policy to ask, but
 * that request is subject to it; whatever else becomes of it does not matter.
 */
async function preflight(
	context: ICredentialTestFunctions,
	connection: Connection,
	port: number,
): Promise<void> {
	const uri = addressOf(connection, port).href.replace(/^ws/, 'http');
	const timeout = connection.connectTimeoutMs;
	const options = { method: 'GET', uri, timeout, simple: false, followRedirect: false };
	const { error } = await settle(async () => {
		await context.helpers.request(options);
	});
	if (error === undefined || !BLOCKED.test(words(error))) return;
	throw new CallError(
		`The network policy of this n8n instance blocks ${connection.host}: ${error.message}`,
		{ hint: BLOCKED_HINT, cause: 'configuration-invalid', outcome: 'not_sent' },
	);
}

function failureText(error: Error, secrets: readonly string[]): string {
	const hint = error instanceof CallError || error instanceof ParameterError ? error.hint : '';
	return presentable([error.message, hint].filter(Boolean).join('. '), secrets);
}

/** The credential test of the nodes: connects, registers, and says which app answered. */
export async function voicemodControlApiTest(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const { value, error } = await settle(async () => {
		const connection = connect({ ...credential.data });
		const link = await reach(connection, {
			before: async ({ port }) => await preflight(this, connection, port),
		});
		const { appVersion, address } = link;
		await link.close();
		const version = appVersion === '' ? '' : ` ${appVersion}`;
		return `Connected to ${NAME}${version} at ${address.host}`;
	});
	if (error === undefined) return { status: 'OK', message: value };
	const key = String(credential.data?.apiKey ?? '').trim();
	return { status: 'Error', message: failureText(error, [key]) };
}
