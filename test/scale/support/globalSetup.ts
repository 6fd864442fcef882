import { startCluster, stopCluster } from './cluster';

export default async function globalSetup(): Promise<void> {
	try {
		await startCluster();
	} catch (error) {
		// Without a set-up there is no tear-down.
		await stopCluster();
		throw error;
	}
}
