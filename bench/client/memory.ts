const MB = 1024 * 1024;
const SAMPLE_MS = 2;
/** Collecting garbage stops everything, so what is still in use is looked at less often. */
const LIVE_SAMPLE_MS = 25;

declare const gc: (() => void) | undefined;

/** What is in use: objects, and the bytes of buffers outside of the heap. */
function inUse(): number {
	const { heapUsed, external } = process.memoryUsage();
	return heapUsed + external;
}

/** Megabytes in use after everything else was collected. */
export function liveMb(): number {
	gc?.();
	return inUse() / MB;
}

/** Watches memory until `stop`. */
export function watchMemory() {
	gc?.();
	const base = process.memoryUsage();
	const highBefore = process.resourceUsage().maxRSS * 1024;
	let rss = base.rss;
	let heap = base.heapUsed;
	const sample = () => {
		const now = process.memoryUsage();
		rss = Math.max(rss, now.rss);
		heap = Math.max(heap, now.heapUsed);
	};
	const timer = setInterval(sample, SAMPLE_MS);
	return {
		stop() {
			clearInterval(timer);
			sample();
			// The operating system's high-water mark also sees what happened between two samples.
			const high = process.resourceUsage().maxRSS * 1024;
			if (high > highBefore) rss = Math.max(rss, high);
			return { rssMb: (rss - base.rss) / MB, heapMb: (heap - base.heapUsed) / MB };
		},
	};
}

/**
 * Watches until `stop` what is really in use, by collecting garbage again and again. Slows
 * everything down, the more the longer a collection takes.
 */
export function watchLive(everyMs = LIVE_SAMPLE_MS) {
	const base = liveMb();
	let most = base;
	const sample = () => {
		most = Math.max(most, liveMb());
	};
	const timer = setInterval(sample, everyMs);
	return {
		stop() {
			clearInterval(timer);
			return most - base;
		},
	};
}
