import { ok, refusals } from './envelope';
import { isPhone, listZones, zoneOfPhone } from './moments';
import { paged } from './paging';
import { int, need, text } from './rules';
import { contains } from './scenarios';
import { method, type Methods } from './world';

const MEDIA_LIMIT = 10 * 1024 * 1024;

/** Sections 5.13 and 5.14. */
export const mediaHelperMethods: Methods = {
	'v3/media/searchMedia': method(
		{ id: int(), title: text() },
		{ paged: true },
		(world, { id, title }, { raw }) => {
			const rows = [...world.store.media.values()].filter(
				(row) =>
					(id === undefined || row.id === id) &&
					(title === undefined || contains(row.title, title)),
			);
			return paged(
				rows,
				(row) => ({ ...row, domain_id: 4242, link: null, use_in_scenario: false }),
				raw,
				world.options,
			);
		},
	),
	'v3/media/uploadMedia': method({}, { writes: true }, (world, _values, visit) => {
		const file = visit.uploads.find((upload) => upload.field === 'file');
		if (!file) throw refusals.invalid('file', 'cannot be blank');
		if (file.content.length === 0) throw refusals.state('File is empty');
		if (file.content.length > MEDIA_LIMIT) throw refusals.state('File is too big');
		if (!isMp3(file.content)) throw refusals.invalid('file', 'not an MP3');
		const id = world.store.nextId('media', 501);
		const media = { id, title: file.filename, file_id: 9000 + id, duration: 1 };
		world.store.media.set(id, media);
		return ok({ id, title: media.title, file_id: media.file_id, domain_id: 4242 });
	}),
	'v3/media/deleteMedia': method({ id: need(int()) }, { writes: true }, (world, { id }) => {
		if (!world.store.media.delete(id)) throw refusals.missing('Media', id);
		return ok(true);
	}),
	'v2/helper/getListTimezones': method({}, {}, (world) => ok(listZones(world.clock.now()))),
	'v2/helper/getTimezonesByNumber': method(
		{ phone_number: need(text()), country: text(2) },
		{},
		(world, { phone_number: number }) => {
			if (!isPhone(number)) throw refusals.invalid('phone_number', 'not a phone number');
			const zone = zoneOfPhone(number);
			const zones = listZones(world.clock.now()).filter(({ name }) => name === zone);
			return ok(zones);
		},
	),
};

/** An ID3 tag or the sync bits of a frame. */
function isMp3(file: Buffer): boolean {
	if (file.toString('latin1', 0, 3) === 'ID3') return true;
	return file[0] === 0xff && ((file[1] ?? 0) & 0xe0) === 0xe0;
}
