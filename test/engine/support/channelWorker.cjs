// A worker process of its own: sends messages with the built client and tells how many were accepted.
'use strict';

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
	const client = new Client(dialect, connection, { timeoutMs: 5000, maxBytes: 1e6 });
	const ids = Array.from({ length: Number(count) }, (_, index) => `${name}-${index}`);
	const sent = await Promise.all(
		ids.map(async (id) => {
			const value = messageEvent({ clientId: name, text: 'Hello', eventId: id, messageId: id });
			const request = {
				method: 'POST',
				path: '/{channel_uuid}',
				body: { kind: 'json', value },
				safety: 'spends',
			};
			return await client.call(request, (reply) => readEnvelope(reply).success);
		}),
	);
	process.stdout.write(JSON.stringify({ accepted: sent.filter(Boolean).length }));
	process.exit(0);
}

main(process.argv.slice(2)).catch((error) => {
	process.stderr.write(String(error.stack));
	process.exit(1);
});
