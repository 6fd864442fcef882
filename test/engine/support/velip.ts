/** Everything that tests of the Velip node share: credentials, and good parameters of every operation. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { API_TOKEN, makeWav, startVelipSimulator } from '../../simulators/velip';
import type { RunOptions, RunResult } from './engine';
import { binary, runNode } from './engine';

export type Simulator = Awaited<ReturnType<typeof startVelipSimulator>>;

export function velipCredentials(baseUrl: string, more: IDataObject = {}) {
	return { velipApi: { baseUrl, authentication: 'bearer', token: API_TOKEN, ...more } };
}

type Options = Partial<Omit<RunOptions, 'parameters'>>;

/** Runs `<resource>/<operation>` of the Velip node. */
export async function runVelip(
	sim: Pick<Simulator, 'url'>,
	name: string,
	parameters: IDataObject = {},
	options: Options = {},
): Promise<RunResult> {
	const [resource, operation] = name.split('/');
	return await runNode({
		node: 'velip',
		credentials: velipCredentials(sim.url),
		...options,
		parameters: { resource, operation, ...parameters },
	});
}

export const WAV = makeWav(1);
const CSV = Buffer.from('phone,name,cod_cli\n5511987654321,Maria,1001\n5511987654322,Ana,1002\n');

export const FILES: INodeExecutionData[] = [
	{
		json: { number: '5511987654321', name: 'Maria', codcli: '1001' },
		binary: {
			...binary('data', WAV, 'greeting.wav', 'audio/wav'),
			...binary('list', CSV, 'list.csv', 'text/csv'),
		},
	},
];

/** IDs of things that exist at the simulator. */
export interface World {
	audio: string;
	list: string;
	campaign: string;
	queue: string;
	call: string;
	ctid: string;
}

async function first(sim: Simulator, name: string, parameters: IDataObject): Promise<IDataObject> {
	const { json, error } = await runVelip(sim, name, parameters, { items: FILES });
	if (error) throw error;
	return json[0] ?? {};
}

/** Makes one of each kind of thing. */
export async function populate(sim: Simulator): Promise<World> {
	const audio = String((await first(sim, 'audio/upload', { name: 'Hello' })).cdw_file);
	const records = JSON.stringify([{ number: '5511987654330', name: 'Maria', codcli: '1001' }]);
	const list = String(
		(await first(sim, 'destinationList/createFromJson', { datajson: records })).cdlc_id,
	);
	const campaign = String(
		(
			await first(sim, 'campaign/create', {
				name: 'First',
				destinations: 'list',
				cdlcId: list,
				opening: 'content',
				content: audio,
				waitUntilLoaded: false,
			})
		).cp_id,
	);
	const queue = String((await first(sim, 'queue/create', { name: 'Support' })).queue_id);
	const call = await first(sim, 'call/speakText', {
		dest: '5511987654306',
		text: 'Press 1',
		ndig: 1,
		type: '22',
	});
	await sim.idle();
	return {
		audio,
		list,
		campaign,
		queue,
		call: String(call.cd_id),
		ctid: String(call.ctid),
	};
}

export interface Case {
	readonly name: string;
	/** Velip's function. */
	readonly fn: string;
	parameters(world: World): IDataObject;
}

const HOOK = 'http://127.0.0.1:9/webhook';
const META = {
	waApiKey: 'EAAtest',
	waBusinessId: '100200300',
	waPhoneNumberId: '400500600',
	waNumber: '5511999990000',
};
const inSeries = (number: number) => `55119876543${number}`;
const at = (mode: string, value: string) => ({ __rl: true, mode, value });

function one(
	name: string,
	fn: string,
	parameters: IDataObject | ((world: World) => IDataObject) = {},
): Case {
	return { name, fn, parameters: typeof parameters === 'function' ? parameters : () => parameters };
}

/** Good parameters of every operation. */
export const CASES: readonly Case[] = [
	one('call/speakText', 'MakeTTSCall', {
		dest: '+55 (11) 98765-4331',
		text: 'Hello <NOME>. Press 1.',
		voice: at('id', 'google|pt-BR-Wavenet-A'),
		ndig: 1,
		additionalFields: {
			nome: 'João',
			cpid: 'batch',
			rurl: HOOK,
			dtime: 5,
			extra1: 'x',
			codCli: '7',
		},
	}),
	one('call/playAudio', 'MakeTTSCall', ({ audio }) => ({
		dest: inSeries(32),
		content: at('list', audio),
		type: '0',
		additionalFields: { amd: audio, smsAction: 'nae', smsText: 'We called' },
	})),
	one('call/bridge', 'MakeTTSCall', {
		dest: inSeries(33),
		message: 'text',
		text: 'Please wait',
		connectTo: 'phone',
		dest2: '1133334444',
		type: '2',
		dtmfconf: '1',
		additionalFields: { moh: '2', fifo: 60 },
	}),
	one('call/callWithAgent', 'MakeTTSCall', {
		dest: inSeries(34),
		agentId: '77',
		message: 'text',
		text: 'Hello',
		type: '100',
	}),
	one('call/speakTextAndWait', 'MakeTTSCall', { dest: inSeries(35), text: 'Press 1', ndig: 1 }),
	one('call/playAudioAndWait', 'MakeTTSCall', ({ audio }) => ({
		dest: inSeries(36),
		content: audio,
		ndig: 1,
	})),
	one('call/get', 'GetCallStatus', ({ ctid }) => ({ findBy: 'ctid', ctid })),
	one('call/getAll', 'GetCallStatus', { returnAll: true }),
	one('call/resendResults', 'GetCallStatus', ({ call }) => ({
		findBy: 'cdId',
		cdId: call,
		rurl: HOOK,
	})),
	one('call/downloadRecording', 'PlayAudioFile', ({ call }) => ({ cdId: call })),
	one('sms/send', 'MakeSMS', {
		dest: inSeries(37),
		message: 'Your order has been shipped',
		additionalFields: { httpdup: 0, ctid: 'order1001' },
	}),
	one('whatsAppMessage/sendText', 'MakeWhatsapp', {
		appId: '101',
		dest: inSeries(38),
		mdata: 'Olá',
	}),
	one('whatsAppMessage/sendMedia', 'MakeWhatsapp', {
		appId: '101',
		dest: inSeries(39),
		mtype: 'image',
		mdata: 'https://example.com/a.jpg',
		mcaption: 'Picture',
	}),
	one('whatsAppMessage/sendTemplate', 'MakeWhatsapp', {
		appId: '101',
		dest: inSeries(40),
		template: at('list', 'order_update|pt_BR'),
		headerKind: 'text',
		headerValue: 'Pedido',
		bodyParameters: { entry: [{ text: 'Maria' }, { text: '1001' }] },
		buttonParameters: { entry: [{ index: 1, subType: 'quick_reply', value: 'ok' }] },
	}),
	one('whatsAppTemplate/getAll', 'GetWATemplates', { appId: '101' }),
	one('whatsAppTemplate/submit', 'CreateWhatsappTemplate', { appId: '101', templateId: '502' }),
	one('whatsAppTemplate/checkStatus', 'CheckTemplateStatus', { v8lId: '101', templateId: '501' }),
	one('whatsAppTemplate/delete', 'DeleteWhatsappTemplate', {
		v8lId: '101',
		templateId: '501',
		deleteMode: 'both',
	}),
	one('whatsAppLine/validate', 'ValidateWhatsAppNumber', META),
	one('campaign/create', 'CreateCampaign', ({ list }) => ({
		name: 'Second',
		destinations: 'list',
		cdlcId: list,
		opening: 'text',
		text: 'Hello <NOME>',
		waitUntilLoaded: true,
		loadMinutes: 1,
		additionalFields: { timeStart: '08:00', timeEnd: '20:00:00', vel: '30', resends: 1 },
	})),
	one('campaign/createQuestions', 'CreateCampaign', ({ audio }) => ({
		name: 'Third',
		destinations: 'json',
		datajson: '[["5511987654341","Ana"]]',
		opening: 'content',
		content: audio,
		answers: { entry: [{ number: 1, content: audio }] },
		waitUntilLoaded: false,
		additionalFields: { nans: 2, dtime: 7, contentno: audio },
	})),
	one('campaign/createConfirmation', 'CreateCampaign', ({ list, audio }) => ({
		name: 'Fourth',
		destinations: 'list',
		cdlcId: list,
		opening: 'content',
		content: audio,
		ndigval: 4,
		compw: 'cod_cli',
		waitUntilLoaded: false,
		additionalFields: { timeStart: '09:30', contentfail: audio },
	})),
	one('campaign/clone', 'CreateCampaign', ({ list, campaign }) => ({
		cpId: campaign,
		destinations: 'list',
		cdlcId: list,
		waitUntilLoaded: false,
		additionalFields: { timeStart: '10:30' },
	})),
	one('campaign/update', 'ChangeCampaign', ({ campaign }) => ({
		cpId: campaign,
		additionalFields: { ligMin: '12', name: 'Renamed' },
	})),
	one('campaign/pause', 'ChangeCampaign', ({ campaign }) => ({ cpId: campaign })),
	one('campaign/activate', 'ChangeCampaign', ({ campaign }) => ({ cpId: campaign })),
	one('campaign/get', 'GetCampaignsList', ({ campaign }) => ({ findBy: 'cpId', cpId: campaign })),
	one('campaign/getAll', 'GetCampaignsList', { returnAll: false, limit: 2 }),
	one('destinationList/createFromItems', 'CreateDestinationBase', { name: 'Items' }),
	one('destinationList/createFromJson', 'CreateDestinationBase', {
		name: 'Json',
		datajson: '[{ "number": "5511987654342" }]',
	}),
	one('destinationList/createFromFile', 'CreateDestinationBase', {
		name: 'File',
		binaryPropertyName: 'list',
	}),
	one('destinationList/get', 'GetDestinationsList', ({ list }) => ({
		findBy: 'cdlcId',
		cdlcId: list,
	})),
	one('destinationList/getAll', 'GetDestinationsList', { list: 'all' }),
	one('destinationList/deactivate', 'GetDestinationsList', ({ list }) => ({ cdlcId: list })),
	one('destinationList/activate', 'GetDestinationsList', ({ list }) => ({ cdlcId: list })),
	one('audio/createFromText', 'CreateAudioFile', { text: 'Hello', name: 'Spoken' }),
	one('audio/upload', 'CreateAudioFile', {
		name: 'Recorded',
		additionalFields: { delsilence: '3' },
	}),
	one('audio/download', 'PlayAudioFile', ({ audio }) => ({ cdwFile: audio })),
	one('audio/getAll', 'GetAudiosList', { additionalFields: { search: 'Hello' } }),
	one('voice/getAll', 'GetTTSVoices', { returnAll: true }),
	one('queue/create', 'CreateCenterQueue', {
		name: 'Sales',
		type: 'ch',
		additionalFields: { buttons: { entry: [{ label: 'Call back' }] }, dropdown1: 'a; b' },
	}),
	one('queue/getAll', 'GetCenterQueues', { returnAll: true }),
	one('messenger/send', 'MakeMessenger', { appId: '201', dest: '24680', mdata: 'Hello' }),
	one('instagram/send', 'MakeInstagram', { appId: '301', dest: '24680', mdata: 'Hello' }),
	one('email/send', 'SendGmailOAuth', {
		fromEmail: 'sender@example.com',
		toEmail: 'maria@example.com',
		subject: 'Hello',
		body: 'Text',
	}),
	one('webRtc/getCredentials', 'GetWebRTC', { userid: '987' }),
	one('account/getUser', 'GetUserID'),
	one('apiRequest/send', 'GetUserID', { fn: 'GetUserID', parameters: '{}' }),
];
