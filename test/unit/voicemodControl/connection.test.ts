import {
	addressOf,
	candidatePorts,
	connect,
	isLocal,
} from '../../../nodes/VoicemodControl/connection';
import { ParameterError } from '../../../nodes/shared/http/errors';

const good = { host: '127.0.0.1', port: 59129, apiKey: 'key' };
const address = (more: object) => {
	const connection = connect({ ...good, ...more });
	return addressOf(connection, candidatePorts(connection)[0] ?? 0).href;
};

test.each([
	[{}, 'ws://127.0.0.1:59129/v1/'],
	[{ host: ' ' }, 'ws://127.0.0.1:59129/v1/'],
	[{ host: 'localhost', port: '20000' }, 'ws://localhost:20000/v1/'],
	[{ host: 'gaming-pc.local:7000' }, 'ws://gaming-pc.local:7000/v1/'],
	[{ host: '::1' }, 'ws://[::1]:59129/v1/'],
	[{ host: '[::1]:7000' }, 'ws://[::1]:7000/v1/'],
	[{ host: 'ws://192.168.1.5:7000/v1/' }, 'ws://192.168.1.5:7000/v1/'],
	[{ host: 'http://192.168.1.5' }, 'ws://192.168.1.5:59129/v1/'],
	[{ host: 'wss://tunnel.example.com', port: 0 }, 'wss://tunnel.example.com/v1/'],
	[{ host: 'https://tunnel.example.com:8443/' }, 'wss://tunnel.example.com:8443/v1/'],
])('%j leads to %s', (more, expected) => {
	expect(address(more)).toBe(expected);
});

test('port 0 stands for the published list, in its order', () => {
	const ports = candidatePorts(connect({ ...good, port: 0 }));
	expect(ports).toEqual([
		59129, 20000, 39273, 42152, 43782, 46667, 35679, 37170, 38501, 33952, 30546,
	]);
});

test.each([
	[{ host: 'a b' }, '"Host"'],
	[{ host: 'user@host' }, '"Host"'],
	[{ host: 'ftp://host' }, '"Host"'],
	[{ apiKey: ' ' }, '"Client Key (API Key)"'],
	[{ port: -1 }, '"Port"'],
	[{ port: 'x' }, '"Port"'],
	[{ connectTimeout: 1 }, '"Connection Timeout (Milliseconds)"'],
])('%j is refused by the name of the field', (more, field) => {
	expect(() => connect({ ...good, ...more })).toThrow(ParameterError);
	expect(() => connect({ ...good, ...more })).toThrow(field);
});

test.each([
	['127.0.0.1', true],
	['127.5.0.1', true],
	['localhost', true],
	['::1', true],
	['192.168.1.5', false],
	['127.example.com', false],
])('%s is this machine: %s', (host, expected) => {
	expect(isLocal(connect({ ...good, host }))).toBe(expected);
});
