/** What the editor asks a built node for while a workflow is being built: choices, credential tests. */
import path from 'node:path';

import { CredentialTestContext, LoadOptionsContext } from 'n8n-core';
import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	IDataObject,
	INode,
	INodeCredentialTestResult,
	INodeListSearchResult,
} from 'n8n-workflow';
import { Workflow } from 'n8n-workflow';

import { additionalData, nodeTypes } from './engine';

interface Asked {
	/** File below dist/nodes, without its ending. */
	readonly file: string;
	/** Node type without the package name. */
	readonly node: string;
	readonly credentials: Record<string, ICredentialDataDecryptedObject>;
	readonly parameters?: IDataObject;
}

type Search = (
	this: unknown,
	filter?: string,
	paginationToken?: string,
) => Promise<INodeListSearchResult>;
type Test = (
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
) => Promise<INodeCredentialTestResult>;

interface Methods {
	listSearch?: Record<string, Search>;
	credentialTest?: Record<string, Test>;
}

function methodsOf({ file }: Pick<Asked, 'file'>): Methods {
	const built = path.resolve(__dirname, '../../../dist/nodes', `${file}.node.js`);
	const [Type] = Object.values(
		jest.requireActual<Record<string, new () => { methods: Methods }>>(built),
	);
	if (Type === undefined) throw new Error(`${file} exports nothing`);
	return new Type().methods;
}

/** The choices of a resource locator, in n8n's own context for them. */
export async function searchList(
	asked: Asked,
	method: string,
	filter?: string,
	token?: string,
): Promise<INodeListSearchResult> {
	const { node: name, credentials, parameters = {} } = asked;
	const names = Object.keys(credentials).map((type) => [type, { id: '1', name: type }]);
	const node: INode = {
		id: 'node-under-test',
		name: 'Subject',
		type: `n8n-nodes-voice-providers.${name}`,
		typeVersion: 1,
		position: [0, 0],
		parameters: parameters as INode['parameters'],
		credentials: Object.fromEntries(names) as INode['credentials'],
	};
	const workflow = new Workflow({
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes: await nodeTypes([]),
	});
	const data = { ...additionalData({ credentials }), currentNodeParameters: node.parameters };
	const context = new LoadOptionsContext(workflow, node, data, 'parameters.subject');
	const search = methodsOf(asked).listSearch?.[method];
	if (search === undefined) throw new Error(`${name} has no list "${method}"`);
	return await search.call(context, filter, token);
}

/** A credential test of a node (`testedBy`), in n8n's own context for them. */
export async function testCredential(
	asked: Asked,
	method: string,
): Promise<INodeCredentialTestResult> {
	const test = methodsOf(asked).credentialTest?.[method];
	const [[type, data]] = Object.entries(asked.credentials) as [
		[string, ICredentialDataDecryptedObject],
	];
	if (test === undefined) throw new Error(`${asked.node} has no credential test "${method}"`);
	const context = new CredentialTestContext(additionalData(asked));
	return await test.call(context as unknown as ICredentialTestFunctions, {
		id: '1',
		name: type,
		type,
		data,
	});
}
