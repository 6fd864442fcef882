/**
 * What differs between the n8n hosts in which these tests run (see test/versions): the calls of 2.41, and what older hosts have in
 * their place. Types are those of 2.41.
 */
import * as core from 'n8n-core';
import type {
	INode,
	IRun,
	ITriggerResponse,
	IWorkflowExecuteAdditionalData,
	Workflow,
} from 'n8n-workflow';
import type PCancelable from 'p-cancelable';

import { features, pairs } from '../../versions/pairs.json';

const PAIR = process.env.VOICE_PROVIDERS_PAIR;

/** Whether this host has what newer ones have; the table is test/versions/pairs.json. */
export function hostHas(feature: keyof typeof features): boolean {
	if (PAIR === undefined) return true;
	const pair = pairs.find(({ id }) => id === PAIR);
	if (pair === undefined) throw new Error(`There is no pair ${PAIR} in test/versions/pairs.json`);
	return !(pair.lacks as string[]).includes(feature);
}

/** What an error holds besides its words: older hosts know no causes. */
export function failureOnHost(cause: string): { cause: string } | undefined {
	return hostHas('failureCause') ? { cause } : undefined;
}

type Runner = InstanceType<typeof core.WorkflowExecute>;
type PositionalRun = (workflow: Workflow, startNode?: INode) => PCancelable<IRun>;

/** Before 2.x the engine took the workflow and its start node one by one. */
export function runFrom(
	executor: Runner,
	workflow: Workflow,
	startNode?: INode,
): PCancelable<IRun> {
	if (executor.run.length <= 1) return executor.run({ workflow, startNode });
	return (executor.run as unknown as PositionalRun).call(executor, workflow, startNode);
}

/** Hosts before the sandbox of expressions have nothing to open or to close. */
export async function openExpressions({ expression }: Workflow): Promise<() => Promise<void>> {
	const { acquireIsolate, releaseIsolate } = expression as Partial<typeof expression>;
	await acquireIsolate?.call(expression);
	return async () => {
		await releaseIsolate?.call(expression);
	};
}

type Start = InstanceType<typeof core.TriggersAndPollers>['runTriggerFunction'];

/** `TriggersAndPollers` became public, and its method got another name. */
export async function runTrigger(
	workflow: Workflow,
	node: INode,
	makeContext: Parameters<Start>[2],
	additional: IWorkflowExecuteAdditionalData,
	mode: Parameters<Start>[4],
	activation: Parameters<Start>[5],
): Promise<ITriggerResponse | undefined> {
	const { TriggersAndPollers } = (
		'TriggersAndPollers' in core
			? core
			: jest.requireActual('n8n-core/dist/execution-engine/triggers-and-pollers')
	) as Pick<typeof core, 'TriggersAndPollers'>;
	const triggers = new TriggersAndPollers() as InstanceType<typeof TriggersAndPollers> & {
		runTrigger?: Start;
	};
	const start = triggers.runTriggerFunction ?? triggers.runTrigger;
	return await start.call(triggers, workflow, node, makeContext, additional, mode, activation);
}
