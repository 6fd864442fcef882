import type { VoximplantKitSimulator } from './voximplantKit';

/** An answer of any method. */
export interface KitAnswer {
	status: number;
	headers: Headers;
	bytes: Buffer;
	success?: boolean;
	/** `result` as an object, a list or a plain value. */
	result: unknown;
	meta?: Record<string, unknown>;
	/** `result.error` of a refusal. */
	error?: unknown;
}

/** Where a request goes and how, apart from its parameters. */
export interface CallPlan {
	host?: 'api' | 'messaging' | 'cti' | 'storage';
	query?: Record<string, string>;
	method?: 'POST' | 'GET';
	token?: string | null;
	domain?: string | null;
}

/** Calls a method by its path with form parameters; values that are no texts go as JSON text. */
export async function callKit(
	sim: VoximplantKitSimulator,
	path: string,
	params: Record<string, unknown> = {},
	plan: CallPlan = {},
): Promise<KitAnswer> {
	const url = new URL(path, sim.hosts[plan.host ?? 'api']);
	if (plan.domain !== null) url.searchParams.set('domain', plan.domain ?? sim.domain);
	for (const [name, value] of Object.entries(plan.query ?? {})) url.searchParams.set(name, value);
	const form = new URLSearchParams();
	if (plan.token !== null) form.set('access_token', plan.token ?? sim.apiKey);
	for (const [name, value] of Object.entries(params))
		form.set(name, typeof value === 'string' ? value : JSON.stringify(value));
	const isGet = plan.method === 'GET';
	return await readKit(
		await fetch(url, isGet ? {} : { method: 'POST', body: form, redirect: 'manual' }),
	);
}

/** Reads an answer. */
export async function readKit(response: Response): Promise<KitAnswer> {
	const bytes = Buffer.from(await response.arrayBuffer());
	const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
	const body = (isJson ? JSON.parse(bytes.toString('utf8')) : {}) as Record<string, unknown>;
	const { result } = body;
	return {
		status: response.status,
		headers: response.headers,
		bytes,
		success: body.success as boolean | undefined,
		result,
		meta: body._meta as Record<string, unknown> | undefined,
		error: (result as { error?: unknown } | null | undefined)?.error,
	};
}

/** The rows of a list. */
export function rowsOf(answer: KitAnswer): Array<Record<string, unknown>> {
	if (!Array.isArray(answer.result)) throw new Error(`No list: ${answer.bytes.toString('utf8')}`);
	return answer.result as Array<Record<string, unknown>>;
}

/** The object of an answer. */
export function objectOf(answer: KitAnswer): Record<string, unknown> {
	if (answer.success !== true) throw new Error(answer.bytes.toString('utf8'));
	return answer.result as Record<string, unknown>;
}

/** Parameters of a campaign of dialer 2.0 (voximplant-kit.md section 5.16). */
export function automated(changes: Record<string, unknown> = {}): Record<string, unknown> {
	return {
		title: 'Reminders',
		scenario_id: '17828',
		max_lines: '10',
		region: 'europe',
		max_attempts: '1',
		dialing_strategy: [
			{ key: 'phone1', name: 'Mobile', interval_min: [], max_attempts: 1, dial_up_time_sec: 15 },
		],
		phone_numbers: { phone_number_ids: [610], caller_id_ids: [1] },
		...changes,
	};
}
