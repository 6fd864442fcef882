import { ok, refusals } from './envelope';
import { EVENTS } from './events';
import type { Subscription } from './records';
import { bool, int, need, text, texts, type Rule } from './rules';
import { method, type Methods, type World } from './world';

const url: Rule<string> = {
	read(value, wrong) {
		if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) throw wrong(`not a URL: ${value}`);
		return value;
	},
};

const fields = { name: text(), url, salt: text(), callbacks: texts(...EVENTS), is_enabled: bool };

/** Section 6.1. */
export const callbackMethods: Methods = {
	'v3/callback/create': method(
		{
			name: need(fields.name),
			url: need(fields.url),
			salt: need(fields.salt),
			callbacks: need(fields.callbacks),
			is_enabled: need(fields.is_enabled),
		},
		{ writes: true },
		(world, values) => {
			const { store, options } = world;
			if (values.callbacks.length === 0) throw refusals.invalid('callbacks', 'cannot be blank');
			if (store.subscriptions.size >= options.maxCallbacks)
				throw refusals.state(`Maximum number of callbacks (${options.maxCallbacks}) reached`);
			const subscription = { id: store.nextId('callback', 15), ...values };
			store.subscriptions.set(subscription.id, subscription);
			return ok(show(world, subscription));
		},
	),
	'v3/callback/update': method(
		{ id: need(int()), ...fields },
		{ writes: true },
		(world, values) => {
			const subscription = find(world, values.id);
			if (values.callbacks?.length === 0) throw refusals.invalid('callbacks', 'cannot be blank');
			subscription.name = values.name ?? subscription.name;
			subscription.url = values.url ?? subscription.url;
			subscription.salt = values.salt ?? subscription.salt;
			subscription.callbacks = values.callbacks ?? subscription.callbacks;
			subscription.is_enabled = values.is_enabled ?? subscription.is_enabled;
			return ok(show(world, subscription));
		},
	),
	'v3/callback/search': method(
		{ id: int(), name: text(), url: text() },
		{},
		(world, { id, name, url: wanted }) => {
			const exact = world.options.callbackSearch === 'exact';
			const fits = (value: string, part: string | undefined): boolean =>
				part === undefined || (exact ? value === part : value.includes(part));
			const found = [...world.store.subscriptions.values()].filter(
				(row) =>
					(id === undefined || row.id === id) && fits(row.name, name) && fits(row.url, wanted),
			);
			return ok(found.map((row) => show(world, row)));
		},
	),
	'v3/callback/delete': method({ id: need(int()) }, { writes: true }, (world, { id }) => {
		world.store.subscriptions.delete(find(world, id).id);
		return ok(true);
	}),
};

function find(world: World, id: number): Subscription {
	const subscription = world.store.subscriptions.get(id);
	if (!subscription) throw refusals.missing('Callback', id);
	return subscription;
}

function show({ options }: World, subscription: Subscription): Record<string, unknown> {
	const { salt, ...rest } = subscription;
	return options.returnSalt ? { ...rest, salt } : rest;
}
