'use strict';

const { transform, testTimeout } = require('./jest.config.js');

/** The engine tests in one pair of n8n and Node. Run them with `npm run test:versions`. */
module.exports = {
	displayName: process.env.VOICE_PROVIDERS_PAIR,
	testEnvironment: 'node',
	roots: ['<rootDir>/test'],
	testMatch: ['<rootDir>/test/{engine,versions}/**/*.test.ts'],
	transform,
	resolver: '<rootDir>/test/versions/support/resolver.cjs',
	testTimeout,
	maxWorkers: 2,
};
