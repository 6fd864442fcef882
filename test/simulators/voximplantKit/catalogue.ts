/** The hosts of an account (voximplant-kit.md section 1); `storage` is where recordings may lie. */
export const LISTENERS = ['api', 'messaging', 'cti', 'storage'] as const;

/** One of the hosts. */
export type Listener = (typeof LISTENERS)[number];

/** `version/group` and the methods below it, as in section 4. */
const GROUPS: ReadonlyArray<[prefix: string, methods: string]> = [
	['v3/account', 'getAccountInfo'],
	[
		'v3/agentCampaigns',
		'createCampaign deleteCampaign searchCampaigns updateCampaign setCampaignStatus setListStatus searchContacts appendContacts searchCampaignLists cancelContacts addAttempts getStat',
	],
	[
		'v3/campaigns',
		'create update createAgent updateAgent search delete pause schedule start resume stop draft searchLists searchContacts appendContacts cancelContact cancelLists editCallListTasksPriority',
	],
	['v3/outbound', 'initCampaign appendToCampaign pauseCampaign'],
	['v2/outbound', 'deleteCampaign resumeCampaign stopCampaign searchCampaigns'],
	['v3/bulkMessagingContacts', 'appendContacts'],
	[
		'v3/bulkMessaging',
		'create update delete search schedule start pause resume complete cancelLists deleteLists',
	],
	['v4/history', 'searchCalls'],
	['v3/history', 'exportCallsHistoryReport searchStatuses exportStatusHistoryReport'],
	[
		'v3/report',
		'getReportStatus downloadReport exportAgentHistoryReport exportQueueHistoryReport exportTagsReport exportCampaignReport exportDncList exportAgentCampaignReport exportAgentCampaignAttemptsReport',
	],
	['v3/scenario', 'runScenario searchScenarios getScenarioVariables'],
	['v2/scenario', 'getSipUri'],
	['v3/calls', 'bindTags bindTopics'],
	['v4/messaging', 'getConversationHistory getListIncomingRequests'],
	['v3/whatsappHsmTemplates', 'search'],
	['v3/callback', 'create update search delete'],
	['v3/dnc', 'addDncContacts searchDncContacts deleteDncContact searchDncList'],
	['v3/user', 'searchUsers'],
	['v3/usergroup', 'addGroup searchGroups updateGroup deleteGroup'],
	['v3/queues', 'addQueue searchQueues updateQueue deleteQueue'],
	['v3/skills', 'addSkill updateSkill searchSkills deleteSkill'],
	['v3/agentStatuses', 'searchStatuses createStatus updateStatus deleteStatus'],
	['v3/realtimeMetrics', 'getAgentsMetricsCalls getAgentsGroupsMetricsCalls getQueuesMetricsCalls'],
	['v3/cc', 'agentStatHistory queueStatHistory updateSettings notify updateDialingSettings'],
	['v3/tags', 'addTag searchTags updateTag deleteTag'],
	['v3/topics', 'createTopic searchTopics updateTopic deleteTopic'],
	['v3/topicSets', 'createTopicSet searchTopicSets updateTopicSet deleteTopicSet'],
	[
		'v3/wrapup',
		'createWrapUpCodesSet updateWrapUpCodesSet searchWrapUpCodesSets deleteWrapUpCodesSet',
	],
	['v3/phone', 'searchNumbers updateNumber'],
	['v2/phone', 'removePhoneNumber'],
	['v2/callerid', 'searchCallerIDs deleteCallerID'],
	['v3/sipNumber', 'createSipNumber updateSipNumber deleteSipNumber searchSipNumber'],
	[
		'v3/sipTrunk',
		'searchSipTrunk createSipTrunk updateSipTrunk deleteSipTrunk searchRemoteExtension',
	],
	['v2/sip', 'createSipWhitelist updateSipWhitelist deleteSipWhitelist searchSipWhitelist'],
	['v3/ip', 'searchWhitelist'],
	['v3/media', 'searchMedia uploadMedia deleteMedia'],
	['v2/helper', 'getListTimezones getTimezonesByNumber'],
];

const MESSAGING = ['v3/botService/sendTemplateMessage', 'v3/botService/sendMessage'];

/** Names of the CTI methods in this simulator; their paths carry no version. */
export const CTI_METHODS = ['cti/makeCall', 'cti/transferCall'] as const;

/** All 149 requests of the collection by `version/group/method`, with the host that serves them. */
export const CATALOGUE: ReadonlyMap<string, Listener> = new Map<string, Listener>([
	...GROUPS.flatMap(([prefix, methods]) =>
		methods.split(' ').map((method): [string, Listener] => [`${prefix}/${method}`, 'api']),
	),
	...MESSAGING.map((method): [string, Listener] => [method, 'messaging']),
	...CTI_METHODS.map((method): [string, Listener] => [method, 'cti']),
]);

/** A path that is no API path, `/api/v3/group/method`, or one of the CTI host. */
export interface Target {
	/** `version/group/method`, or `cti/makeCall`. */
	method: string;
	/** Account name in the path of `makeCall` (section 5.8). */
	domain?: string;
}

/** What a path of a host names; undefined when that host has no such path. */
export function targetOf(listener: string, path: string): Target | undefined {
	if (listener === 'cti') {
		if (path === '/transferCall') return { method: 'cti/transferCall' };
		const call = /^\/([^/]+)\/makeCall$/.exec(path);
		return call ? { method: 'cti/makeCall', domain: decode(call[1] ?? '') } : undefined;
	}
	const api = /^\/api\/(v\d\/\w+\/\w+)$/.exec(path);
	return api ? { method: api[1] ?? '' } : undefined;
}

function decode(segment: string): string {
	try {
		return decodeURIComponent(segment);
	} catch {
		return segment;
	}
}
