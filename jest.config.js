'use strict';

const { compilerOptions } = require('./tsconfig.json');

// Types are checked by `npm run typecheck`; here they are only stripped, file by file.
const tsconfig = { ...compilerOptions, isolatedModules: true };

/** Everything that needs no n8n host. Needs a current build: see the global set-up. */
module.exports = {
	testEnvironment: 'node',
	roots: ['<rootDir>/test'],
	testMatch: [
		'<rootDir>/test/{unit,engine,structure,package,faults,simulators,examples}/**/*.test.ts',
	],
	transform: { '^.+\\.ts$': ['ts-jest', { tsconfig }] },
	modulePathIgnorePatterns: [
		'<rootDir>/.cache/',
		'<rootDir>/artifacts/',
		'<rootDir>/demo/node_modules/',
		'<rootDir>/dist/package.json',
	],
	globalSetup: '<rootDir>/test/structure/support/global-setup.cjs',
	// More than the machine has cores: the fault suites wait most of the time.
	maxWorkers: 3,
	// Ten times what the longest take by themselves: a busy machine is no failure.
	testTimeout: 90_000,
};
