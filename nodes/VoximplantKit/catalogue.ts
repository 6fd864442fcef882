/** One of the hosts of an account (voximplant-kit.md §1). */
export type HostName = 'api' | 'messaging' | 'cti';

/**
 * How a list is cut: numbered pages, a cursor, or not at all (voximplant-kit.md §3.6).
 */
export type Paging = 'pages' | 'cursor' | 'none';

interface Group {
	readonly group: string;
	readonly version: 'v2' | 'v3' | 'v4';
	readonly methods: readonly string[];
	readonly host?: HostName;
	readonly http?: 'GET';
}

/** Every method of the API, in the order of the reference (voximplant-kit.md §4). */
const GROUPS = [
	{ group: 'account', version: 'v3', methods: ['getAccountInfo'] },
	{
		group: 'agentCampaigns',
		version: 'v3',
		methods: [
			'createCampaign',
			'deleteCampaign',
			'searchCampaigns',
			'updateCampaign',
			'setCampaignStatus',
			'setListStatus',
			'searchContacts',
			'appendContacts',
			'searchCampaignLists',
			'cancelContacts',
			'addAttempts',
			'getStat',
		],
	},
	{
		group: 'campaigns',
		version: 'v3',
		methods: [
			'create',
			'update',
			'createAgent',
			'updateAgent',
			'search',
			'delete',
			'pause',
			'schedule',
			'start',
			'resume',
			'stop',
			'draft',
			'searchLists',
			'searchContacts',
			'appendContacts',
			'cancelContact',
			'cancelLists',
			'editCallListTasksPriority',
		],
	},
	{
		group: 'outbound',
		version: 'v3',
		methods: ['initCampaign', 'appendToCampaign', 'pauseCampaign'],
	},
	{
		group: 'outbound',
		version: 'v2',
		methods: ['deleteCampaign', 'resumeCampaign', 'stopCampaign', 'searchCampaigns'],
	},
	{ group: 'bulkMessagingContacts', version: 'v3', methods: ['appendContacts'] },
	{
		group: 'bulkMessaging',
		version: 'v3',
		methods: [
			'create',
			'update',
			'delete',
			'search',
			'schedule',
			'start',
			'pause',
			'resume',
			'complete',
			'cancelLists',
			'deleteLists',
		],
	},
	{ group: 'history', version: 'v4', methods: ['searchCalls'] },
	{
		group: 'history',
		version: 'v3',
		methods: ['exportCallsHistoryReport', 'searchStatuses', 'exportStatusHistoryReport'],
	},
	{
		group: 'report',
		version: 'v3',
		methods: [
			'getReportStatus',
			'downloadReport',
			'exportAgentHistoryReport',
			'exportQueueHistoryReport',
			'exportTagsReport',
			'exportCampaignReport',
			'exportDncList',
			'exportAgentCampaignReport',
			'exportAgentCampaignAttemptsReport',
		],
	},
	{
		group: 'scenario',
		version: 'v3',
		methods: ['runScenario', 'searchScenarios', 'getScenarioVariables'],
	},
	{ group: 'scenario', version: 'v2', methods: ['getSipUri'] },
	{ group: 'calls', version: 'v3', methods: ['bindTags', 'bindTopics'] },
	{ group: 'cti', version: 'v3', host: 'cti', methods: ['makeCall', 'transferCall'] },
	{
		group: 'botService',
		version: 'v3',
		host: 'messaging',
		methods: ['sendTemplateMessage', 'sendMessage'],
	},
	{
		group: 'messaging',
		version: 'v4',
		methods: ['getConversationHistory', 'getListIncomingRequests'],
	},
	{ group: 'whatsappHsmTemplates', version: 'v3', methods: ['search'] },
	{ group: 'callback', version: 'v3', methods: ['create', 'update', 'search', 'delete'] },
	{
		group: 'dnc',
		version: 'v3',
		methods: ['addDncContacts', 'searchDncContacts', 'deleteDncContact', 'searchDncList'],
	},
	{ group: 'user', version: 'v3', methods: ['searchUsers'] },
	{
		group: 'usergroup',
		version: 'v3',
		methods: ['addGroup', 'searchGroups', 'updateGroup', 'deleteGroup'],
	},
	{
		group: 'queues',
		version: 'v3',
		methods: ['addQueue', 'searchQueues', 'updateQueue', 'deleteQueue'],
	},
	{
		group: 'skills',
		version: 'v3',
		methods: ['addSkill', 'updateSkill', 'searchSkills', 'deleteSkill'],
	},
	{
		group: 'agentStatuses',
		version: 'v3',
		methods: ['searchStatuses', 'createStatus', 'updateStatus', 'deleteStatus'],
	},
	{
		group: 'realtimeMetrics',
		version: 'v3',
		methods: ['getAgentsMetricsCalls', 'getAgentsGroupsMetricsCalls', 'getQueuesMetricsCalls'],
	},
	{
		group: 'cc',
		version: 'v3',
		methods: [
			'agentStatHistory',
			'queueStatHistory',
			'updateSettings',
			'notify',
			'updateDialingSettings',
		],
	},
	{ group: 'tags', version: 'v3', methods: ['addTag', 'searchTags', 'updateTag', 'deleteTag'] },
	{
		group: 'topics',
		version: 'v3',
		methods: ['createTopic', 'searchTopics', 'updateTopic', 'deleteTopic'],
	},
	{
		group: 'topicSets',
		version: 'v3',
		methods: ['createTopicSet', 'searchTopicSets', 'updateTopicSet', 'deleteTopicSet'],
	},
	{
		group: 'wrapup',
		version: 'v3',
		methods: [
			'createWrapUpCodesSet',
			'updateWrapUpCodesSet',
			'searchWrapUpCodesSets',
			'deleteWrapUpCodesSet',
		],
	},
	{ group: 'phone', version: 'v3', methods: ['searchNumbers', 'updateNumber'] },
	{ group: 'phone', version: 'v2', methods: ['removePhoneNumber'] },
	{ group: 'callerid', version: 'v2', methods: ['searchCallerIDs', 'deleteCallerID'] },
	{
		group: 'sipNumber',
		version: 'v3',
		methods: ['createSipNumber', 'updateSipNumber', 'deleteSipNumber', 'searchSipNumber'],
	},
	{
		group: 'sipTrunk',
		version: 'v3',
		methods: [
			'searchSipTrunk',
			'createSipTrunk',
			'updateSipTrunk',
			'deleteSipTrunk',
			'searchRemoteExtension',
		],
	},
	{
		group: 'sip',
		version: 'v2',
		methods: [
			'createSipWhitelist',
			'updateSipWhitelist',
			'deleteSipWhitelist',
			'searchSipWhitelist',
		],
	},
	{ group: 'ip', version: 'v3', methods: ['searchWhitelist'] },
	{ group: 'media', version: 'v3', methods: ['searchMedia', 'uploadMedia', 'deleteMedia'] },
	{
		group: 'helper',
		version: 'v2',
		http: 'GET',
		methods: ['getListTimezones', 'getTimezonesByNumber'],
	},
] as const satisfies readonly Group[];

type MethodsOf<G> = G extends { group: infer N extends string; methods: readonly (infer M)[] }
	? `${N}/${M & string}`
	: never;

/** `group/method`, e.g. `campaigns/start`; no two versions of a method are in the catalogue. */
export type MethodName = MethodsOf<(typeof GROUPS)[number]>;

export interface Method {
	readonly name: MethodName;
	readonly version: string;
	readonly host: HostName;
	readonly http: 'GET' | 'POST';
	/** Path on the host; `{domain}` stands for the account name. */
	readonly path: string;
	/** Whether it only reads. Everything else counts as something that may cost money. */
	readonly reads: boolean;
	readonly paging: Paging;
}

/** Methods that read although their names do not say so. */
const READING = new Set(['report/downloadReport', 'cc/agentStatHistory', 'cc/queueStatHistory']);

const PAGING: Readonly<Record<string, Paging>> = {
	'history/searchCalls': 'cursor',
	'agentStatuses/searchStatuses': 'none',
	// Its name does not say that it is a list (voximplant-kit.md §5.10).
	'cc/agentStatHistory': 'pages',
	// An account has five at most (voximplant-kit.md §6.1).
	'callback/search': 'none',
};

/** The account name stands in the path of one CTI method and in the query of the other (§5.8). */
const PATHS: Readonly<Record<string, string>> = {
	'cti/makeCall': '/{domain}/makeCall',
	'cti/transferCall': '/transferCall',
};

function methodsOf({ group, version, methods, host = 'api', http }: Group): Method[] {
	return methods.map((method) => {
		const name = `${group}/${method}`;
		const searches = method.startsWith('search');
		return {
			name: name as MethodName,
			version,
			host,
			http: http ?? 'POST',
			path: PATHS[name] ?? `/api/${version}/${name}`,
			reads: searches || method.startsWith('get') || READING.has(name),
			paging: PAGING[name] ?? (searches ? 'pages' : 'none'),
		};
	});
}

export const CATALOGUE: readonly Method[] = GROUPS.flatMap(methodsOf);

const byName = new Map<string, Method>(CATALOGUE.map((method) => [method.name, method]));

/** A method of the catalogue by `group/method`. */
export function findMethod(name: string): Method | undefined {
	return byName.get(name);
}

export function methodOf(name: MethodName): Method {
	const found = findMethod(name);
	if (found === undefined) throw new Error(`There is no method ${name}`);
	return found;
}
