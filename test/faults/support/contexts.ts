/** The parts of n8n that dropdowns and polling triggers see, and everything of a provider that runs in them. */
import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	ILoadOptionsFunctions,
	IPollFunctions,
} from 'n8n-workflow';

import { builtNodes, type BuiltNode } from '../../structure/support/built';
import type { Provider } from './providers/provider';

function nodesOf({ credential }: Provider): BuiltNode[] {
	return builtNodes().filter(({ description }) =>
		description.credentials?.some(({ name }) => name === credential),
	);
}

/** One question outside an execution, asked with the given credential. */
export interface Question {
	readonly name: string;
	ask(fields: ICredentialDataDecryptedObject): Promise<unknown>;
	/** What n8n would store for it. */
	readonly staticData?: IDataObject;
}

const NODE = { id: 'n', name: 'Node', type: 'x', typeVersion: 1, parameters: {} };

type Search = (this: ILoadOptionsFunctions) => Promise<unknown>;

function dropdownContext(
	fields: ICredentialDataDecryptedObject,
	{ parentId }: Provider,
): ILoadOptionsFunctions {
	const context = {
		getCredentials: async () => fields,
		getNode: () => NODE,
		// A line, a campaign, a list: whatever a dropdown depends on is an ID.
		getCurrentNodeParameter: () => parentId ?? '101',
		helpers: {},
	};
	return context as unknown as ILoadOptionsFunctions;
}

/** Every dropdown of every node of a provider. */
export function dropdowns(provider: Provider): Question[] {
	return nodesOf(provider).flatMap(({ node, description }) => {
		const { listSearch = {}, loadOptions = {} } = node.methods ?? {};
		// Both kinds may have a method of the same name.
		return [listSearch, loadOptions]
			.flatMap((kind) => Object.entries(kind as unknown as Record<string, Search>))
			.filter(([name]) => !provider.localDropdowns?.includes(name))
			.map(([name, search]) => ({
				name: `${description.name}, dropdown ${name}`,
				ask: async (fields: ICredentialDataDecryptedObject) =>
					await search.call(dropdownContext(fields, provider)),
			}));
	});
}

/** Every polling trigger of a provider, as n8n runs it and as a person tries it. */
export function polls(provider: Provider): Question[] {
	return nodesOf(provider).flatMap(({ node, description }) => {
		const { poll } = node;
		if (poll === undefined) return [];
		return ['trigger', 'manual'].map((mode): Question => {
			const staticData: IDataObject = {};
			const ask = async (fields: ICredentialDataDecryptedObject) => {
				const context = {
					getCredentials: async () => fields,
					getNode: () => NODE,
					getNodeParameter: (_: string, fallback: unknown) => fallback,
					getMode: () => mode,
					getWorkflowStaticData: () => staticData,
					helpers: {},
				};
				return await poll.call(context as unknown as IPollFunctions);
			};
			return { name: `${description.name}, ${mode}`, ask, staticData };
		});
	});
}

/** The error of a question, undefined when it was answered. */
export async function failureOf(
	question: Question,
	fields: ICredentialDataDecryptedObject,
): Promise<(Error & { description?: string }) | undefined> {
	try {
		await question.ask(fields);
		return undefined;
	} catch (error) {
		return error instanceof Error ? error : new Error(String(error));
	}
}
