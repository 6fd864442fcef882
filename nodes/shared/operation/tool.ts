import type { IExecuteFunctions } from 'n8n-workflow';

/**
 * Whether an AI agent runs the node as its tool. Then the input data are the arguments that the model has made up, `$json` in a parameter
 * is the agent's input, and n8n's data of the run are the agent's too. Hosts before `isToolExecution` (n8n 1.123, 2.0) tell it by the
 * context alone: that of a tool knows the runs of its node (`getNextRunIndex`), as those of an ordinary run does not.
 */
export function isTool(context: IExecuteFunctions): boolean {
	return context.isToolExecution?.() ?? 'getNextRunIndex' in context;
}
