import type { Operation } from '../../shared/operation/operation';
import { getAccount } from './account';
import { callMethod } from './apiRequest';
import { createCallback, deleteCallback, getCallbacks, updateCallback } from './callback';
import { addTags, addTopics, downloadRecording, getCall, getCalls } from './call';
import { createAgent, createAutomated, updateAgent, updateAutomated } from './campaign';
import {
	appendContacts,
	cancelContacts,
	cancelLists,
	changePriority,
	getContacts,
	getLists,
} from './campaignContact';
import {
	deleteCampaign,
	draftCampaign,
	getCampaign,
	getCampaigns,
	pauseCampaign,
	resumeCampaign,
	scheduleCampaign,
	startCampaign,
	stopCampaign,
} from './campaignState';
import { makeCall, transferCall } from './cti';
import { getTags, getTimeZones, getTimeZonesOfNumber } from './helpers';
import { deleteMedia, getMedia, uploadMedia } from './media';
import { sendBotMessage, sendTemplate } from './message';
import { getCallerIds, getPhoneNumbers, updatePhoneNumber } from './numbers';
import {
	getAgentMetrics,
	getAgentStatuses,
	getGroups,
	getQueues,
	getStatusHistory,
	getUsers,
} from './people';
import { getScenarios, getVariables, runScenario } from './scenario';

export const resources = {
	scenario: 'Scenario',
	call: 'Call',
	campaign: 'Campaign',
	campaignContact: 'Campaign Contact',
	campaignList: 'Campaign List',
	message: 'Message',
	cti: 'CTI',
	user: 'User',
	userGroup: 'User Group',
	queue: 'Queue',
	agentStatus: 'Agent Status',
	metric: 'Metric',
	phoneNumber: 'Phone Number',
	callerId: 'Caller ID',
	callback: 'Callback',
	tag: 'Tag',
	timeZone: 'Time Zone',
	media: 'Media',
	account: 'Account',
	apiRequest: 'API Request',
};

/** Every operation of the node; the first of a resource is its default. */
export const operations: readonly Operation[] = [
	runScenario,
	getScenarios,
	getVariables,
	getCalls,
	getCall,
	downloadRecording,
	addTags,
	addTopics,
	createAutomated,
	createAgent,
	updateAutomated,
	updateAgent,
	getCampaign,
	getCampaigns,
	scheduleCampaign,
	startCampaign,
	pauseCampaign,
	resumeCampaign,
	stopCampaign,
	draftCampaign,
	deleteCampaign,
	appendContacts,
	getContacts,
	cancelContacts,
	changePriority,
	getLists,
	cancelLists,
	sendTemplate,
	sendBotMessage,
	makeCall,
	transferCall,
	getUsers,
	getGroups,
	getQueues,
	getAgentStatuses,
	getStatusHistory,
	getAgentMetrics,
	getPhoneNumbers,
	updatePhoneNumber,
	getCallerIds,
	getCallbacks,
	createCallback,
	updateCallback,
	deleteCallback,
	getTags,
	getTimeZones,
	getTimeZonesOfNumber,
	getMedia,
	uploadMedia,
	deleteMedia,
	getAccount,
	callMethod,
];
