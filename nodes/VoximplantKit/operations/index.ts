import type { Operation } from '../../shared/operation/operation';
import { getAccount } from './account';
import { getScenarios, getVariables, runScenario } from './scenario';

export const resources = {
	scenario: 'Scenario',
	account: 'Account',
};

/** Every operation of the node; the first of a resource is its default. */
export const operations: readonly Operation[] = [
	runScenario,
	getScenarios,
	getVariables,
	getAccount,
];
