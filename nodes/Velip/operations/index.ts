import type { Operation } from '../../shared/operation/operation';
import { getUser } from './account';
import { apiRequest } from './apiRequest';
import { createFromText, downloadAudio, getAudios, uploadAudio } from './audio';
import { agentCall, bridge, playAudio, speakText, waitingCalls } from './call';
import { downloadRecording, getCall, getCalls, resendResults } from './callRecords';
import { cloneCampaign, createCampaign, createConfirmation, createQuestions } from './campaign';
import {
	activateCampaign,
	getCampaign,
	getCampaigns,
	pauseCampaign,
	updateCampaign,
} from './campaignChange';
import { createQueue, getQueues, getVoices, getWebRtc } from './center';
import { sendEmail, sendInstagram, sendMessenger } from './channels';
import {
	activateList,
	createFromFile,
	createFromItems,
	createFromJson,
	deactivateList,
	getList,
	getLists,
} from './list';
import { sendSms } from './sms';
import { sendMedia, sendTemplate, sendText } from './whatsapp';
import {
	checkTemplate,
	deleteTemplate,
	getTemplates,
	submitTemplate,
	validateLine,
} from './whatsappTemplate';

export const resources = {
	call: 'Call',
	sms: 'SMS',
	whatsAppMessage: 'WhatsApp Message',
	whatsAppTemplate: 'WhatsApp Template',
	whatsAppLine: 'WhatsApp Line',
	campaign: 'Campaign',
	destinationList: 'Destination List',
	audio: 'Audio',
	voice: 'Voice',
	queue: 'Queue',
	messenger: 'Messenger',
	instagram: 'Instagram',
	email: 'Email',
	webRtc: 'WebRTC',
	account: 'Account',
	apiRequest: 'API Request',
};

/** Every operation of the node; the first of a resource is its default. */
export const operations: readonly Operation[] = [
	speakText,
	playAudio,
	bridge,
	agentCall,
	...waitingCalls,
	getCall,
	getCalls,
	resendResults,
	downloadRecording,
	sendSms,
	sendText,
	sendMedia,
	sendTemplate,
	getTemplates,
	submitTemplate,
	checkTemplate,
	deleteTemplate,
	validateLine,
	createCampaign,
	createQuestions,
	createConfirmation,
	cloneCampaign,
	updateCampaign,
	activateCampaign,
	pauseCampaign,
	getCampaign,
	getCampaigns,
	createFromItems,
	createFromJson,
	createFromFile,
	getList,
	getLists,
	activateList,
	deactivateList,
	createFromText,
	uploadAudio,
	downloadAudio,
	getAudios,
	getVoices,
	createQueue,
	getQueues,
	sendMessenger,
	sendInstagram,
	sendEmail,
	getWebRtc,
	getUser,
	apiRequest,
];
