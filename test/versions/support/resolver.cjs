// Jest's way to modules when the tests run in one pair of n8n and Node: n8n's packages come from the
// pair, and whatever a test takes from nodes/ or dist/ comes from the unpacked package instead.
'use strict';

const path = require('node:path');

const ROOT = path.resolve(__dirname, '../../..');
const { VOICE_PROVIDERS_HOST: HOST, VOICE_PROVIDERS_PACKAGE: PACKAGE } = process.env;
if (!HOST || !PACKAGE) throw new Error('Run these tests with `npm run test:versions`');

const OF_HOST = /^(n8n-core|n8n-workflow|reflect-metadata)(\/|$)/;

/** The built file for a source: nodes/Velip/poll.ts is dist/nodes/Velip/poll.js. */
function builtFor(file) {
	const relative = path.relative(ROOT, file);
	const [top] = relative.split(path.sep);
	if (top === 'dist') return path.join(PACKAGE, relative);
	if (top !== 'nodes' && top !== 'credentials') return file;
	return path.join(PACKAGE, 'dist', relative.replace(/\.ts$/, '.js'));
}

module.exports = (request, options) => {
	const basedir = OF_HOST.test(request) ? HOST : options.basedir;
	return builtFor(options.defaultResolver(request, { ...options, basedir }));
};
