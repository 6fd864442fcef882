/** Something noteworthy in a request. */
export interface Remark {
	/** `login`, `refresh`, `event`, `request`. */
	method: string;
	field: string;
	detail: string;
}

/** What the page does not allow, and what it leaves open. */
export class Remarks {
	readonly violations: Remark[] = [];
	readonly plausible: Remark[] = [];

	/** The same remark of thousands of requests is kept once. */
	violation(method: string, field: string, detail: string): void {
		add(this.violations, { method, field, detail });
	}

	note(method: string, field: string, detail: string): void {
		add(this.plausible, { method, field, detail });
	}

	reset(): void {
		this.violations.length = 0;
		this.plausible.length = 0;
	}
}

function add(list: Remark[], remark: Remark): void {
	const isKnown = list.some(
		({ method, field, detail }) =>
			method === remark.method && field === remark.field && detail === remark.detail,
	);
	if (!isKnown) list.push(remark);
}
