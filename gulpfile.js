'use strict';

// What the TypeScript compiler does not do: everything else a built package needs beside its code.
//   gulp clean    removes dist/
//   gulp build    run after tsc; see the series at the end

const { execFile } = require('node:child_process');
const { createHash } = require('node:crypto');
const { existsSync, readdirSync, readFileSync } = require('node:fs');
const { copyFile, mkdir, readFile, rm, writeFile } = require('node:fs/promises');
const { tmpdir } = require('node:os');
const path = require('node:path');
const { promisify } = require('node:util');
const { series, parallel } = require('gulp');

const run = promisify(execFile);
const ROOT = __dirname;
const DIST = path.join(ROOT, 'dist');
const CODE_FOLDERS = ['nodes', 'credentials'];
const inRoot = (...parts) => path.join(ROOT, ...parts);
const inDist = (...parts) => path.join(DIST, ...parts);

/** The files below a folder that match, as paths relative to the repository. */
function find(folder, pattern) {
	if (!existsSync(inRoot(folder))) return [];
	return readdirSync(inRoot(folder), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)))
		.filter((file) => pattern.test(file.split(path.sep).join('/')));
}

async function clean() {
	await rm(DIST, { recursive: true, force: true });
}

/** Removes what must not ship: type declarations, source maps, and code whose source is gone. */
async function prune() {
	const leftovers = find('dist', /\.(d\.ts|map|tsbuildinfo)$|^dist\/nodes\/.*\.json$/);
	const orphans = CODE_FOLDERS.flatMap((folder) => find(`dist/${folder}`, /\.js$/)).filter(
		(file) => !existsSync(inRoot(path.relative('dist', file).replace(/\.js$/, '.ts'))),
	);
	const generated = ['known', 'types', 'icons'].map((folder) => path.join('dist', folder));
	const all = [...leftovers, ...orphans, ...generated];
	await Promise.all(all.map((file) => rm(inRoot(file), { recursive: true, force: true })));
}

/** Icons go out as they are: nodes and credentials both reach them by a path relative to dist/. */
async function copyIcons() {
	await mkdir(inDist('icons'), { recursive: true });
	const icons = find('icons', /\.svg$/);
	if (icons.length === 0) throw new Error('icons/ holds no SVG file');
	await Promise.all(icons.map((file) => copyFile(inRoot(file), inDist(file))));
}

/** Codex files and output schemas, parsed so that broken JSON stops the build, written compact. */
async function copyJson() {
	const files = find('nodes', /\.node\.json$|\/__schema__\/.*\.json$/);
	await Promise.all(
		files.map(async (file) => {
			let content;
			try {
				content = JSON.parse(await readFile(inRoot(file), 'utf8'));
			} catch (error) {
				throw new Error(`${file} is not valid JSON: ${error.message}`);
			}
			await mkdir(path.dirname(inDist(file)), { recursive: true });
			await writeFile(inDist(file), JSON.stringify(content));
		}),
	);
}

/** n8n reads the paths under "n8n" in package.json; `main` only has to exist. */
async function writeIndex() {
	await writeFile(inDist('index.js'), "'use strict';\n\nmodule.exports = {};\n");
}

/** The files an icon property names, as `[property, file]`. */
function iconFiles(owner, builtFile) {
	const { icon } = owner;
	const icons = typeof icon === 'string' ? { icon } : { light: icon?.light, dark: icon?.dark };
	return Object.entries(icons).map(([property, value]) => {
		if (typeof value !== 'string' || !value.startsWith('file:')) {
			throw new Error(`${builtFile}: icon "${property}" must start with "file:", got ${value}`);
		}
		return [property, path.join(ROOT, path.dirname(builtFile), value.slice('file:'.length))];
	});
}

/** Every node and credential must name icons that exist in dist/. */
async function validateIcons() {
	const { n8n } = JSON.parse(await readFile(inRoot('package.json'), 'utf8'));
	for (const builtFile of [...n8n.nodes, ...n8n.credentials]) {
		const [className] = path.basename(builtFile).split('.');
		const instance = new (require(inRoot(builtFile))[className])();
		for (const [property, file] of iconFiles(instance.description ?? instance, builtFile)) {
			if (!existsSync(file) || !file.startsWith(inDist('icons') + path.sep)) {
				const shown = path.relative(ROOT, file);
				throw new Error(
					`${builtFile}: icon "${property}" names ${shown}, not a file in dist/icons`,
				);
			}
		}
	}
}

/**
 * Writes dist/known and dist/types, from which n8n lists the nodes without loading their code.
 * n8n's own generator does it, so the files are what n8n expects; it also writes dist/methods,
 * which nothing reads at run time.
 */
async function writeMetadata() {
	const generator = path.join(
		path.dirname(require.resolve('n8n-core')),
		'../bin/generate-metadata',
	);
	const env = { ...process.env, N8N_USER_FOLDER: path.join(tmpdir(), 'n8n-generate-metadata') };
	await run(process.execPath, [generator], { cwd: ROOT, env });
	await rm(inDist('methods'), { recursive: true, force: true });
	for (const kind of ['known', 'types']) {
		for (const name of ['nodes.json', 'credentials.json']) {
			const file = inDist(kind, name);
			await writeFile(file, JSON.stringify(JSON.parse(await readFile(file, 'utf8'))));
		}
	}
}

/** A digest of everything dist/ is made from, so that the tests can tell whether it is current. */
function hashSources() {
	const folders = [...CODE_FOLDERS, 'icons'].flatMap((folder) => find(folder, /./));
	const settings = ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'gulpfile.js'];
	const hash = createHash('sha256');
	for (const file of [...folders, ...settings].sort()) {
		hash
			.update(`${file}\0`)
			.update(readFileSync(inRoot(file)))
			.update('\0');
	}
	return hash.digest('hex');
}

/** Left outside dist/, which is published. */
const STAMP = inRoot('.cache', 'built-from');

async function stamp() {
	await mkdir(path.dirname(STAMP), { recursive: true });
	await writeFile(STAMP, hashSources());
}

exports.clean = clean;
exports.build = series(
	prune,
	parallel(copyIcons, copyJson, writeIndex),
	validateIcons,
	writeMetadata,
	stamp,
);
exports.default = exports.build;
/** Not a task: read by the tests' global set-up. */
exports.buildState = { hashSources, stampFile: STAMP };
