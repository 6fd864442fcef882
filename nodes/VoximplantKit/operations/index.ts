import type { Operation } from '../../shared/operation/operation';
import { getAccount } from './account';
import { callMethod } from './apiRequest';
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
import { getScenarios, getVariables, runScenario } from './scenario';

export const resources = {
	scenario: 'Scenario',
	call: 'Call',
	campaign: 'Campaign',
	campaignContact: 'Campaign Contact',
	campaignList: 'Campaign List',
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
	getAccount,
	callMethod,
];
