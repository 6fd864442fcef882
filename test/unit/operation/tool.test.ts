import type { IExecuteFunctions } from 'n8n-workflow';

import { isTool } from '../../../nodes/shared/operation/tool';

test.each([
	['a host that says so', { isToolExecution: () => true }, true],
	[
		'a host that says no, of a context that knows runs',
		{ isToolExecution: () => false, getNextRunIndex: () => 0 },
		false,
	],
	['an older host, as a tool', { getNextRunIndex: () => 0 }, true],
	['an older host, in the workflow', {}, false],
])('%s', (_, context, expected) => {
	expect(isTool(context as unknown as IExecuteFunctions)).toBe(expected);
});
