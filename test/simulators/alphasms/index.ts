export { startAlphaSmsSimulator, type AlphaSmsSimulator, type AlphaSmsState } from './simulator';
export { signBody, type EventKind, type EventOverrides } from './events';
export type { AlphaSmsBehaviour, AlphaSmsOptions, Prices } from './options';
export { countParts } from './segments';
export { STATUSES, type Channel, type Status } from './statuses';
export type { Message, ViberReply, Violation } from './store';
