import { parseArgs } from 'node:util';
import { isRecord } from './core/http';
import { SIMULATORS, type CliOptions } from './registry';

/** Runs one simulator until a signal or, with `--watch-stdin`, the end of stdin. Usage: `test/simulators/README.md`. */
async function main(): Promise<void> {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: {
			port: { type: 'string' },
			host: { type: 'string' },
			key: { type: 'string' },
			'lifecycle-ms': { type: 'string' },
			'latency-ms': { type: 'string' },
			'account-hook': { type: 'string' },
			'duplicate-ids': { type: 'string' },
			balance: { type: 'string' },
			log: { type: 'string' },
			tls: { type: 'boolean' },
			'tls-cert': { type: 'string' },
			options: { type: 'string' },
			'watch-stdin': { type: 'boolean' },
		},
	});
	const provider = positionals[0] ?? '';
	const start = Object.hasOwn(SIMULATORS, provider) ? SIMULATORS[provider] : undefined;
	if (!start) throw new Error(`Which provider? One of: ${Object.keys(SIMULATORS).join(', ')}`);

	const options: CliOptions = {
		port: toNumber(values.port) ?? 0,
		host: values.host,
		apiKey: values.key,
		lifecycleMs: toNumber(values['lifecycle-ms']),
		latencyMs: toNumber(values['latency-ms']),
		accountHook: values['account-hook'],
		duplicateIds: values['duplicate-ids'],
		balance: toNumber(values.balance),
		log: values.log,
		tls: values.tls ?? values['tls-cert'] !== undefined,
		...parseJson(values.options),
	};
	const simulator = await start(options);
	if (values['tls-cert'] !== undefined) simulator.writeCertificate(values['tls-cert']);

	const stop = (): void => {
		void simulator.close().then(() => process.exit(0));
	};
	process.once('SIGTERM', stop);
	process.once('SIGINT', stop);
	if (values['watch-stdin']) process.stdin.resume().once('end', stop).once('close', stop);
	process.stdout.write(
		`${JSON.stringify({ provider, url: simulator.url, key: simulator.apiKey, hosts: simulator.hosts })}\n`,
	);
}

function toNumber(value: string | undefined): number | undefined {
	if (value === undefined) return undefined;
	const number = Number(value);
	if (!Number.isFinite(number)) throw new Error(`Not a number: ${value}`);
	return number;
}

function parseJson(source: string | undefined): CliOptions {
	if (source === undefined) return {};
	const value: unknown = JSON.parse(source);
	if (!isRecord(value)) throw new Error('--options takes a JSON object');
	return value;
}

main().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exit(1);
});
