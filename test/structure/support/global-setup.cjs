'use strict';

const { existsSync, mkdirSync, readFileSync } = require('node:fs');
const path = require('node:path');

const ROOT = path.join(__dirname, '..', '..', '..');

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
	mkdirSync(userFolder, { recursive: true });
	process.env.N8N_USER_FOLDER = userFolder;
};
