import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';

/** A changed credential is noticed no later than after this time, in milliseconds. */
const KEEP_MS = 5000;
const MAX_KEPT = 100;

const kept = new Map<string, { until: number; credentials: IDataObject }>();

function remembered(key: string | undefined): IDataObject | undefined {
	const entry = key === undefined ? undefined : kept.get(key);
	return entry !== undefined && entry.until > Date.now() ? entry.credentials : undefined;
}

function remember(key: string, credentials: IDataObject): void {
	const now = Date.now();
	for (const [name, { until }] of kept) if (until <= now) kept.delete(name);
	if (kept.size < MAX_KEPT) kept.set(key, { until: now + KEEP_MS, credentials });
}

/**
 * Judges a callback with the credential of the trigger. For each callback that asks for it, n8n
 * makes an isolated engine for expressions, which takes longer than everything else that happens
 * to it; so a credential that has just proven another callback is tried first. What it cannot
 * prove is judged again by what n8n says now, so a new key counts at once.
 *
 * @param judge tells the reason not to believe the callback, undefined when it may be believed
 * @returns what `judge` says last
 */
export async function judgeWith(
	context: IWebhookFunctions,
	type: string,
	judge: (credentials: IDataObject) => string | undefined,
): Promise<string | undefined> {
	const id = context.getNode().credentials?.[type]?.id;
	const key = id ? `${type} ${id}` : undefined;
	const recent = remembered(key);
	if (recent !== undefined && judge(recent) === undefined) return undefined;
	const credentials = await context.getCredentials<IDataObject>(type);
	const reason = judge(credentials);
	if (reason === undefined && key !== undefined) remember(key, credentials);
	return reason;
}
