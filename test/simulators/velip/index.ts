export { Acceptance } from './store';
export type { EventKind, EventOverrides } from './events';
export type { Remark } from './input';
export type { Line, MetaStatus, StoredTemplate } from './lines';
export {
	API_TOKEN,
	MCP_TOKEN,
	type Token,
	type VelipBehaviour,
	type VelipOptions,
} from './options';
export type { Audio, Call, Campaign, DestinationList, Message, Queue } from './records';
export type { SeedOptions } from './seed';
export { startVelipSimulator, type VelipSimulator, type VelipState } from './simulator';
export type { CallOutcome } from './steering';
export { makeWav } from '../core/wav';
