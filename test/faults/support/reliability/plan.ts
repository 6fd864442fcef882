/** What is measured for docs/RELIABILITY.md: every operation and every poll, with every fault. */
import { alphaSms } from '../../../../nodes/AlphaSms/provider';
import type { Operation } from '../../../../nodes/shared/operation/operation';
import { velip } from '../../../../nodes/Velip/provider';
import { voicemod } from '../../../../nodes/Voicemod/provider';
import { voximplantKit } from '../../../../nodes/VoximplantKit/provider';
import { customChannel } from '../../../../nodes/VoximplantKitCustomChannel/provider';
import { polls } from '../contexts';
import { providers } from '../providers';
import type { OperationCase, Provider } from '../providers/provider';
import type { MeasuredFault } from './faults';
import { MEASURED_FAULTS } from './faults';
import type { Duration, Measurement } from './measure';
import { measure, measurePoll } from './measure';

export const KINDS = [
	'spending',
	'batch',
	'upload',
	'order',
	'sendAndWait',
	'keyed',
	'write',
	'read',
	'list',
	'download',
	'fileHost',
	'polling',
] as const;

export type Kind = (typeof KINDS)[number];

/** One thing that is measured, with every fault. */
export interface Subject {
	/** Name of the provider on the page. */
	readonly provider: string;
	readonly key: string;
	readonly kind: Kind;
	readonly faults: readonly MeasuredFault[];
	/** Whether it also meets faults that do not stop, and large answers. */
	readonly leads: boolean;
	run(fault: MeasuredFault, duration: Duration): Promise<Measurement>;
}

/** Providers share names, nodes do not. */
const TITLES: Readonly<Record<string, string>> = {
	voximplantKitCustomChannel: 'Voximplant Kit custom channel',
};

const DESCRIPTORS: Readonly<Record<string, readonly Operation[]>> = {
	alphaSms: alphaSms.operations,
	velip: velip.operations,
	voximplantKit: voximplantKit.operations,
	voximplantKitCustomChannel: customChannel.operations,
	voicemod: voicemod.operations,
};

function kindOf({ safety, keyed, file }: OperationCase, described: Operation): Kind {
	if (keyed) return 'keyed';
	if (safety === 'idempotent') return 'write';
	if (safety === 'reads') {
		if (file || /download/i.test(described.name)) return 'download';
		return described.pages === undefined ? 'read' : 'list';
	}
	if (described.waits !== undefined) return 'sendAndWait';
	if (described.batch) return 'batch';
	if (described.until !== undefined) return 'order';
	// A request of one's own may hold a file, and usually does not.
	return described.file === undefined || typeof described.file !== 'string' ? 'spending' : 'upload';
}

function described(provider: Provider, key: string): Operation {
	const found = DESCRIPTORS[provider.node]?.find(
		({ resource, name }) => `${resource}/${name}` === key,
	);
	if (!found) throw new Error(`${provider.name} has no operation ${key}`);
	return found;
}

/** Operations whose file lies on a host of its own, at the simulator too. */
const FROM_FILE_HOST: Readonly<Record<string, readonly string[]>> = {
	voicemod: ['sound/download', 'song/get', 'voiceConversion/get'],
};

function subjectsOf(provider: Provider): Array<Omit<Subject, 'leads'>> {
	const title = TITLES[provider.node] ?? provider.name;
	const own = provider.operations
		.filter(({ offline }) => !offline)
		.map((operation) => ({
			provider: title,
			key: operation.key,
			kind: kindOf(operation, described(provider, operation.key)),
			faults: MEASURED_FAULTS,
			run: async (fault: MeasuredFault, duration: Duration) =>
				await measure(provider, operation, fault, duration),
		}));
	const files = provider.operations
		.filter(({ key }) => FROM_FILE_HOST[provider.node]?.includes(key))
		.map((operation) => ({
			provider: title,
			key: `${operation.key} (its file)`,
			kind: 'fileHost' as const,
			// The address of the file comes with the answer, so there is always somebody there.
			faults: MEASURED_FAULTS.filter(({ server, id }) => server === undefined && id !== 'okError'),
			run: async (fault: MeasuredFault, duration: Duration) =>
				await measure(provider, operation, fault, duration, true),
		}));
	const polling = polls(provider)
		.filter(({ name }) => name.endsWith(', trigger'))
		.map((question) => ({
			provider: title,
			key: question.name.replace(', trigger', ''),
			kind: 'polling' as const,
			faults: MEASURED_FAULTS,
			run: async (fault: MeasuredFault, duration: Duration) =>
				await measurePoll(provider, question, fault, duration),
		}));
	return [...own, ...files, ...polling];
}

/**
 * All operations of a kind share the code that reads large answers and repeats requests, so one of them, the
 * first of its kind and provider, meets what lasts and what moves much data.
 */
function withLeads(list: ReadonlyArray<Omit<Subject, 'leads'>>): Subject[] {
	return list.map((subject, place) => {
		const leads = list.findIndex(({ kind }) => kind === subject.kind) === place;
		const faults = subject.faults.filter(({ heavy }) => leads || !heavy);
		return { ...subject, leads, faults };
	});
}

export const subjects: readonly Subject[] = providers.flatMap((provider) =>
	withLeads(subjectsOf(provider)),
);

/** A fault of the connection lasts by itself, and much data is not sent four times. */
export function durationsOf(
	{ leads }: Subject,
	{ server, heavy }: MeasuredFault,
): readonly Duration[] {
	if (server) return ['always'];
	return heavy || !leads ? ['once'] : ['once', 'always'];
}
