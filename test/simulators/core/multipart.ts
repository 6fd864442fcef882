/** One part of a `multipart/form-data` body (RFC 7578). */
export interface Part {
	name: string;
	filename?: string;
	contentType?: string;
	content: Buffer;
}

/** The boundary of a `multipart/form-data` content type, or undefined for any other type. */
export function boundaryOf(contentType: string | undefined): string | undefined {
	if (!contentType || !/^multipart\/form-data\s*;/i.test(contentType)) return undefined;
	const match = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
	return match?.[1] ?? match?.[2];
}

/** Splits a multipart body; throws when it is not well-formed (no lenience: a real server would lose the fields). */
export function parseMultipart(body: Buffer, boundary: string): Part[] {
	const delimiter = Buffer.from(`--${boundary}`);
	const separator = Buffer.from(`\r\n--${boundary}`);
	if (body.indexOf(delimiter) !== 0)
		throw new Error('Multipart body does not start with its boundary');
	const parts: Part[] = [];
	let position = delimiter.length;
	for (;;) {
		const mark = body.toString('latin1', position, position + 2);
		if (mark === '--') return parts;
		if (mark !== '\r\n') throw new Error('Multipart boundary is not followed by a line end');
		const end = body.indexOf(separator, position);
		if (end < 0) throw new Error('Multipart body has no closing boundary');
		parts.push(parsePart(body.subarray(position + 2, end)));
		position = end + separator.length;
	}
}

function parsePart(part: Buffer): Part {
	const gap = part.indexOf('\r\n\r\n');
	if (gap < 0) throw new Error('Multipart part has no end of headers');
	const headers = new Map<string, string>();
	for (const line of part.toString('utf8', 0, gap).split('\r\n')) {
		const colon = line.indexOf(':');
		if (colon > 0)
			headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
	}
	const disposition = headers.get('content-disposition') ?? '';
	if (!/^form-data\b/i.test(disposition)) throw new Error('Multipart part is not form-data');
	const name = parameter(disposition, 'name');
	if (name === undefined) throw new Error('Multipart part has no name');
	return {
		name,
		filename: parameter(disposition, 'filename'),
		contentType: headers.get('content-type'),
		content: part.subarray(gap + 4),
	};
}

function parameter(disposition: string, name: string): string | undefined {
	return new RegExp(`;\\s*${name}="([^"]*)"`, 'i').exec(disposition)?.[1];
}
