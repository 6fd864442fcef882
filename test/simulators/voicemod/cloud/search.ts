import { json, type SimulatorResponse } from '../../core/http';
import { badRequest, notFound } from './errors';
import type { Visit } from './input';
import { hubSound, matches, soundItem, type Sound } from './library';
import type { Endpoint, World } from './world';

const HUB_MAX_SIZE = 36;
const HUB_QUERY = ['text', 'page', 'size', 'audio-format', 'custom', 'published', 'sort'] as const;
const FORMATS = ['mp3', 'ogg'];
const APP_HEADERS = ['app-name', 'app-version', 'app-os'];

function searchNeed(world: World): 'optional' | 'any' {
	return world.options.anonymousSearch ? 'optional' : 'any';
}

/** `GET /v1/sounds/search` (voicemod.md section C.2.1). */
function searchV1(world: World, visit: Visit): SimulatorResponse {
	visit.checkQuery('search', 'page', 'size', 'tagsSize', 'noDmca');
	const search = visit.query.get('search');
	if (search === null) throw badRequest('search', 'search is required');
	const page = visit.integer('page', 1);
	const size = visit.integer('size', 20);
	const tagsSize = visit.integer('tagsSize', 50, 0);
	const noDmca = visit.boolean('noDmca', false);
	const found = world.store.sounds.filter(
		(sound) => sound.published && matches(sound, search) && !(noDmca && sound.dmca),
	);
	return json({
		total: found.length,
		size,
		page,
		lastPage: Math.max(1, Math.ceil(found.length / size)),
		items: pageOf(found, page, size).map((sound) => soundItem(sound, world.filesUrl)),
		tags: facets(found, tagsSize),
		dmca: [true, false].map((name) => ({
			name,
			soundCount: found.filter(({ dmca }) => dmca === name).length,
		})),
		permalink: `https://tuna.voicemod.net/search?search=${encodeURIComponent(search)}`,
	});
}

function facets(sounds: Sound[], size: number): Array<{ name: string; soundCount: number }> {
	const counts = new Map<string, number>();
	for (const { tags } of sounds)
		for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
	return [...counts]
		.map(([name, soundCount]) => ({ name, soundCount }))
		.sort((a, b) => b.soundCount - a.soundCount)
		.slice(0, size);
}

/** `GET /v1/sounds/{id}` (section C.2.2). */
function getSound(world: World, visit: Visit, [id = '']: string[]): SimulatorResponse {
	visit.checkQuery();
	const sound = world.store.sounds.find((known) => known.id === id.toLowerCase());
	if (!sound) throw notFound(`No sound ${id}`);
	return json(soundItem(sound, world.filesUrl));
}

/** `GET /v2/sounds` (section C.2.3). */
function searchV2(world: World, visit: Visit): SimulatorResponse {
	const { items, page, hasMore } = hubPage(world, visit, visit.integer('size', 20));
	return json({ items, ...next(world, visit, page, hasMore) });
}

/** `GET /v1/content-hub/sounds/` (section C.3). */
function searchHub(world: World, visit: Visit): SimulatorResponse {
	const { hubPaging, oversize } = world.options;
	if (!visit.path.endsWith('/')) visit.doubtful('(path)', 'The page shows a final slash');
	let size = visit.integer('size', 20);
	if (size > HUB_MAX_SIZE) {
		visit.violation('size', `Above ${HUB_MAX_SIZE}`);
		if (oversize === 'refuse') throw badRequest('size', `size must not exceed ${HUB_MAX_SIZE}`);
		size = HUB_MAX_SIZE;
	}
	const { items, page, hasMore } = hubPage(
		world,
		visit,
		size,
		hubPaging === 'none' ? 1 : undefined,
	);
	return json({ items, ...(hubPaging === 'next' ? next(world, visit, page, hasMore) : {}) });
}

interface HubPage {
	items: Array<Record<string, unknown>>;
	page: number;
	hasMore: boolean;
}

function hubPage(world: World, visit: Visit, size: number, onlyPage?: number): HubPage {
	visit.checkQuery(...HUB_QUERY);
	checkAppHeaders(world, visit);
	const format = visit.query.get('audio-format') ?? 'mp3';
	if (!FORMATS.includes(format)) throw badRequest('audio-format', `No such format: ${format}`);
	if (format !== 'mp3') visit.doubtful('audio-format', `Only mp3 is evidenced, not ${format}`);
	const page = onlyPage ?? visit.integer('page', 1);
	const found = sorted(
		world.store.sounds.filter(
			(sound) =>
				matches(sound, visit.query.get('text') ?? '') &&
				isWanted(visit, 'custom', sound.custom) &&
				isWanted(visit, 'published', sound.published),
		),
		visit,
	);
	return {
		items: pageOf(found, page, size).map((sound) => hubSound(sound, world.filesUrl, format)),
		page,
		hasMore: page * size < found.length,
	};
}

function isWanted(visit: Visit, name: string, value: boolean): boolean {
	return visit.query.get(name) === null || visit.boolean(name, value) === value;
}

function sorted(sounds: Sound[], visit: Visit): Sound[] {
	const sort = visit.query.get('sort');
	if (sort === null || sort === '') return sounds;
	if (sort !== '-trending') visit.doubtful('sort', `Only -trending is evidenced, not ${sort}`);
	if (!/^-?trending$/.test(sort)) return sounds;
	const sign = sort.startsWith('-') ? -1 : 1;
	return [...sounds].sort((a, b) => sign * (a.likes - b.likes));
}

function checkAppHeaders(world: World, visit: Visit): void {
	const missing = APP_HEADERS.filter((name) => !visit.header(name));
	if (missing.length === 0) return;
	if (world.options.requireAppHeaders)
		throw badRequest('headers', `Missing headers: ${missing.join(', ')}`);
	visit.doubtful(missing.join(', '), 'Not sent; whether the API needs them is unknown');
}

/** `next`: "truthy while more pages exist". */
function next(world: World, visit: Visit, page: number, hasMore: boolean): { next: unknown } {
	const { nextShape, endlessNext } = world.options;
	if (!hasMore && !endlessNext) return { next: nextShape === 'boolean' ? false : null };
	const query = new URLSearchParams(visit.query);
	query.set('page', String(page + 1));
	switch (nextShape) {
		case 'url':
			return { next: `${world.baseUrl}${visit.request.path}?${query}` };
		case 'number':
			return { next: page + 1 };
		case 'boolean':
			return { next: true };
		case 'token':
			return { next: Buffer.from(`page:${page + 1}`).toString('base64') };
	}
}

function pageOf<Item>(items: Item[], page: number, size: number): Item[] {
	return items.slice((page - 1) * size, page * size);
}

/** Sounds of Tuna and of the content hub. */
export const searchEndpoints: Endpoint[] = [
	{
		gateway: 'tuna',
		method: 'GET',
		path: /^\/v1\/sounds\/search$/,
		need: searchNeed,
		run: searchV1,
	},
	{
		gateway: 'tuna',
		method: 'GET',
		path: /^\/v1\/sounds\/([^/]+)$/,
		need: searchNeed,
		run: getSound,
	},
	{ gateway: 'tuna', method: 'GET', path: /^\/v2\/sounds$/, need: searchNeed, run: searchV2 },
	{
		gateway: 'main',
		method: 'GET',
		path: /^\/v1\/content-hub\/sounds\/?$/,
		need: searchNeed,
		run: searchHub,
	},
];
