/*
 * A worker process of its own that sends messages with the built client: one at once, which logs it in,
 * the others when its input ends. Tells of both, a line of JSON each: how many were accepted.
 */
'use strict';

const { once } = require('node:events');
const path = require('node:path');

const dist = (file) => require(path.resolve(__dirname, '../../../dist/nodes', file));

async function main([url, name, count]) {
	const { Client } = dist('shared/http/client.js');
	const { dialect, readEnvelope } = dist('VoximplantKitCustomChannel/api.js');
	const { connect } = dist('VoximplantKitCustomChannel/connection.js');
	const { messageEvent } = dist('VoximplantKitCustomChannel/message.js');
	const connection = connect({
		region: 'custom',
		customHost: url,
		domain: 'my-account',
		accessToken: 'kitApiTokenForTests',
		channelUuid: '11111111-2222-4333-8444-555555555555',
	});
	const client = new Client(dialect, connection, { timeoutMs: 60_000, maxBytes: 1e6 });
	const send = async (id) => {
		const value = messageEvent({ clientId: name, text: 'Hello', eventId: id, messageId: id });
		const request = {
			method: 'POST',
			path: '/{channel_uuid}',
			body: { kind: 'json', value },
			safety: 'spends',
		};
		return await client.call(request, (reply) => readEnvelope(reply).success);
	};
	const [first, ...others] = Array.from(
		{ length: Number(count) },
		(_, index) => `${name}-${index}`,
	);
	const tell = (sent) =>
		process.stdout.write(`${JSON.stringify({ accepted: sent.filter(Boolean).length })}\n`);
	tell([await send(first)]);
	await once(process.stdin.resume(), 'end');
	tell(await Promise.all(others.map(send)));
	process.exit(0);
}

main(process.argv.slice(2)).catch((error) => {
	process.stderr.write(String(error.stack));
	process.exit(1);
});
