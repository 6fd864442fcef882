// The simulated providers of the demo and the credentials that point n8n at them.
import { startAlphaSmsSimulator } from '../test/simulators/alphasms';
import { startVelipSimulator } from '../test/simulators/velip';
import { startVoximplantKitSimulator } from '../test/simulators/voximplantKit';
import { startVoximplantKitCustomChannelSimulator } from '../test/simulators/voximplantKitCustomChannel';
import type { VoicemodSimulator } from '../test/simulators/voicemod';
import { startVoicemodControlSimulator, startVoicemodSimulator } from '../test/simulators/voicemod';
import type { Credential, N8nClient } from './client';
import { findFreePort, findFreeRow } from './ports';

/** Slow enough to watch messages move through their states, quick enough not to wait for. */
const LIFECYCLE_MS = 400;
const DEMO_KEY = 'demo-alphasms-key';

/** n8n starts an execution for each callback, and refuses those that come before it has stored that it waits for them. */
const PATIENT = { callbackTries: 50, callbackTimeoutMs: 60_000 };

export type AlphaSms = Awaited<ReturnType<typeof startAlphaSmsSimulator>>;

export type Velip = Awaited<ReturnType<typeof startVelipSimulator>>;

export type Kit = Awaited<ReturnType<typeof startVoximplantKitSimulator>>;

export type CustomChannel = Awaited<ReturnType<typeof startVoximplantKitCustomChannelSimulator>>;
export type VoicemodControl = Awaited<ReturnType<typeof startVoicemodControlSimulator>>;

export interface Providers {
	alphaSms: AlphaSms;
	velip: Velip;
	kit: Kit;
	customChannel: CustomChannel;
	voicemod: VoicemodSimulator;
	/** The desktop app. */
	voicemodControl: VoicemodControl;
	close(): Promise<void>;
}

/** Makes what the examples name by its ID: campaign 901, and contacts of PDS campaign 685 that wait. */
async function fillKit({ hosts, domain, apiKey }: Kit): Promise<void> {
	const call = async (method: string, values: Record<string, unknown>) => {
		const body = new URLSearchParams({ access_token: apiKey });
		for (const [name, value] of Object.entries(values)) {
			body.set(name, typeof value === 'string' ? value : JSON.stringify(value));
		}
		const url = `${hosts.api}/api/v3/${method}?domain=${domain}`;
		const { ok, status } = await fetch(url, { method: 'POST', body });
		if (!ok) throw new Error(`${method} was answered with HTTP ${status}`);
	};
	await call('campaigns/create', {
		title: 'Leads of the website',
		scenario_id: 17828,
		max_lines: 10,
		region: 'europe',
		max_attempts: 2,
		dialing_strategy: [
			{ key: 'phone1', name: 'Phone', interval_min: [], max_attempts: 1, dial_up_time_sec: 20 },
		],
		phone_numbers: { phone_number_ids: [610] },
	});
	await call('agentCampaigns/createCampaign', { title: 'Spring offers', phone_number_id: 610 });
	const rows = ['447700900033', '447700900034'].map((phone) => ({ phone, UTC: 'Europe/London' }));
	await call('agentCampaigns/appendContacts', { campaign_id: 685, rows });
}

export async function startProviders(): Promise<Providers> {
	const alphaSms = await startAlphaSmsSimulator({
		apiKey: DEMO_KEY,
		port: await findFreePort(5710),
		lifecycleMs: LIFECYCLE_MS,
		...PATIENT,
		// The call of the fourth example then ends with a confirmed appointment.
		dtmfDigit: '1',
	});
	const velip = await startVelipSimulator({
		port: await findFreePort(alphaSms.port + 1),
		lifecycleMs: LIFECYCLE_MS,
		...PATIENT,
	});
	const kit = await startVoximplantKitSimulator({
		// One for each of its hosts.
		port: await findFreeRow(velip.port + 1, 4),
		lifecycleMs: LIFECYCLE_MS,
		...PATIENT,
	});
	await fillKit(kit);
	const customChannel = await startVoximplantKitCustomChannelSimulator({
		port: await findFreePort(kit.port + 4),
		lifecycleMs: LIFECYCLE_MS,
		...PATIENT,
	});
	const voicemod = await startVoicemodSimulator({
		port: await findFreePort(customChannel.port + 1),
		lifecycleMs: LIFECYCLE_MS,
	});
	const voicemodControl = await startVoicemodControlSimulator({
		port: await findFreePort(voicemod.port + 1),
	});
	return {
		alphaSms,
		velip,
		kit,
		customChannel,
		voicemod,
		voicemodControl,
		async close() {
			const all = [alphaSms, velip, kit, customChannel, voicemod, voicemodControl];
			await Promise.all(all.map(async (simulator) => await simulator.close()));
		},
	};
}

/** Creates the credentials, or corrects those of an earlier run: the simulators' ports may differ. */
export async function importCredentials(
	client: N8nClient,
	{ alphaSms, velip, kit, customChannel, voicemod, voicemodControl }: Providers,
): Promise<Credential[]> {
	const wanted = [
		{
			type: 'alphaSmsApi',
			name: 'AlphaSMS (demo simulator)',
			data: { baseUrl: 'custom', customBaseUrl: alphaSms.url, apiKey: alphaSms.apiKey },
		},
		{
			type: 'velipApi',
			name: 'Velip (demo simulator)',
			data: { baseUrl: velip.url, authentication: 'bearer', token: velip.apiKey },
		},
		{
			type: 'voximplantKitApi',
			name: 'Voximplant Kit (demo simulator)',
			data: {
				region: 'custom',
				domain: kit.domain,
				accessToken: kit.apiKey,
				apiHost: kit.hosts.api,
				messagingHost: kit.hosts.messaging,
				ctiHost: kit.hosts.cti,
			},
		},
		{
			type: 'voximplantKitCustomChannelApi',
			name: 'Voximplant Kit Custom Channel (demo simulator)',
			data: {
				region: 'custom',
				customHost: customChannel.url,
				domain: customChannel.options.domain,
				accessToken: customChannel.apiKey,
				channelUuid: customChannel.options.channelUuid,
				saltSecret: customChannel.options.salt,
			},
		},
		{
			type: 'voicemodApi',
			name: 'Voicemod (demo simulator)',
			data: {
				environment: 'custom',
				baseUrl: voicemod.url,
				tunaBaseUrl: voicemod.tunaUrl,
				apiKey: voicemod.apiKey,
				accessToken: voicemod.accessToken,
				publicPem: voicemod.publicKey.spki,
			},
		},
		{
			type: 'voicemodControlApi',
			name: 'Voicemod Control (demo simulator)',
			data: {
				host: '127.0.0.1',
				port: voicemodControl.port,
				apiKey: voicemodControl.clientKey,
				connectTimeout: 1000,
			},
		},
	];
	const existing = await client.listCredentials();
	const credentials: Credential[] = [];
	for (const { type, name, data } of wanted) {
		const found = existing.find((one) => one.type === type && one.name === name);
		if (found) await client.updateCredential(found, data);
		const credential = found ?? (await client.createCredential(type, name, data));
		const { status, message } = await client.testCredential(credential, data);
		if (status !== 'OK') throw new Error(`The test of credential "${name}" failed: ${message}`);
		credentials.push(credential);
	}
	return credentials;
}
