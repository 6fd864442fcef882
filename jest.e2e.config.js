'use strict';

const { compilerOptions } = require('./tsconfig.json');

// Types are checked by `npm run typecheck`; here they are only stripped, file by file.
const tsconfig = { ...compilerOptions, isolatedModules: true };

/** End-to-end tests: a real n8n with the packed tarball. Run them with `npm run test:e2e`. */
module.exports = {
	displayName: 'e2e',
	verbose: true,
	testEnvironment: 'node',
	roots: ['<rootDir>/test/e2e'],
	testMatch: ['<rootDir>/test/e2e/**/*.e2e.ts'],
	transform: { '^.+\\.ts$': ['ts-jest', { diagnostics: false, tsconfig }] },
	setupFiles: ['<rootDir>/test/e2e/support/sockets.ts'],
	globalSetup: '<rootDir>/test/e2e/support/globalSetup.ts',
	globalTeardown: '<rootDir>/test/e2e/support/globalTeardown.ts',
	// A limit, not a measure: a small machine that does other things too takes several times as long.
	testTimeout: 300_000,
	// One n8n is shared, and the machine of a CI runner is small.
	maxWorkers: 1,
};
