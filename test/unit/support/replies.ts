import type { Reply } from '../../../nodes/shared/http/request';

/** An answer with this text, as the client hands it to the provider's code. */
export function replyOf(body: unknown): Reply {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	return {
		status: 200,
		headers: { 'content-type': 'application/json' },
		bytes: new TextEncoder().encode(text),
		source: 'https://alphasms.ua/api/json.php',
	};
}
