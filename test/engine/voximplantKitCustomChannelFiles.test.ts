/** Files of messages, downloaded by the trigger from the simulator. */
import { createServer, type ServerResponse } from 'node:http';

import type { IDataObject } from 'n8n-workflow';

import { listen } from '../simulators/core/listen';
import { until } from '../simulators/testSupport';
import { startVoximplantKitCustomChannelSimulator } from '../simulators/voximplantKitCustomChannel';
import { startTrigger, type TriggerServer } from './support/channelTrigger';
import {
	channelCredentials,
	CREDENTIAL,
	type Simulator,
} from './support/voximplantKitCustomChannel';

let sim: Simulator;
let trigger: TriggerServer;

const credentials = (more: IDataObject = {}) => channelCredentials(sim.url, more)[CREDENTIAL];
const events = () => trigger.started.map(({ json }) => json);
const withOptions = (options: IDataObject) => {
	trigger.parameters = { ...trigger.parameters, options };
};

beforeEach(async () => {
	sim = await startVoximplantKitCustomChannelSimulator({ steerByText: false });
	trigger = await startTrigger({ credentials: credentials() });
	sim.setOptions({ callbackUrl: trigger.url });
});

afterEach(async () => {
	await trigger.close();
	await sim.close();
});

describe('files', () => {
	const photo = { type: 'photo' as const, file_name: 'box.png', content: 'PNG', mime: 'image/png' };

	test('are left alone unless they are wanted', async () => {
		await sim.agentReply('c1', { payload: [photo] });
		expect(trigger.started[0]).toMatchObject({ answeredBefore: false });
		expect(trigger.started[0]?.binary).toBeUndefined();
	});

	test('come as binary fields, after the answer', async () => {
		withOptions({ downloadFiles: true });
		const location = { type: 'location' as const, latitude: 50, longitude: 30 };
		await sim.agentReply('c1', {
			text: 'Look',
			payload: [location, photo, { ...photo, file_name: '' }],
		});
		await trigger.idle();
		const [item] = trigger.started;
		expect(item?.answeredBefore).toBe(true);
		expect(Object.keys(item?.binary ?? {})).toEqual(['attachment_1', 'attachment_2']);
		expect(item?.binary?.attachment_1).toEqual({
			data: Buffer.from('PNG').toString('base64'),
			fileName: 'box.png',
			mimeType: 'image/png',
		});
		expect(item?.json.payload).toEqual([
			location,
			expect.objectContaining({ type: 'photo', binaryField: 'attachment_1' }),
			expect.objectContaining({ type: 'photo', binaryField: 'attachment_2' }),
		]);
	});

	test('that take long do not hold up the answer', async () => {
		withOptions({ downloadFiles: true });
		// Sent only when somebody says so.
		const waiting: ServerResponse[] = [];
		const server = createServer((_, response) => waiting.push(response));
		const file_url = `http://127.0.0.1:${await listen(server)}/a.txt`;
		const { deliveries } = await sim.agentReply('c1', {
			payload: [{ type: 'document', file_url }],
		});
		expect(deliveries[0]?.ok).toBe(true);
		await until(() => waiting.length > 0);
		expect(events()).toEqual([]);
		for (const response of waiting) response.end('some text');
		await trigger.idle();
		server.closeAllConnections();
		server.close();
		expect(trigger.started[0]?.binary).toHaveProperty('attachment_0');
	});

	test('that cannot be had are noted, and the event is not lost', async () => {
		withOptions({ downloadFiles: true, maxFileSize: 1, fileHosts: '127.0.0.1' });
		const large = { name: 'l', type: 'video/mp4', content: Buffer.alloc(1024 * 1024 + 1) };
		await sim.agentReply('c1', {
			payload: [
				{ type: 'video', file_url: sim.addFile(large) },
				{ type: 'photo', file_url: `${sim.url}/files/none/x.png`, file_name: '../../x.png' },
				{ type: 'audio', file_url: 'file:///etc/passwd' },
				{ type: 'document', file_url: 'http://localhost:1/a' },
				photo,
			],
		});
		await trigger.idle();
		const [item] = trigger.started;
		const payload = item?.json.payload as IDataObject[];
		expect(payload.map(({ downloadError }) => downloadError)).toEqual([
			'The attachment 0 could not be downloaded: it is larger than 1 MB',
			'The attachment ".._.._x.png" could not be downloaded: the server answered with HTTP 404',
			'The attachment 2 could not be downloaded: its address is not http(s)',
			'The attachment 3 could not be downloaded: files from localhost:1 are not allowed',
			undefined,
		]);
		expect(Object.keys(item?.binary ?? {})).toEqual(['attachment_4']);
	});

	test.each([null, 'many', Number.NaN, -1, {}, [], 1e9])(
		'have a largest size whatever an expression gives for it: %p',
		async (maxFileSize) => {
			withOptions({ downloadFiles: true, maxFileSize } as IDataObject);
			const server = createServer((_, response) => {
				response.writeHead(200, { 'content-length': 201 * 1024 * 1024 }).write('x');
			});
			const file_url = `http://127.0.0.1:${await listen(server)}/`;
			await sim.agentReply('c1', { payload: [{ type: 'video', file_url }, photo] });
			await trigger.idle();
			server.closeAllConnections();
			server.close();
			const [, small] = trigger.started[0]?.json.payload as IDataObject[];
			expect(small).toHaveProperty('binaryField');
			expect(JSON.stringify(events())).toMatch(/it is larger than (20|200) MB/);
		},
	);

	test('of unsigned events come from named hosts only', async () => {
		trigger.credentials = credentials({ saltSecret: '' });
		withOptions({ downloadFiles: true, acceptUnsigned: true });
		await sim.agentReply('c1', { text: 'Look', payload: [photo] });
		await trigger.idle();
		expect(trigger.started[0]?.binary).toBeUndefined();
		expect(trigger.started[0]?.json).toMatchObject({ text: 'Look' });
		expect(JSON.stringify(events())).toContain('only from hosts that');
		expect(sim.log.filter(({ path }) => path.startsWith('/files/'))).toEqual([]);
		withOptions({ downloadFiles: true, acceptUnsigned: true, fileHosts: ['127.0.0.1'] });
		await sim.agentReply('c1', { payload: [photo] });
		await trigger.idle();
		expect(trigger.started[1]?.binary).toHaveProperty('attachment_0');
	});

	test('are at most ten', async () => {
		withOptions({ downloadFiles: true });
		await sim.agentReply('c1', { payload: Array.from({ length: 12 }, () => photo) });
		await trigger.idle();
		expect(Object.keys(trigger.started[0]?.binary ?? {})).toHaveLength(10);
		const payload = trigger.started[0]?.json.payload as IDataObject[];
		expect(payload.at(-1)?.downloadError).toBe('Only the first 10 files are downloaded');
	});

	test('are asked for within the policy of the instance', async () => {
		withOptions({ downloadFiles: true });
		const filter = {
			validateUrl: async () => ({ ok: false, error: new Error('private address') }),
			validateConnectionHost: () => ({ ok: true }),
			createSecureLookup: () => () => undefined,
		};
		trigger.helpers = { ...trigger.helpers, getSecureEgressFilter: () => filter };
		await sim.agentReply('c1', { payload: [photo] });
		await trigger.idle();
		expect(JSON.stringify(events())).toContain('network policy of this n8n instance blocks');
		expect(trigger.started[0]?.binary).toBeUndefined();
	});
});
