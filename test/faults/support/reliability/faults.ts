/** The faults of docs/RELIABILITY.md: what breaks between n8n and a provider. */
import type { Fault } from '../../../simulators/core/faults';
import type { Provider } from '../providers/provider';

export interface MeasuredFault {
	readonly id: string;
	/** As a reader of the page sees it. */
	readonly title: string;
	/** Made anew for each run; without it the fault is one of the connection. */
	readonly make?: (strangerUrl: string, provider: Provider) => Fault;
	readonly server?: 'closed' | 'untrusted';
	/** The Timeout option in seconds. */
	readonly timeout?: number;
	/** Moves much data: measured once, and few at a time. */
	readonly heavy?: boolean;
}

/** A limit of time that a good answer keeps to, also on a busy machine. */
const STALL_SECONDS = 3;
const soon = () => new Date(Date.now() + 2000).toUTCString();
const YEAR = 31_536_000;

export const MEASURED_FAULTS: readonly MeasuredFault[] = [
	{ id: 'refused', title: 'Nobody answers: the connection is refused', server: 'closed' },
	{ id: 'tls', title: 'The certificate is not trusted', server: 'untrusted' },
	{
		id: 'resetBefore',
		title: 'The connection breaks before the provider has read the request',
		make: () => ({ kind: 'resetBeforeBody' }),
	},
	{
		id: 'resetAfter',
		title: 'The connection breaks after the provider has taken the request',
		make: () => ({ kind: 'resetAfterBody' }),
	},
	{
		id: 'stallHeaders',
		title: 'The provider takes the request and never answers',
		make: () => ({ kind: 'stallHeaders', afterProcessing: true }),
		timeout: STALL_SECONDS,
	},
	{
		id: 'stallBody',
		title: 'The answer stops in the middle',
		make: () => ({ kind: 'stallBody' }),
		timeout: STALL_SECONDS,
	},
	{
		id: '429seconds',
		title: 'Too many requests (429), wait 2 seconds',
		make: () => ({ kind: 'status', status: 429, retryAfter: 2 }),
	},
	{
		id: '429date',
		title: 'Too many requests (429), wait until a time of day',
		make: () => ({ kind: 'status', status: 429, retryAfter: soon() }),
	},
	{
		id: '429absurd',
		title: 'Too many requests (429), wait a year',
		make: () => ({ kind: 'status', status: 429, retryAfter: YEAR }),
	},
	{
		id: '500',
		title: 'Error of the provider (500), though it took the request',
		make: () => ({ kind: 'status', status: 500, afterProcessing: true }),
	},
	{
		id: '502',
		title: 'Web page of a gateway (502)',
		make: () => ({ kind: 'status', status: 502, afterProcessing: false }),
	},
	{
		id: '503',
		title: 'Out of service (503)',
		make: () => ({ kind: 'status', status: 503, afterProcessing: false }),
	},
	{
		id: 'truncated',
		title: 'The answer is cut off',
		make: () => ({ kind: 'truncatedJson' }),
	},
	{
		id: 'charset',
		title: 'The answer is in another character set than it says',
		make: () => ({ kind: 'charset', encoding: 'windows-1251', label: 'utf-8' }),
	},
	{
		id: 'redirect',
		title: 'Sent on to another server (redirect)',
		make: (location) => ({ kind: 'redirect', status: 307, location }),
	},
	{ id: 'loop', title: 'Sent on in circles', make: () => ({ kind: 'redirectLoop' }) },
	{ id: 'huge', title: 'Answer of 60 MB', make: () => ({ kind: 'hugeBody' }), heavy: true },
	{
		id: 'bomb',
		title: 'Compressed answer that grows to 60 MB',
		make: () => ({ kind: 'gzipBomb' }),
		heavy: true,
	},
	{
		id: 'okError',
		title: 'Success (200), but the text says no',
		make: (_, provider) => provider.refusal('Not enough money'),
	},
];
