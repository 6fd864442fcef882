/** An AI agent in place of n8n's: it calls a node as its tool, with arguments such as a model makes up. */
import { WorkflowExecute } from 'n8n-core';
import type { IDataObject, IExecuteFunctions, INode, INodeType, INodeTypes } from 'n8n-workflow';
import { createRunExecutionData, NodeHelpers, Workflow } from 'n8n-workflow';

import { additionalData, nodeTypes, type RunOptions } from './engine';
import { openExpressions, runFrom } from './host';

export interface AgentRun extends Pick<RunOptions, 'node' | 'parameters' | 'credentials'> {
	/** What came into the agent. */
	input: IDataObject;
	/** The arguments of each call, one call after the other. */
	calls: IDataObject[];
}

type Tool = { invoke(args: IDataObject): Promise<unknown> };

const PLAIN = { group: ['transform' as const], version: 1, description: '', properties: [] };

class Agent implements INodeType {
	description = {
		...PLAIN,
		displayName: 'Agent',
		name: 'agent',
		defaults: { name: 'Agent' },
		inputs: ['main' as const, 'ai_tool' as const],
		outputs: ['main' as const],
	};

	readonly execute: (this: IExecuteFunctions) => Promise<never[][]>;

	constructor(calls: IDataObject[], answers: unknown[]) {
		this.execute = async function () {
			const [tool] = (await this.getInputConnectionData('ai_tool', 0)) as Tool[];
			for (const args of calls) answers.push(await tool?.invoke(args));
			return [[]];
		};
	}
}

/** What n8n makes of a node with `usableAsTool`. */
function twin(type: INodeType): INodeType {
	const { description } = type;
	const outputs = ['ai_tool' as const];
	return Object.assign(Object.create(type) as INodeType, {
		description: { ...description, inputs: [], outputs },
	});
}

/** Answers of the tool, parsed. */
export async function callAsTool(run: AgentRun): Promise<IDataObject[][]> {
	const answers: unknown[] = [];
	const agent = new Agent(run.calls, answers);
	const others = await nodeTypes([{ json: run.input }]);
	const find = (type: string) => {
		if (type === 'test.agent') return agent;
		const found = others.getByNameAndVersion(type);
		return type.startsWith('test.') ? found : twin(found);
	};
	const types: INodeTypes = {
		getByName: find,
		getByNameAndVersion: (type, version) => NodeHelpers.getVersionedNodeType(find(type), version),
		getKnownTypes: () => ({}),
	};
	const node = (name: string, type: string, more: Partial<INode> = {}): INode => ({
		id: name,
		name,
		type,
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
		...more,
	});
	const credentials = Object.keys(run.credentials).map((type) => [type, { id: '1', name: type }]);
	const workflow = new Workflow({
		id: 'workflow-1',
		name: 'Test',
		nodes: [
			node('Items', 'test.items'),
			node('Agent', 'test.agent'),
			node('Subject', `n8n-nodes-voice-providers.${run.node}`, {
				parameters: {
					...run.parameters,
					descriptionType: 'manual',
					toolDescription: 'Sends',
				} as INode['parameters'],
				credentials: Object.fromEntries(credentials) as INode['credentials'],
			}),
		],
		connections: {
			Items: { main: [[{ node: 'Agent', type: 'main', index: 0 }]] },
			Subject: { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] },
		},
		active: false,
		nodeTypes: types,
		settings: { timezone: 'Europe/Kyiv' },
	});
	const close = await openExpressions(workflow);
	try {
		const data = Object.assign(additionalData(run), { currentNodeExecutionIndex: 0 });
		const executor = new WorkflowExecute(data, 'trigger', createRunExecutionData({}));
		const { data: result } = await runFrom(
			executor,
			workflow,
			workflow.getNode('Items') ?? undefined,
		);
		if (result.resultData.error) throw result.resultData.error;
	} finally {
		await close();
	}
	return answers.map((answer) => JSON.parse(String(answer)) as IDataObject[]);
}
