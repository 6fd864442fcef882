// The providers whose schemas and pages are generated.
import { alphaSms } from '../../nodes/AlphaSms/provider';
import { velip } from '../../nodes/Velip/provider';
import { voicemod } from '../../nodes/Voicemod/provider';
import { voicemodControl } from '../../nodes/VoicemodControl/provider';
import { voximplantKit } from '../../nodes/VoximplantKit/provider';
import { customChannel } from '../../nodes/VoximplantKitCustomChannel/provider';
import { collectCustomChannelSamples } from './customChannelSamples';
import { collectKitSamples } from './kitSamples';
import type { Book } from './page';
import type { Samples } from './samples';
import { collectSamples } from './samples';
import { collectVelipSamples } from './velipSamples';
import { collectVoicemodControlSamples } from './voicemodControlSamples';
import { collectVoicemodSamples } from './voicemodSamples';

interface Source {
	/** Folder below nodes/. */
	readonly folder: string;
	readonly page: string;
	readonly book: Book;
	/** Properties whose content depends on what the user sent, by operation. */
	readonly open: Readonly<Record<string, string[]>>;
	collect(): Promise<Samples>;
}

/** Requests of the user's own: what they answer with is known to Voicemod alone. */
const FREE_REMARKS = Object.fromEntries(
	voicemod.operations
		.filter(({ resource }) => ['apiRequest', 'serviceRequest'].includes(resource))
		.map(({ resource, name }) => [
			`${resource}/${name}`,
			'Only GET is tried again by itself. The output is what the service answers; without a body it is `success`.',
		]),
);

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
			triggers: [['alphaSmsTrigger', 'ALPHASMS.md#alphasms-trigger']],
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
				['velipTrigger', 'VELIP.md#velip-trigger'],
				['velipPollingTrigger', 'VELIP.md#velip-polling-trigger'],
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
				['voximplantKitTrigger', 'VOXIMPLANT-KIT.md#voximplant-kit-trigger'],
				['voximplantKitPollingTrigger', 'VOXIMPLANT-KIT.md#voximplant-kit-polling-trigger'],
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
			title: 'Voximplant Kit custom channel',
			naming: ['clientDisplayName', 'client_display_name'],
			provider: customChannel,
			remarks: {
				'message/send':
					'Messages of one client are sent one after the other, in the order of the items. Fields that are empty are left out. There is no message ID of Kit: the IDs in the output are yours, or were made by the node.',
				'token/logIn':
					'The output holds tokens. n8n hides `access_token` and `refresh_token` in the editor where it can; they are in the data all the same.',
				'token/refresh':
					'The output holds tokens. n8n hides `access_token` and `refresh_token` in the editor where it can; they are in the data all the same.',
				'apiRequest/send':
					'A GET only reads and is tried again by itself; everything else counts as spending.',
			},
			triggers: [
				[
					'voximplantKitCustomChannelTrigger',
					'VOXIMPLANT-KIT-CUSTOM-CHANNEL.md#voximplant-kit-custom-channel-trigger',
				],
			],
		},
	},
	{
		folder: 'Voicemod',
		page: 'docs/OPERATIONS-VOICEMOD.md',
		open: {},
		collect: collectVoicemodSamples,
		book: {
			name: 'Voicemod',
			naming: ['voiceId', 'voiceId'],
			provider: voicemod,
			remarks: {
				'sound/search':
					'That the content hub has pages beyond the first is not known for sure; where it has none, the list ends after 36 sounds.',
				'account/updateProfile':
					'Two requests: the profile is read, and written back with the changes.',
				...FREE_REMARKS,
			},
			triggers: [],
		},
	},
	{
		folder: 'VoicemodControl',
		page: 'docs/OPERATIONS-VOICEMOD-CONTROL.md',
		open: { 'connection/sendAction': ['data'], trigger: ['message'] },
		collect: collectVoicemodControlSamples,
		book: {
			name: 'Voicemod Control',
			naming: ['parameterName', 'parameterName'],
			provider: voicemodControl,
			remarks: {
				'beep/beepForDuration':
					'The end is sent also when the execution is cancelled or the connection breaks meanwhile.',
				'connection/sendAction':
					'Actions whose name begins with `get` only read; everything else is never repeated by itself.',
				'sound/play':
					'A sound that was held is released also when the execution is cancelled or the connection breaks meanwhile.',
			},
			triggers: [['voicemodControlTrigger', 'VOICEMOD-CONTROL.md#voicemod-control-trigger']],
		},
	},
];
