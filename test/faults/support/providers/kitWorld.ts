/** One of each kind of thing that an operation of Voximplant Kit needs, made without the node. */
import type { World } from '../../../engine/support/voximplantKit';
import type { KitSimulator } from './kitHosts';

type Ask = (method: string, values?: object) => Promise<unknown>;

/** Asks the API host. */
function asking({ hosts, domain, apiKey }: KitSimulator): Ask {
	return async (method, values = {}) => {
		const body = new URLSearchParams({ access_token: apiKey });
		for (const [name, value] of Object.entries(values)) {
			body.set(name, typeof value === 'string' ? value : JSON.stringify(value));
		}
		const host = method.includes('botService') ? hosts.messaging : hosts.api;
		const answer = await fetch(`${host}/api/${method}?domain=${domain}`, { method: 'POST', body });
		const { success, result } = (await answer.json()) as { success: boolean; result: unknown };
		if (!success) throw new Error(`${method}: ${JSON.stringify(result)}`);
		return result;
	};
}

const idOf = (value: unknown) => Number((Array.isArray(value) ? value[0] : value)?.id);

const NUMBERS = { phone_numbers: { phone_number_ids: [610] } };
const AUTOMATED = {
	scenario_id: 17828,
	max_lines: 10,
	region: 'europe',
	max_attempts: 2,
	dialing_strategy: [
		{ key: 'phone1', name: 'Phone', interval_min: [], max_attempts: 1, dial_up_time_sec: 20 },
	],
	...NUMBERS,
};

function tomorrow(): string {
	return new Date(Date.now() + 86_400_000).toISOString().slice(0, 19).replace('T', ' ');
}

async function campaigns(ask: Ask): Promise<Partial<World>> {
	const automated = idOf(await ask('v3/campaigns/create', { title: 'Reminders', ...AUTOMATED }));
	const start = { title: 'Planned', planned_date_start: tomorrow(), ...AUTOMATED };
	const planned = idOf(await ask('v3/campaigns/create', start));
	const operator = { title: 'With agents', mode: 'predictive', ...NUMBERS };
	const agent = idOf(await ask('v3/campaigns/createAgent', operator));
	const rows = [{ phone1: '15551230031', timezone: 'America/Aruba' }];
	await ask('v3/campaigns/appendContacts', { campaign_id: automated, rows });
	const list = idOf(await ask('v3/campaigns/searchLists', { campaign_id: automated }));
	const found = await ask('v3/campaigns/searchContacts', { list_id: list });
	const taskUuid = String((found as Array<{ task_uuid: string }>)[0]?.task_uuid);
	return { automated, planned, agent, list, contact: idOf(found), taskUuid };
}

async function pds(ask: Ask): Promise<Partial<World>> {
	const draft = {
		title: 'Spring sale',
		phone_number_id: 610,
		mode: 'predictive',
		user_ids: [1217],
	};
	const id = idOf(await ask('v3/agentCampaigns/createCampaign', draft));
	const rows = [{ phone: '15551230061', UTC: 'America/Aruba' }];
	await ask('v3/agentCampaigns/appendContacts', { campaign_id: id, rows });
	const pdsList = idOf(
		await ask('v3/agentCampaigns/searchCampaignLists', { agent_campaign_id: id }),
	);
	const pdsContact = idOf(await ask('v3/agentCampaigns/searchContacts', { campaign_id: id }));
	return { pds: id, pdsList, pdsContact };
}

async function legacy(ask: Ask): Promise<Partial<World>> {
	const values = { title: 'Old', scenario_id: 17828, phone_number_id: 610, max_lines: 1 };
	return { legacy: idOf(await ask('v3/outbound/initCampaign', values)) };
}

const PARTS: Readonly<Record<string, (ask: Ask, sim: KitSimulator) => Promise<Partial<World>>>> = {
	campaign: campaigns,
	campaignContact: campaigns,
	campaignList: campaigns,
	pdsCampaign: pds,
	pdsContact: pds,
	pdsList: pds,
	legacyCampaign: legacy,
	async call(_, sim) {
		sim.seedCalls(1, { phone: '15551230030' });
		return { call: sim.calls().at(-1)?.id };
	},
	async dncContact(ask) {
		await ask('v3/dnc/addDncContacts', { id: 897, contacts: ['15551230062'] });
		return {};
	},
	async callback(ask) {
		const values = { name: 'CRM', url: 'https://crm.example.com/own', salt: 's3cr3t' };
		const made = await ask('v3/callback/create', {
			...values,
			callbacks: ['new_calls'],
			is_enabled: true,
		});
		return { callback: idOf(made) };
	},
	async message(ask) {
		const values = { client_id: '15551230051', channel_id: 31, message_template_id: 8 };
		const made = await ask('v3/botService/sendTemplateMessage', values);
		return { conversation: String((made as { conversation_uuid: string }).conversation_uuid) };
	},
	async media(_, sim) {
		const body = new FormData();
		body.set('access_token', sim.apiKey);
		body.set('file', new Blob([Buffer.from('ID3')], { type: 'audio/mpeg' }), 'a.mp3');
		const address = `${sim.hosts.api}/api/v3/media/uploadMedia?domain=${sim.domain}`;
		const answer = await fetch(address, { method: 'POST', body });
		return { media: idOf(((await answer.json()) as { result: unknown }).result) };
	},
	async report(ask) {
		const made = await ask('v3/history/exportCallsHistoryReport', { format: 'csv' });
		return { report: Number((made as { report_id: number }).report_id) };
	},
};

const NOTHING: World = {
	...{ automated: 0, agent: 0, planned: 0, list: 0, contact: 0, taskUuid: '', call: 0 },
	...{ callback: 0, conversation: '', media: 0, pds: 0, pdsList: 0, pdsContact: 0, legacy: 0 },
	report: 0,
};

/** What the resource of an operation needs, and no more: the fault tests start many simulators. */
export async function populate(sim: KitSimulator, operation = ''): Promise<World> {
	const part = PARTS[operation.split('/')[0] ?? ''];
	return { ...NOTHING, ...(await part?.(asking(sim), sim)) };
}
