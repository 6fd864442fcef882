import type { Operation } from '../../shared/operation/operation';
import { getBalance } from './account';
import { apiRequest } from './apiRequest';
import { playAudio, speakText } from './call';
import { flashCall, sendTelegramCode, sendWhatsAppCode } from './code';
import { cancelScheduled, getPrice, scheduleSms } from './httpApi';
import { lookUpNumber } from './number';
import { sendPipeline } from './pipeline';
import { sendRcs } from './rcs';
import { sendSms } from './sms';
import { getStatus, getViberReplies } from './status';
import { sendViber } from './viber';
import { waitingOperations } from './waiting';

export const resources = {
	message: 'Message',
	oneTimeCode: 'One-Time Code',
	call: 'Call',
	number: 'Number',
	account: 'Account',
	apiRequest: 'API Request',
};

/** Every operation of the node; the first of a resource is its default. */
export const operations: readonly Operation[] = [
	sendSms,
	sendViber,
	sendRcs,
	sendPipeline,
	scheduleSms,
	cancelScheduled,
	getPrice,
	getStatus,
	getViberReplies,
	sendTelegramCode,
	sendWhatsAppCode,
	flashCall,
	speakText,
	playAudio,
	lookUpNumber,
	getBalance,
	apiRequest,
	...waitingOperations,
];
