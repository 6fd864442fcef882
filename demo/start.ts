// `npm start`: n8n with the pack and simulated providers, the examples imported, the headline workflow
// run, the editor left open. `--once` ends after the run, with exit code 0 or 1.
import { setTimeout as sleep } from 'node:timers/promises';
import { accountCallbackAddress, channelCallbackAddress, runHeadline } from './headline';
import { importExamples } from './examples';
import { installPack, registerPack, startN8n, type N8nHost } from './host';
import { findFreePort } from './ports';
import { importCredentials, startProviders, type Providers } from './providers';
import { claimState, recordRun, releaseState, USER_FOLDER } from './state';

const LOGIN = { email: 'demo@voice-providers.example', password: 'Demo-password-1' };
const DEFAULT_PORT = 5678;

interface Running {
	host?: N8nHost;
	providers?: Providers;
	claimed?: boolean;
	/** What a person opens afterwards. */
	addresses?: string[];
	/** The run is over and the editor is open: Ctrl-C is the normal end. */
	ready?: boolean;
}

function say(line: string): void {
	process.stdout.write(`${line}\n`);
}

function reason(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

async function step<T>(
	title: string,
	work: () => Promise<T>,
	detail?: (result: T) => string,
): Promise<T> {
	const started = Date.now();
	try {
		const result = await work();
		const extra = detail ? ` ${detail(result)}` : '';
		say(`  ✓ ${title}${extra} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
		return result;
	} catch (error) {
		throw new Error(`${title} failed: ${reason(error)}`);
	}
}

async function shutDown(running: Running): Promise<void> {
	await running.host?.stop();
	await running.providers?.close();
	if (running.claimed) releaseState();
	Object.assign(running, { host: undefined, providers: undefined, claimed: false });
}

async function startHost(running: Running): Promise<N8nHost> {
	const port = await findFreePort(DEFAULT_PORT);
	if (port !== DEFAULT_PORT) say(`  ! Port ${DEFAULT_PORT} is in use; n8n gets ${port} instead`);
	const pack = await step(
		'Installing the pack as n8n does',
		async () => await installPack({ userFolder: USER_FOLDER }),
		({ name, version, fresh }) =>
			`${name} ${version}${fresh ? '' : ', unchanged since the last start'}`,
	);
	const host = await step(
		'Starting n8n',
		async () =>
			await startN8n({
				userFolder: USER_FOLDER,
				port,
				onSpawn: (child) => recordRun(child),
			}),
		({ url }) => url,
	);
	running.host = host;
	registerPack(USER_FOLDER, pack);
	return host;
}

async function prepareAndRun(running: Running): Promise<boolean> {
	const providers = await step(
		'Starting the simulated providers',
		startProviders,
		({ alphaSms, velip, kit, customChannel, voicemod }) =>
			`AlphaSMS ${alphaSms.url}, Velip ${velip.url}, Voximplant Kit ${kit.url} and its custom channel ${customChannel.url}, Voicemod ${voicemod.url}`,
	);
	running.providers = providers;
	const { alphaSms, customChannel } = providers;
	const host = await startHost(running);
	await step('Signing in', async () => await host.client.signIn(LOGIN)).catch((error: unknown) => {
		throw new Error(
			`${reason(error)}\nWas the password changed? Delete demo/.state and start again.`,
		);
	});
	const credentials = await step(
		'Importing and testing the credentials',
		async () => await importCredentials(host.client, providers),
		(imported) => imported.map(({ name }) => name).join(', '),
	);
	const examples = await step(
		'Importing the example workflows',
		async () => await importExamples(host.client, credentials),
		(imported) => `${imported.length}, ${imported.filter(({ active }) => active).length} active`,
	);
	const [headline] = examples;
	if (!headline) throw new Error('There is no example workflow in demo/workflows');
	alphaSms.setOptions({ accountHook: accountCallbackAddress(host, examples) });
	customChannel.setOptions({ callbackUrl: channelCallbackAddress(host, examples) });

	say(`\nRunning ${headline.file}`);
	const report = await runHeadline(host, headline, alphaSms);
	for (const line of report.lines) say(line);
	running.addresses = [
		`  Editor       ${host.url}`,
		`  Login        ${LOGIN.email}  /  ${LOGIN.password}`,
		`  Workflow     ${host.url}/workflow/${headline.workflow.id}`,
		`  This run     ${host.url}/workflow/${headline.workflow.id}/executions/${report.executionId}`,
		`  Simulator    ${alphaSms.url}/__sim/state`,
		`  n8n's log    demo/.state/n8n/n8n.log`,
	];
	return report.ok;
}

/** Resolves at the first Ctrl-C; later ones are swallowed, so that stopping is never cut short. */
function interruption(): Promise<void> {
	return new Promise((resolve) => {
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
			process.on(signal, () => resolve());
		}
	});
}

async function untilGone(host: N8nHost): Promise<void> {
	while (!host.hasExited()) await sleep(500);
	throw new Error(`n8n ended by itself; see ${host.logFile}`);
}

async function demo(running: Running, once: boolean): Promise<number> {
	say('Starting the demo');
	await claimState((line) => say(`  ! ${line}`));
	running.claimed = true;
	const ok = await prepareAndRun(running);
	say(ok ? '\nThe demo ran to its end.' : '\nThe demo did not do all it should (see ✗ above).');
	if (once || !running.host) return ok ? 0 : 1;
	running.ready = true;
	for (const line of ['', ...(running.addresses ?? []), '']) say(line);
	say('The editor stays open. Ctrl-C stops everything.');
	await untilGone(running.host);
	return 0;
}

async function main(): Promise<number> {
	const running: Running = {};
	let code = 1;
	try {
		const interrupted = interruption().then(() => {
			say('\nStopping');
			return running.ready ? 0 : 130;
		});
		code = await Promise.race([demo(running, process.argv.includes('--once')), interrupted]);
	} catch (error) {
		say(`\n✗ ${reason(error)}`);
	}
	await shutDown(running);
	return code;
}

void main().then((code) => process.exit(code));
