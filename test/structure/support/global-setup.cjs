'use strict';

const { existsSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const path = require('node:path');

const ROOT = path.join(__dirname, '..', '..', '..');

/** n8n-core makes its settings where there are none, and processes that do so at once read each other's half. */
function makeSettings(userFolder) {
	const folder = path.join(userFolder, '.n8n');
	const file = path.join(folder, 'config');
	if (existsSync(file)) return;
	mkdirSync(folder, { recursive: true });
	writeFileSync(file, JSON.stringify({ encryptionKey: 'only-for-tests' }), { mode: 0o600 });
}

/** The tests run the built package, and a stale one would test yesterday's code. */
module.exports = async function globalSetup() {
	const { hashSources, stampFile } = require(path.join(ROOT, 'gulpfile.js')).buildState;
	if (!existsSync(path.join(ROOT, 'dist', 'index.js')) || !existsSync(stampFile)) {
		throw new Error('dist/ is not built, and the tests run what is built: npm run build');
	}
	if (readFileSync(stampFile, 'utf8') !== hashSources()) {
		throw new Error(
			'dist/ is older than its sources, and the tests run what is built: npm run build',
		);
	}
	// n8n-core writes settings and binary data there, and must not touch a real installation.
	const userFolder = path.join(ROOT, '.cache', 'jest-user-folder');
	makeSettings(userFolder);
	process.env.N8N_USER_FOLDER = userFolder;
};
