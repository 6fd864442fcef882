'use strict';

const { setupFiles, transform } = require('./jest.e2e.config.js');

/** Queue mode with its real parts. Run them with `npm run test:scale`. */
module.exports = {
	displayName: 'scale',
	verbose: true,
	testEnvironment: 'node',
	roots: ['<rootDir>/test/scale'],
	testMatch: ['<rootDir>/test/scale/**/*.scale.ts'],
	transform,
	setupFiles,
	globalSetup: '<rootDir>/test/scale/support/globalSetup.ts',
	globalTeardown: '<rootDir>/test/scale/support/globalTeardown.ts',
	testTimeout: 900_000,
	// All files share one cluster, and some of them break it for a moment.
	maxWorkers: 1,
};
