import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../structure/support/paths';

export const SCRATCH = join(ROOT, 'artifacts', 'package');

export interface Packed {
	tarball: string;
	/** Bytes. */
	size: number;
	unpackedSize: number;
	/** Paths inside the package. */
	files: string[];
	/** Where it was unpacked, as n8n unpacks it. */
	folder: string;
}

/** n8n runs npm outside any project, so the settings of an outer `npm run` must not leak in. */
export function npm(args: string[], cwd: string): string {
	const env = Object.fromEntries(
		Object.entries(process.env).filter(
			([name]) => !/^npm_(lifecycle|package|config_legacy|config_local)/i.test(name),
		),
	);
	return execFileSync('npm', args, {
		cwd,
		env,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'pipe'],
	});
}

/** Packs the built package and unpacks it into a folder of its own. */
export function pack(name: string): Packed {
	const place = join(SCRATCH, name);
	rmSync(place, { recursive: true, force: true });
	const folder = join(place, 'unpacked');
	mkdirSync(folder, { recursive: true });
	const output = npm(['pack', '--json', '--ignore-scripts', '--pack-destination', place], ROOT);
	const [report] = JSON.parse(output) as Array<{
		filename: string;
		size: number;
		unpackedSize: number;
		files: Array<{ path: string }>;
	}>;
	if (!report) throw new Error('npm pack reported nothing');
	const tarball = join(place, report.filename);
	execFileSync('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
	const { size, unpackedSize } = report;
	return {
		tarball,
		size,
		unpackedSize,
		files: report.files.map(({ path }) => path).sort(),
		folder,
	};
}
