import type { INode } from 'n8n-workflow';

export const NODE: INode = {
	id: 'node-1',
	name: 'Subject',
	type: 'test.subject',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};
