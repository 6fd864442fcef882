import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

import type { Download, DownloadOptions } from '../../../nodes/shared/http/download';
import { download } from '../../../nodes/shared/http/download';
import type { EgressFilter } from '../../../nodes/shared/http/egress';
import { CallError } from '../../../nodes/shared/http/errors';
import { settle } from '../../../nodes/shared/http/settle';
import type { LocalServer } from '../support/server';
import { startServer } from '../support/server';

const MB = 1024 * 1024;
const OPTIONS: DownloadOptions = { name: 'The file', timeoutMs: 20_000, maxBytes: MB };

let server: LocalServer;

afterEach(async () => {
	jest.restoreAllMocks();
	await server.close();
});

async function collect({ content }: Download): Promise<Buffer> {
	if (Buffer.isBuffer(content)) return content;
	const chunks: Buffer[] = [];
	for await (const chunk of content as Readable) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}

async function get(path: string, more: Partial<DownloadOptions> = {}) {
	return await download(`${server.url}${path}`, { ...OPTIONS, ...more }, async (file) => ({
		...file,
		bytes: await collect(file),
	}));
}

async function failing(path: string, more: Partial<DownloadOptions> = {}): Promise<CallError> {
	const { error } = await settle(async () => await get(path, more));
	if (!(error instanceof CallError)) throw new Error(`no CallError but ${String(error)}`);
	return error;
}

function answer(
	respond: (response: ServerResponse, path: string, tries: number) => void,
): Promise<LocalServer> {
	let tries = 0;
	return startServer((request, response) => respond(response, request.url ?? '', ++tries));
}

describe('names and types', () => {
	it.each([
		['/files/box.jpg?sig=secret', {}, 'box.jpg'],
		['/files/a%20b%2F..%2Fc.png', {}, 'c.png'],
		['/x', { 'content-disposition': 'attachment; filename="../../etc/passwd"' }, 'passwd'],
		['/x', { 'content-disposition': "attachment; filename*=UTF-8''%D0%BF.pdf" }, 'п.pdf'],
		['/', {}, undefined],
	])('of %s %j', async (path, headers, expected) => {
		server = await answer((response) => {
			response.writeHead(200, { 'content-type': 'image/png; charset=x', ...headers });
			response.end('data');
		});
		const file = await get(path);
		expect(file.fileName).toBe(expected);
		expect(file.mimeType).toBe('image/png');
		expect(file.bytes.toString()).toBe('data');
	});

	it('leaves out a type that says nothing', async () => {
		server = await answer((response) => {
			response.setHeader('content-type', 'application/octet-stream');
			response.end('data');
		});
		expect((await get('/a.mp3')).mimeType).toBeUndefined();
	});
});

describe('streams', () => {
	it('writes a large file to disk without holding it', async () => {
		const part = Buffer.alloc(64 * 1024, 'x');
		server = await answer((response) => {
			void (async () => {
				for (let index = 0; index < 320; index++) {
					if (!response.write(part)) await once(response, 'drain');
				}
				response.end();
			})();
		});
		const file = join(mkdtempSync(join(tmpdir(), 'download-')), 'large');
		await download(`${server.url}/l`, { ...OPTIONS, maxBytes: 30 * MB }, async ({ content }) => {
			const target = createWriteStream(file);
			(content as Readable).pipe(target);
			await once(target, 'finish');
		});
		const digest = createHash('sha256').update(readFileSync(file)).digest('hex');
		expect(digest).toBe(
			createHash('sha256')
				.update(Buffer.alloc(320 * part.length, 'x'))
				.digest('hex'),
		);
	});

	it('takes files that come compressed all the same', async () => {
		server = await answer((response) => {
			response.setHeader('content-encoding', 'gzip');
			response.end(gzipSync('hello'));
		});
		expect((await get('/')).bytes.toString()).toBe('hello');
		expect(server.headers[0]?.['accept-encoding']).toBe('identity');
	});
});

describe('bounds', () => {
	it('refuses by the announced size', async () => {
		server = await answer((response) => response.end(Buffer.alloc(MB + 1)));
		expect((await failing('/')).message).toBe(
			'The file could not be downloaded: it is larger than 1 MB',
		);
		expect(server.requests).toHaveLength(1);
	});

	it('stops a file that grows beyond the limit', async () => {
		server = await answer((response) => {
			response.write(Buffer.alloc(MB));
			response.end(Buffer.alloc(MB));
		});
		expect((await failing('/')).message).toContain('larger than 1 MB');
		expect(server.requests).toHaveLength(1);
	});

	it('stops a bomb', async () => {
		server = await answer((response) => {
			response.setHeader('content-encoding', 'gzip');
			response.end(gzipSync(Buffer.alloc(20 * MB)));
		});
		expect((await failing('/')).message).toContain('more than 1 MB');
	});

	it('stops what takes too long, also in the middle', async () => {
		server = await answer((response) => {
			response.write('begin');
		});
		const begun = Date.now();
		const error = await failing('/', { timeoutMs: 150, attempts: 1 });
		expect(error.message).toBe('The file could not be downloaded: it took too long');
		expect(Date.now() - begun).toBeLessThan(10_000);
	});

	it('does not begin, nor try again, after the last moment', async () => {
		const now = Date.now();
		server = await answer((response) => {
			// The first try takes all the time there is.
			jest.spyOn(Date, 'now').mockReturnValue(now + 60_000);
			response.writeHead(503).end();
		});
		await failing('/', { until: now + 60_000 });
		expect(server.requests).toHaveLength(1);
	});

	it('stops at once on cancel', async () => {
		server = await answer((response) => {
			response.write('begin');
		});
		const controller = new AbortController();
		setTimeout(() => controller.abort(), 50);
		await expect(get('/', { signal: controller.signal })).rejects.toThrow('cancelled');
	});
});

describe('failures', () => {
	it('tries again after a broken connection and a server error', async () => {
		server = await answer((response, _, tries) => {
			if (tries === 1) return void response.writeHead(503).end();
			if (tries === 3) return void response.end('whole');
			response.writeHead(200, { 'content-length': '10' });
			response.write('half');
			void sleep(20).then(() => response.destroy());
		});
		expect((await get('/')).bytes.toString()).toBe('whole');
		expect(server.requests).toHaveLength(3);
	});

	it.each([404, 403, 401])('does not try again after %i', async (status) => {
		server = await answer((response) => response.writeHead(status).end('no'));
		expect(await failing('/secret?token=abc')).toMatchObject({
			httpStatus: status,
			message: `The file could not be downloaded: the server answered with HTTP ${status}`,
		});
		expect(server.requests).toHaveLength(1);
	});

	it('says what cannot be reached, and no more of the address than its host', async () => {
		server = await answer((response) => response.end());
		const source = 'http://127.0.0.1:9/secret?token=abc';
		const failed = download(source, { ...OPTIONS, attempts: 1 }, async () => true);
		await expect(failed).rejects.toThrow('127.0.0.1:9: the connection was refused');
		for (const address of ['ftp://example.com/a', 'file:///etc/passwd', 'nonsense']) {
			await expect(download(address, OPTIONS, async () => true)).rejects.toThrow(
				/address is not (http|a web address)/,
			);
		}
	});

	it('hands on what goes wrong with keeping the file, after one try', async () => {
		server = await answer((response) => response.end('data'));
		const failed = download(`${server.url}/`, OPTIONS, async () => {
			throw new Error('disk full');
		});
		await expect(failed).rejects.toThrow('disk full');
		expect(server.requests).toHaveLength(1);
	});
});

describe('redirects and policy', () => {
	it('follows to another origin, without the headers', async () => {
		const other = await startServer((_, response) => response.end('moved'));
		server = await answer((response) => response.writeHead(302, { location: other.url }).end());
		const file = await get('/', { headers: { authorization: 'Bearer x' } });
		expect(file.bytes.toString()).toBe('moved');
		expect(server.headers[0]?.authorization).toBe('Bearer x');
		expect(other.headers[0]?.authorization).toBeUndefined();
		await other.close();
	});

	it('does not follow in circles, nor to other protocols', async () => {
		server = await answer((response, path) =>
			response.writeHead(302, { location: path === '/f' ? 'file:///etc/passwd' : '/' }).end(),
		);
		expect((await failing('/')).message).toContain('redirected too often');
		expect(server.requests).toHaveLength(6);
		expect((await failing('/f')).message).toContain('not http(s)');
	});

	it('asks the policy before every hop', async () => {
		const asked: string[] = [];
		const egress: EgressFilter = {
			validateUrl: async ({ pathname }) => {
				asked.push(pathname);
				return { ok: pathname !== '/inside', error: new Error('private') };
			},
			validateConnectionHost: () => ({ ok: true }),
			createSecureLookup: () => () => undefined,
		};
		server = await answer((response) => response.writeHead(307, { location: '/inside' }).end());
		expect((await failing('/', { egress })).message).toContain('network policy');
		expect(asked).toEqual(['/', '/inside']);
		expect(server.requests).toEqual(['GET /']);
	});

	it('asks the caller before every hop', async () => {
		server = await answer((response) => response.writeHead(307, { location: '/inside' }).end());
		const allows = ({ pathname }: URL) => pathname !== '/inside';
		expect((await failing('/', { allows })).message).toContain('are not allowed');
		expect(server.requests).toEqual(['GET /']);
	});
});
