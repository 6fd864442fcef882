/** A use of the API that the page does not cover. */
export interface Remark {
	/** `METHOD path`. */
	call: string;
	field: string;
	detail: string;
}

const LIMIT = 1000;

/** Takes notes of such uses. */
export class Notes {
	/** What the page does not allow. */
	readonly violations: Remark[] = [];
	/** What the page calls possible or likely, without documenting it. */
	readonly plausible: Remark[] = [];

	violation(call: string, field: string, detail: string): void {
		if (this.violations.length < LIMIT) this.violations.push({ call, field, detail });
	}

	doubtful(call: string, field: string, detail: string): void {
		if (this.plausible.length < LIMIT) this.plausible.push({ call, field, detail });
	}

	reset(): void {
		this.violations.length = 0;
		this.plausible.length = 0;
	}
}
