import type { IWebhookFunctions } from 'n8n-workflow';

/** Addresses from which Velip calls back (velip.md §2). */
export const VELIP_ADDRESSES = ['35.232.103.91', '35.184.30.236'];

function plain(address: string): string {
	return address
		.trim()
		.replace(/^\[|\]$/g, '')
		.replace(/^::ffff:/i, '')
		.toLowerCase();
}

/**
 * The address that called, as far as it can be known. Behind proxies only the entries that they
 * themselves appended to `X-Forwarded-For` count; anything before them the caller may have made up.
 *
 * @param proxies how many proxies stand before n8n
 */
export function sourceAddress(context: IWebhookFunctions, proxies: number): string {
	const request = context.getRequestObject();
	const direct = plain(request.socket?.remoteAddress ?? request.ip ?? '');
	if (proxies <= 0) return direct;
	const header = request.headers['x-forwarded-for'];
	const chain = [header ?? []].flat().join(',').split(',').map(plain).filter(Boolean);
	return [...chain, direct].at(-1 - proxies) ?? '';
}

/** Whether an address is one of the allowed ones. */
export function isAllowed(address: string, allowed: string): boolean {
	const list = allowed.split(/[\s,;]+/).filter(Boolean);
	return (list.length === 0 ? VELIP_ADDRESSES : list).map(plain).includes(address);
}
