/** A status of AlphaSMS starts a workflow only when it is signed, and nothing forged gets in its way. */
import { watchLog } from './support/secrets';
import { alphaSmsTrigger, GOOD, SIGNATURES } from './support/callbacks/alphaSms';
import { call } from './support/callbacks/trigger';

watchLog();

const STATUS = {
	id: 100500,
	msg_id: 123456789,
	type: 'viber',
	status: 'READ',
	datetime: '2024-01-31T12:34:00+02:00',
};

function callback(value: object, signature: string) {
	const rawBody = Buffer.from(JSON.stringify(value));
	const headers = {
		'content-type': 'application/json',
		'x-signature': SIGNATURES[signature]?.(rawBody),
	};
	return { rawBody, headers, query: {} };
}

const setting = (events: string[]) => ({ ...alphaSmsTrigger.open, events });

it.each(Object.keys(SIGNATURES))('starts only for a good signature: %s', async (signature) => {
	const sent = callback(STATUS, signature);
	const { events, status } = await call(alphaSmsTrigger, setting(['status']), sent, signature);
	expect({ started: events.length, status }).toEqual(
		GOOD.includes(signature) ? { started: 1, status: undefined } : { started: 0, status: 401 },
	);
});

it('does not let an unsigned callback suppress a later signed status', async () => {
	const forged = { deliveryKey: 'status:100500:123456789:viber:READ' };
	const send = async (value: object, signature: string) =>
		await call(
			alphaSmsTrigger,
			setting(['status', 'other']),
			callback(value, signature),
			'suppression',
		);
	await send(forged, 'none');
	expect((await send(STATUS, 'valid')).events).toHaveLength(1);
	expect((await send(STATUS, 'valid')).events).toHaveLength(0);
});
