// Loaded before each test file. n8n closes a connection that was idle for some seconds; a request written on one at that
// moment fails, and that is not what any test is about. So each request has a connection of its own.
const keepingAlive = globalThis.fetch;

/** n8n refuses these while they are still being written; on a connection that it then closes, the answer would be lost. */
const LONG = 50_000;

globalThis.fetch = async (input, init) => {
	const headers = new Headers(
		init?.headers ?? (input instanceof Request ? input.headers : undefined),
	);
	const isLong = typeof init?.body === 'string' && init.body.length > LONG;
	if (!isLong) headers.set('connection', 'close');
	return await keepingAlive(input, { ...init, headers });
};
