// What the tests of Voicemod's cloud share: a simulator with its credentials, a node, a recording.
import type { Credential, N8nClient, WorkflowNode } from '../../../demo/client';
import { makeWav, startVoicemodSimulator } from '../../simulators/voicemod';
import { node, PACK, set } from './workflows';

export type VoicemodSimulator = Awaited<ReturnType<typeof startVoicemodSimulator>>;

export interface VoicemodFixture {
	simulator: VoicemodSimulator;
	credential: Credential;
	/** Values of a credential for the simulator, some of them replaced. */
	data(more?: Record<string, unknown>): Record<string, unknown>;
	/** The same of an OAuth2 credential that nobody has connected yet. */
	oAuth2Data(more?: Record<string, unknown>): Record<string, unknown>;
	close(): Promise<void>;
}

/** A simulator of its own for one test file, and a saved credential that points to it. */
export async function voicemodFixture(
	client: N8nClient,
	options: Parameters<typeof startVoicemodSimulator>[0] = {},
): Promise<VoicemodFixture> {
	const simulator = await startVoicemodSimulator({ lifecycleMs: 20, ...options });
	const { url, tunaUrl, apiKey, accessToken, publicKey, tokenUrl } = simulator;
	const place = { environment: 'custom', baseUrl: url, tunaBaseUrl: tunaUrl };
	const data = (more: Record<string, unknown> = {}) => ({
		...place,
		apiKey,
		accessToken,
		publicPem: publicKey.spki,
		...more,
	});
	const { clientId, clientSecret } = simulator.options.client;
	const oAuth2Data = (more: Record<string, unknown> = {}) => ({
		...place,
		grantType: 'authorizationCode',
		// Not published; nothing listens there. The tests are the person who comes back from it.
		authUrl: `${url}/authorize`,
		accessTokenUrl: tokenUrl,
		clientId,
		clientSecret,
		scope: '',
		authentication: 'body',
		...more,
	});
	const name = `Voicemod simulator ${simulator.port}`;
	const credential = await client.createCredential('voicemodApi', name, data());
	return { simulator, credential, data, oAuth2Data, close: async () => await simulator.close() };
}

/** A Voicemod node; without a credential it uses none. */
export function voicemod(
	name: string,
	credential: Credential | undefined,
	parameters: Record<string, unknown>,
	more: Partial<WorkflowNode> = {},
): WorkflowNode {
	const authentication =
		credential === undefined
			? 'none'
			: credential.type === 'voicemodOAuth2Api'
				? 'oAuth2'
				: 'apiKey';
	const credentials = credential && {
		[credential.type]: { id: credential.id, name: credential.name },
	};
	return node(
		name,
		`${PACK}.voicemod`,
		{ authentication, ...parameters },
		{ ...(credentials && { credentials }), ...more },
	);
}

/** Two nodes that make an item with a recording in the binary field `data`, as an upload would. */
export function recording(): [WorkflowNode, WorkflowNode] {
	const parameters = {
		operation: 'toBinary',
		sourceProperty: 'audio',
		binaryPropertyName: 'data',
		options: { fileName: 'hello.wav', mimeType: 'audio/wav' },
	};
	return [
		set('Sample', { audio: makeWav(0.2).toString('base64') }),
		node('Recording', 'n8n-nodes-base.convertToFile', parameters, { typeVersion: 1.1 }),
	];
}
