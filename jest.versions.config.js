'use strict';

const { transform } = require('./jest.config.js');
const { compilerOptions } = require('./tsconfig.json');

// n8n requires these ES modules, which Node 20.19 can and Jest cannot before Node 24.9.
const ES_MODULES = 'p-retry|is-network-error';
const tsconfig = { ...compilerOptions, isolatedModules: true, allowJs: true };

/** The engine tests in one pair of n8n and Node. Run them with `npm run test:versions`. */
module.exports = {
	displayName: process.env.VOICE_PROVIDERS_PAIR,
	testEnvironment: 'node',
	roots: ['<rootDir>/test'],
	testMatch: ['<rootDir>/test/{engine,versions}/**/*.test.ts'],
	transform: {
		...transform,
		[`/node_modules/(${ES_MODULES})/.+\\.js$`]: ['ts-jest', { tsconfig, diagnostics: false }],
	},
	transformIgnorePatterns: [`/node_modules/(?!(${ES_MODULES})/)`],
	resolver: '<rootDir>/test/versions/support/resolver.cjs',
	// Several pairs share the machine.
	testTimeout: 120_000,
	maxWorkers: 2,
};
