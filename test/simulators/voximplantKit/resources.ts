import { ok, refusals } from './envelope';
import { momentText } from './moments';
import { paged } from './paging';
import { bool, int, need, phoneFilter, text, texts } from './rules';
import { isPhone } from './moments';
import { method, type Methods } from './world';

/** Numbers, caller IDs, tags and do-not-call lists (voximplant-kit.md sections 5.9, 5.11, 5.12). */
export const resourceMethods: Methods = {
	'v3/phone/searchNumbers': method(
		{
			id: int(),
			with_campaigns: bool,
			with_scenarios: bool,
			can_be_used: bool,
			phone_number: text(),
			phone_country_code: text(2),
		},
		{ paged: true },
		(world, values, { raw }) => {
			const rows = [...world.store.numbers.values()].filter(
				(row) =>
					(values.id === undefined || row.id === values.id) &&
					(values.can_be_used === undefined || row.active === values.can_be_used) &&
					(values.phone_number === undefined || row.number.includes(values.phone_number)) &&
					(values.phone_country_code === undefined || row.country === values.phone_country_code),
			);
			return paged(
				rows,
				(row) => ({
					id: row.id,
					domain_id: 4242,
					phone_number: Number(row.number),
					phone_country_code: row.country,
					phone_region_id: 1,
					category_name: 'GEOGRAPHIC',
					phone_price: '1.00',
					phone_purchase_date: '2026-01-15 10:00:00',
					phone_next_renewal: '2026-12-15',
					auto_charge: true,
					can_be_used: row.active,
					required_verification: null,
					verification_status: null,
					unverified_hold_until: null,
					deactivated: !row.active,
					canceled: false,
					deleted: false,
					redirect_number: null,
					is_sms_enabled: false,
					is_sms_supported: false,
					allowed_callerids: [],
					...(values.with_campaigns ? { campaigns: [] } : {}),
					...(values.with_scenarios ? { scenario: [] } : {}),
				}),
				raw,
				world.options,
			);
		},
	),
	'v2/callerid/searchCallerIDs': method(
		{ id: int(), caller_number: text(), active: bool },
		{ paged: true },
		(world, values, { raw }) => {
			const rows = [...world.store.callerIds.values()].filter(
				(row) =>
					(values.id === undefined || row.id === values.id) &&
					(values.active === undefined || row.active === values.active) &&
					(values.caller_number === undefined || row.number.includes(values.caller_number)),
			);
			return paged(
				rows,
				(row) => ({
					id: row.id,
					callerid_number: row.number,
					active: row.active,
					verified_until: momentText(row.verifiedUntil).slice(0, 10),
					domain_id: 4242,
				}),
				raw,
				world.options,
			);
		},
	),
	'v3/tags/searchTags': method({}, { paged: true }, (world, _values, { raw }) => {
		const show = ([tag, title]: [number, string]): unknown => ({ id: tag, tag_name: title });
		return paged([...world.store.tags], show, raw, world.options, { zeroIsAll: true });
	}),
	'v3/dnc/addDncContacts': method(
		{ id: need(int()), contacts: need(texts()), comment: text() },
		{ writes: true },
		(world, { id, contacts, comment }) => {
			const { store, clock } = world;
			if (!store.dncLists.has(id)) throw refusals.missing('DNC list', id);
			const bad = contacts.find((contact) => !isPhone(contact));
			if (bad !== undefined) throw refusals.invalid('contacts', `not a phone number: ${bad}`);
			for (const contact of contacts) {
				const number = contact.replace(/^\+/, '');
				store.addDnc(id, number, comment ?? null, momentText(clock.now()));
			}
			return ok(true);
		},
	),
	'v3/dnc/searchDncContacts': method(
		{ number: phoneFilter, list_id: int(), id: int() },
		{ paged: true },
		(world, { number, list_id: listId, id }, { raw }) => {
			const rows = [...world.store.dncContacts.values()].filter(
				(row) =>
					(id === undefined || row.id === id) &&
					(listId === undefined || row.list_id === listId) &&
					(number === undefined || row.number.includes(number)),
			);
			return paged(rows, (row) => row, raw, world.options);
		},
	),
	'v3/dnc/deleteDncContact': method(
		{ id: int(), list_id: int(), number: text() },
		{ writes: true },
		(world, { id, list_id: listId, number }) => {
			const { dncContacts, dncKeys } = world.store;
			if (id === undefined && (listId === undefined || number === undefined))
				throw refusals.invalid('id', 'or list_id and number are needed');
			const found = id ?? dncKeys.get(`${listId} ${(number ?? '').replace(/^\+/, '')}`);
			const contact = dncContacts.get(found ?? 0);
			if (!contact) throw refusals.missing('DNC contact', found ?? number);
			dncContacts.delete(contact.id);
			dncKeys.delete(`${contact.list_id} ${contact.number}`);
			return ok(true);
		},
	),
};
