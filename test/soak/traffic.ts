/** What the process under test tells, and how much it has to do. */

export interface Plan {
	seconds: number;
	alphaSms: { url: string; key: string };
	velip: { url: string; key: string };
}

export interface Sample {
	second: number;
	/** Megabytes in use after everything else was collected. */
	liveMb: number;
	rssMb: number;
}

export interface Outcome {
	sent: number;
	reads: number;
	calls: number;
	callbacks: number;
	/** Runs that a fault made fail, by what the user was told. */
	failures: Record<string, number>;
	samples: Sample[];
	/** Unhandled rejections and exceptions. */
	unhandled: string[];
	/** Sockets of this process after everything was idle for a while. */
	openSockets: number;
}
