/** The examples of the custom channel, node by node: a website, n8n and Kit talk to each other. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';

import type { IDataObject, INode } from 'n8n-workflow';

import { startTrigger, type TriggerServer } from '../engine/support/channelTrigger';
import { runNode } from '../engine/support/engine';
import {
	channelCredentials,
	CREDENTIAL,
	type Simulator,
} from '../engine/support/voximplantKitCustomChannel';
import { startVoximplantKitCustomChannelSimulator } from '../simulators/voximplantKitCustomChannel';

let sim: Simulator;
let trigger: TriggerServer;

/** One imported example: its nodes, and what n8n remembers for it. */
class Example {
	private readonly nodes: INode[];
	private readonly memory: IDataObject = {};

	constructor(file: string) {
		const path = join(__dirname, '../../demo/workflows', file);
		this.nodes = (JSON.parse(readFileSync(path, 'utf8')) as { nodes: INode[] }).nodes;
	}

	parameters(name: string): IDataObject {
		const found = this.nodes.find((node) => node.name === name);
		if (found === undefined) throw new Error(`There is no node "${name}"`);
		return found.parameters as IDataObject;
	}

	/** What the manual trigger sends, with another text. */
	visitor(text?: string): IDataObject {
		const sample = JSON.parse(String(this.parameters('Sample Visitor').jsonOutput)) as {
			body: IDataObject;
		};
		return { body: { ...sample.body, ...(text !== undefined && { text }) } };
	}

	async send(item: IDataObject): Promise<IDataObject | undefined> {
		const { json, error } = await runNode({
			node: 'voximplantKitCustomChannel',
			parameters: this.parameters('Send to Kit'),
			items: [item],
			credentials: channelCredentials(sim.url),
		});
		if (error) throw error;
		return json[0];
	}

	/** Runs a Code node. */
	code(name: string, item: IDataObject): IDataObject {
		const body = String(this.parameters(name).jsCode);
		const items = runInNewContext(`(() => {${body}})()`, {
			$input: { all: () => [{ json: item }] },
			$getWorkflowStaticData: () => this.memory,
		}) as Array<{ json: IDataObject; pairedItem: unknown }>;
		// Values of another context are not equal to those made here.
		const [result, ...more] = JSON.parse(JSON.stringify(items)) as typeof items;
		expect(more).toEqual([]);
		expect(result?.pairedItem).toEqual({ item: 0 });
		return result?.json ?? {};
	}

	/** What the website is told, from the expression of an HTTP Request node. */
	told(name: string, item: IDataObject): IDataObject {
		const expression = /^=\{\{(.*)\}\}$/s.exec(String(this.parameters(name).jsonBody))?.[1];
		return JSON.parse(String(runInNewContext(expression ?? '', { $json: item }))) as IDataObject;
	}

	/** The trigger, as it is set up in the file, where the simulated Kit calls it. */
	async listen(): Promise<void> {
		trigger = await startTrigger({
			credentials: channelCredentials(sim.url)[CREDENTIAL],
			parameters: this.parameters('From Kit'),
		});
		sim.setOptions({ callbackUrl: trigger.url });
	}
}

function lastEvent(): IDataObject {
	const event = trigger.started.at(-1)?.json;
	if (event === undefined) throw new Error('The trigger has started nothing');
	return event;
}

beforeEach(async () => {
	sim = await startVoximplantKitCustomChannelSimulator({ steerByText: false });
});

afterEach(async () => {
	expect(sim.violations).toEqual([]);
	await trigger.close();
	await sim.close();
});

test('the bridge: visitor to agent and back, and the end', async () => {
	const bridge = new Example('12-voximplant-kit-web-chat-bridge.json');
	await bridge.listen();
	const sent = await bridge.send(bridge.visitor());
	expect(sent).toMatchObject({
		outcome: 'accepted',
		client_id: 'visitor-1001',
		message_id: 'web-1',
	});
	expect(sim.messages('visitor-1001')).toEqual([
		expect.objectContaining({ text: 'Good morning, do you have these shoes in size 41?' }),
	]);
	await sim.agentReply('visitor-1001', {
		text: 'Yes, we do.',
		payload: [{ type: 'photo', file_url: 'https://example.com/shoes.jpg' }],
	});
	expect(lastEvent().event).toBe('message');
	expect(bridge.told('Answer Visitor', lastEvent())).toEqual({
		visitorId: 'visitor-1001',
		from: 'Anna Agent',
		text: 'Yes, we do.',
		files: ['https://example.com/shoes.jpg'],
	});
	await sim.closeConversation('visitor-1001');
	expect(lastEvent().event).toBe('conversationClosed');
	expect(bridge.told('Say Goodbye', lastEvent())).toMatchObject({ visitorId: 'visitor-1001' });
});

test('bot first: it answers until an agent is wanted, and again after the end', async () => {
	const flow = new Example('13-voximplant-kit-bot-then-agent.json');
	await flow.listen();
	const write = async (text: string) => {
		const item = flow.code('Who Answers?', flow.visitor(text));
		if (item.withAgent === true) return await flow.send(item);
		return flow.told('Answer Visitor', flow.code('Bot', item));
	};
	expect(await write('When do you open?')).toMatchObject({
		from: 'Bot',
		text: 'We are open from nine to five, Monday to Friday.',
	});
	expect(await write('How tall is the tower?')).toMatchObject({
		text: expect.stringContaining('agent'),
	});
	expect(sim.requests).toEqual({});

	expect(await write('I want to talk to an agent, please')).toMatchObject({ outcome: 'accepted' });
	expect(sim.messages('visitor-1001').at(-1)?.text).toBe(
		[
			'Visitor: When do you open?',
			'Bot: We are open from nine to five, Monday to Friday.',
			'Visitor: How tall is the tower?',
			'Bot: I do not know that. Write "agent" to talk to a person.',
			'Visitor: I want to talk to an agent, please',
		].join('\n'),
	);
	await write('When do you open?');
	expect(sim.messages('visitor-1001').at(-1)?.text).toBe('When do you open?');
	await sim.agentReply('visitor-1001', 'At nine.');
	expect(flow.told('Answer Visitor', lastEvent())).toEqual({
		visitorId: 'visitor-1001',
		from: 'Anna Agent',
		text: 'At nine.',
	});

	await sim.closeConversation('visitor-1001');
	const back = flow.code('Back to the Bot', lastEvent());
	expect(flow.told('Answer Visitor', back)).toMatchObject({ from: 'Support' });
	expect(await write('When do you open?')).toMatchObject({ from: 'Bot' });
});

test('the transcript holds all that was said, in order, and is written once', async () => {
	const flow = new Example('14-voximplant-kit-transcript-on-close.json');
	await flow.listen();
	await flow.send(flow.code('Note Visitor', flow.visitor()));
	await sim.botReply('visitor-1001', 'One moment.');
	flow.code('Note Answer', lastEvent());
	await sim.agentReply('visitor-1001', {
		text: 'On its way.',
		payload: [{ type: 'document', file_name: 'bill.pdf', file_url: 'https://example.com/b' }],
	});
	flow.code('Note Answer', lastEvent());
	await sim.closeConversation('visitor-1001', 'CLOSED_BY_CLIENT_TIMEOUT');
	expect(flow.code('Write Transcript', lastEvent())).toEqual({
		visitorId: 'visitor-1001',
		reason: 'CLOSED_BY_CLIENT_TIMEOUT',
		messages: 3,
		transcript: [
			'Jane Roe: Where is my order?',
			'Kit bot: One moment.',
			'Anna Agent: On its way. [bill.pdf]',
			'(the visitor did not answer any more)',
		].join('\n'),
	});
	expect(flow.code('Write Transcript', lastEvent())).toMatchObject({ messages: 0 });
});
