/** The measured process: takes one job after the other from its parent and answers with numbers. */
import type { BatchesJob, BatchesResult } from './batches';
import type { SinglesJob, SinglesResult } from './contenders';
import type { ControlJob, ControlResult } from './control';
import type { KitJob, KitResult } from './kit';
import type { VelipJob, VelipResult } from './velip';
import type { WebhookJob, WebhookResult } from './webhook';

export interface Jobs {
	singles: [SinglesJob, SinglesResult];
	batches: [BatchesJob, BatchesResult];
	control: [ControlJob, ControlResult];
	kit: [KitJob, KitResult];
	velip: [VelipJob, VelipResult];
	webhook: [WebhookJob, WebhookResult];
}

export type JobName = keyof Jobs;
export type Order = { [N in JobName]: { name: N; job: Jobs[N][0] } }[JobName];
export type Reply = { result: Jobs[JobName][1] } | { error: string };

async function perform(order: Order): Promise<Jobs[JobName][1]> {
	switch (order.name) {
		case 'singles':
			return await (await import('./contenders')).runSingles(order.job);
		case 'batches':
			return await (await import('./batches')).runBatches(order.job);
		case 'control':
			return await (await import('./control')).runControl(order.job);
		case 'kit':
			return await (await import('./kit')).runKit(order.job);
		case 'velip':
			return await (await import('./velip')).runVelip(order.job);
		case 'webhook':
			return await (await import('./webhook')).runWebhook(order.job);
	}
}

process.on('message', (order: Order) => {
	perform(order)
		.then((result): Reply => ({ result }))
		.catch((error: unknown): Reply => ({
			error: error instanceof Error ? (error.stack ?? error.message) : String(error),
		}))
		.then((reply) => process.send?.(reply))
		.catch(() => process.exit(1));
});
process.on('disconnect', () => process.exit(0));
