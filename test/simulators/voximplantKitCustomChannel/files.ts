import { randomUUID } from 'node:crypto';
import { text, type SimulatorResponse } from '../core/http';

/** Where attachments are served, without authentication. */
const FILES_PATH = '/files/';

/** A file that agents can send. */
export interface HostedFile {
	name: string;
	type: string;
	content: Buffer;
}

const PIXEL =
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** Files for steered answers. */
export const SAMPLE_FILES = {
	photo: { name: 'box.png', type: 'image/png', content: Buffer.from(PIXEL, 'base64') },
	document: { name: 'Договір.txt', type: 'text/plain', content: Buffer.from('Contract\n') },
} satisfies Record<string, HostedFile>;

/** Attachments of Kit's side: `file_url` is where to download (§6.3). */
export class Files {
	private readonly files = new Map<string, HostedFile>();

	/** Address of the file below the server's. */
	add(file: HostedFile): string {
		const id = randomUUID();
		this.files.set(id, file);
		return `${FILES_PATH}${id}/${encodeURIComponent(file.name)}`;
	}

	/** Answers a download; undefined for paths of other things. */
	serve(method: string, path: string): SimulatorResponse | undefined {
		if (!path.startsWith(FILES_PATH)) return undefined;
		const file = this.files.get(path.slice(FILES_PATH.length).split('/')[0] ?? '');
		if (!file || (method !== 'GET' && method !== 'HEAD')) return text('Not found', 404);
		return { status: 200, headers: { 'content-type': file.type }, body: file.content };
	}

	reset(): void {
		this.files.clear();
	}
}
