/** Every method whose parameters the reference knows is an operation of its own. */
import { CATALOGUE } from '../../nodes/VoximplantKit/catalogue';
import { startVoximplantKitSimulator } from '../simulators/voximplantKit';
import { CASES, runKit, type Simulator } from './support/voximplantKit';

/** "full" and "part" of the reference's catalogue, without the methods that it knows by name only. */
const KNOWN: Readonly<Record<string, string>> = {
	'v3/account': 'getAccountInfo',
	'v3/agentCampaigns':
		'createCampaign deleteCampaign searchCampaigns updateCampaign setCampaignStatus setListStatus searchContacts appendContacts searchCampaignLists cancelContacts addAttempts getStat',
	'v3/campaigns':
		'create update createAgent updateAgent search delete pause schedule start resume stop draft searchLists searchContacts appendContacts cancelContact cancelLists editCallListTasksPriority',
	'v3/outbound': 'initCampaign appendToCampaign pauseCampaign',
	'v2/outbound': 'deleteCampaign resumeCampaign stopCampaign searchCampaigns',
	'v4/history': 'searchCalls',
	'v3/history': 'exportCallsHistoryReport searchStatuses',
	'v3/report': 'getReportStatus downloadReport',
	'v3/scenario': 'runScenario searchScenarios getScenarioVariables',
	'v3/calls': 'bindTags bindTopics',
	cti: 'makeCall transferCall',
	'v3/botService': 'sendTemplateMessage sendMessage',
	'v3/callback': 'create update search delete',
	'v3/dnc': 'addDncContacts searchDncContacts deleteDncContact searchDncList',
	'v3/user': 'searchUsers',
	'v3/usergroup': 'searchGroups',
	'v3/queues': 'searchQueues',
	'v3/agentStatuses': 'searchStatuses',
	'v3/realtimeMetrics': 'getAgentsMetricsCalls',
	'v3/tags': 'searchTags',
	'v3/phone': 'searchNumbers updateNumber',
	'v2/callerid': 'searchCallerIDs',
	'v3/media': 'searchMedia uploadMedia deleteMedia',
	'v2/helper': 'getListTimezones getTimezonesByNumber',
};

const known = Object.entries(KNOWN).flatMap(([group, methods]) =>
	methods.split(' ').map((method) => `${group}/${method}`),
);

test('the list names methods of the catalogue', () => {
	const all = CATALOGUE.map(({ version, name, host }) =>
		host === 'cti' ? name : `${version}/${name}`,
	);
	expect(known.filter((name) => !all.includes(name))).toEqual([]);
});

test('each of them is called by an operation of its own', () => {
	const called = new Set(CASES.map(({ method }) => method));
	expect(known.filter((name) => !called.has(name))).toEqual([]);
});

describe('reports', () => {
	let sim: Simulator;
	beforeAll(async () => {
		sim = await startVoximplantKitSimulator();
	});
	afterAll(async () => await sim.close());

	const exports = CATALOGUE.filter(({ name }) => /\/export/.test(name)).map(({ name }) => name);

	test.each(exports)('%s can be ordered', async (kind) => {
		const { json, error } = await runKit(sim, 'report/export', {
			kind,
			additionalFields: { extraParameters: { entry: [{ name: 'format', value: 'xlsx' }] } },
		});
		expect(error).toBeUndefined();
		expect(json).toEqual([{ report_id: expect.any(Number) as number }]);
		expect(sim.requests[`v3/${kind}`]).toBe(1);
		expect(sim.report(Number(json[0]?.report_id))?.format).toBe('xlsx');
		expect(sim.violations).toEqual([]);
	});
});
