// The providers whose schemas and pages are generated.
import { alphaSms } from '../../nodes/AlphaSms/provider';
import { velip } from '../../nodes/Velip/provider';
import { voximplantKit } from '../../nodes/VoximplantKit/provider';
import { customChannel } from '../../nodes/VoximplantKitCustomChannel/provider';
import { collectCustomChannelSamples } from './customChannelSamples';
import { collectKitSamples } from './kitSamples';
import type { Book } from './page';
import type { Samples } from './samples';
import { collectSamples } from './samples';
import { collectVelipSamples } from './velipSamples';

interface Source {
	/** Folder below nodes/. */
	readonly folder: string;
	readonly page: string;
	readonly book: Book;
	/** Properties whose content depends on what the user sent, by operation. */
	readonly open: Readonly<Record<string, string[]>>;
	collect(): Promise<Samples>;
}

export const books: readonly Source[] = [
	{
		folder: 'AlphaSms',
		page: 'docs/OPERATIONS.md',
		open: { 'apiRequest/send': ['data'] },
		collect: collectSamples,
		book: {
			name: 'AlphaSMS',
			naming: ['smsSignature', 'sms_signature'],
			provider: alphaSms,
			remarks: {
				'apiRequest/send':
					'Items of the types `balance` and `status` only read; a request with nothing else in it is tried again by itself.',
				'oneTimeCode/flashCall':
					'Sent one call per request: AlphaSMS refuses a whole request when it does not serve the operator of one number in it.',
			},
			triggers: [['alphaSmsTrigger', 'alphasms-trigger']],
		},
	},
	{
		folder: 'Velip',
		page: 'docs/OPERATIONS-VELIP.md',
		open: { 'whatsAppTemplate/submit': ['json_generated', 'meta_raw_response'] },
		collect: collectVelipSamples,
		book: {
			name: 'Velip',
			naming: ['codCli', 'cod_cli'],
			provider: velip,
			remarks: {
				'apiRequest/send':
					'Functions that only read are tried again by themselves; everything else counts as spending.',
				'webRtc/getCredentials':
					'The output holds a password. n8n hides the field `sipsecret` in the editor where it can; it is in the data all the same.',
			},
			triggers: [
				['velipTrigger', 'velip-trigger'],
				['velipPollingTrigger', 'velip-polling-trigger'],
			],
		},
	},
	{
		folder: 'VoximplantKit',
		page: 'docs/OPERATIONS-VOXIMPLANT-KIT.md',
		open: {
			trigger: ['call_data', 'custom_data', 'variables'],
			'call/get': ['call_data'],
			'call/getAll': ['call_data'],
			'campaignContact/append': ['variables'],
			'campaignContact/getAll': ['variables', 'phones'],
			'pdsContact/getAll': ['custom_data'],
			'apiRequest/callMethod': ['result'],
		},
		collect: collectKitSamples,
		book: {
			name: 'Voximplant Kit',
			naming: ['scenarioId', 'scenario_id'],
			provider: voximplantKit,
			remarks: {
				'apiRequest/callMethod':
					'Methods that the catalogue marks as reading are tried again by themselves; everything else counts as spending.',
				'dncContact/add':
					'Counts as harmless to repeat: to miss an opt-out is worse than to add it twice.',
				'pdsCampaign/setStatus':
					'Starting is never repeated after an unknown outcome; pausing and ending are.',
				'report/exportAndDownload':
					'When the report is not ready in time, or cannot be downloaded, the error holds its ID.',
			},
			triggers: [
				['voximplantKitTrigger', 'voximplant-kit-trigger'],
				['voximplantKitPollingTrigger', 'voximplant-kit-polling-trigger'],
			],
		},
	},
	{
		folder: 'VoximplantKitCustomChannel',
		page: 'docs/OPERATIONS-VOXIMPLANT-KIT-CUSTOM-CHANNEL.md',
		open: {},
		collect: collectCustomChannelSamples,
		book: {
			name: 'Voximplant Kit',
			naming: ['clientDisplayName', 'client_display_name'],
			provider: customChannel,
			remarks: {
				'message/send':
					'Fields that are empty are left out. There is no message ID of Kit: the IDs in the output are yours, or were made by the node.',
				'token/logIn':
					'The output holds tokens. n8n hides `access_token` and `refresh_token` in the editor where it can; they are in the data all the same.',
				'token/refresh':
					'The output holds tokens. n8n hides `access_token` and `refresh_token` in the editor where it can; they are in the data all the same.',
				'apiRequest/send':
					'A GET only reads and is tried again by itself; everything else counts as spending.',
			},
			triggers: [['voximplantKitCustomChannelTrigger', 'voximplant-kit-custom-channel-trigger']],
		},
	},
];
