import { createHash, randomUUID } from 'node:crypto';
import { makeLibrary, type Sound } from './library';
import { Notes } from './notes';
import type { VoicemodBehaviour } from './options';
import { newUser, type User } from './profile';

/** What became of a conversion or a song. */
export type JobOutcome = 'ready' | 'failed';

/** A conversion or a song that was accepted. */
export interface Job {
	id: string;
	kind: 'conversion' | 'partnerSong' | 'userSong';
	/** What was ordered; files are their SHA-256. */
	order: Record<string, unknown>;
	acceptedAt: number;
	/** When it is finished by itself; Infinity for jobs that never are. */
	readyAt: number;
	outcome: JobOutcome;
	/** Status of the answer for a failed conversion. */
	failureStatus: 400 | 500;
	polls: number;
}

/** Orders that cost money: each job by what was ordered, so that "never twice" can be proved. */
export class Acceptance {
	total = 0;
	readonly byKind: Record<string, number> = {};
	/** Number of jobs per order, see `orderKey`. */
	readonly byOrder = new Map<string, number>();

	get maxPerOrder(): number {
		return Math.max(0, ...this.byOrder.values());
	}

	add(kind: string, order: unknown): void {
		this.total++;
		this.byKind[kind] = (this.byKind[kind] ?? 0) + 1;
		const key = orderKey(kind, order);
		this.byOrder.set(key, (this.byOrder.get(key) ?? 0) + 1);
	}
}

/** One text per distinct order. */
export function orderKey(kind: string, order: unknown): string {
	return `${kind}:${sha256(JSON.stringify(order))}`;
}

export function sha256(content: Buffer | string): string {
	return createHash('sha256').update(content).digest('hex');
}

/** A file that can be downloaded. */
export interface StoredFile {
	content: Buffer;
	type: string;
}

/** State of the provider. */
export class Store {
	readonly notes = new Notes();
	readonly jobs = new Map<string, Job>();
	readonly files = new Map<string, StoredFile>();
	/** Documents of the services without a public endpoint, by path. */
	readonly documents = new Map<string, unknown>();
	accepted = new Acceptance();
	sounds: Sound[] = [];
	user: User;

	constructor(private readonly options: VoicemodBehaviour) {
		this.user = newUser(options);
		this.reset();
	}

	reset(): void {
		this.notes.reset();
		this.jobs.clear();
		this.files.clear();
		this.documents.clear();
		this.accepted = new Acceptance();
		this.user = newUser(this.options);
		this.loadSounds();
	}

	loadSounds(): void {
		this.sounds = makeLibrary(this.options.sounds);
	}

	/** Accepts an order. */
	addJob(
		kind: Job['kind'],
		order: Record<string, unknown>,
		plan: { outcome?: JobOutcome; failureStatus?: 400 | 500; never?: boolean; slow?: boolean } = {},
	): Job {
		const now = Date.now();
		const steps = plan.slow ? 10 : 2;
		const isTimed = this.options.lifecycle === 'auto' && !plan.never;
		const job: Job = {
			id: randomUUID(),
			kind,
			order,
			acceptedAt: now,
			readyAt: isTimed ? now + steps * this.options.lifecycleMs : Infinity,
			outcome: plan.outcome ?? 'ready',
			failureStatus: plan.failureStatus ?? 500,
			polls: 0,
		};
		this.jobs.set(job.id, job);
		this.accepted.add(kind, order);
		return job;
	}

	/** Ends a job by hand. */
	finish(id: string, outcome: JobOutcome = 'ready'): Job {
		const job = this.jobs.get(id);
		if (!job) throw new Error(`No job ${id}`);
		job.readyAt = 0;
		job.outcome = outcome;
		return job;
	}
}

/** Whether a job is finished. */
export function isFinished(job: Job): boolean {
	return Date.now() >= job.readyAt;
}
