import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

/** Address of the Voicemod desktop app and the client key for its Control API (voicemod.md §B.1). */
export class VoicemodControlApi implements ICredentialType {
	name = 'voicemodControlApi';

	displayName = 'Voicemod Control API';

	icon: Icon = { light: 'file:../icons/voicemod.svg', dark: 'file:../icons/voicemod.dark.svg' };

	documentationUrl =
		'https://github.com/n8n-nodes-voice-providers/n8n-nodes-voice-providers/blob/main/docs/VOICEMOD-CONTROL.md#voicemod-control-credential';

	properties: INodeProperties[] = [
		{
			displayName:
				'The Voicemod app takes connections from its own PC only. n8n must run on that PC, or reach it through a tunnel or port proxy. In Docker, 127.0.0.1 is the container itself.',
			name: 'placeNotice',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'Client Key (API Key)',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description:
				'Key for the Control API. You request it on control-api.voicemod.net ("Get your API key"), and Voicemod sends it by e-mail.',
		},
		{
			displayName: 'Host',
			name: 'host',
			type: 'string',
			default: '127.0.0.1',
			required: true,
			placeholder: 'e.g. 127.0.0.1',
			description:
				'Address of the PC with the app, as n8n sees it. For a tunnel with TLS put wss:// before it.',
		},
		{
			displayName: 'Port',
			name: 'port',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 65535 },
			default: 0,
			description:
				'Port of the app or of the tunnel. With 0 the eleven ports that Voicemod may use are tried one after the other.',
		},
		{
			displayName: 'Connection Timeout (Milliseconds)',
			name: 'connectTimeout',
			type: 'number',
			typeOptions: { minValue: 50, maxValue: 60000 },
			default: 1000,
			description:
				'How long to wait for the connection to one port. Enough on the same PC; a slow tunnel may need more.',
		},
	];
}
