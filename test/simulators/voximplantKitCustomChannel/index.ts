export { errorBody } from './envelope';
export { SAMPLE_FILES, type HostedFile } from './files';
export {
	API_TOKEN,
	CHANNEL_UUID,
	SALT,
	type ChannelBehaviour,
	type ChannelSimulatorOptions,
} from './options';
export {
	AGENT,
	BOT,
	type EventOverrides,
	type Reply,
	type ReplyItem,
	type SentEvent,
} from './outbound';
export type { ChannelFields, ChannelForm, SavedChannel } from './panel';
export type { Channel, CloseReason, Conversation, Message, PayloadItem, Sender } from './records';
export { sign, SIGNATURE_FORMS, SIGNATURE_KINDS } from './signature';
export {
	startVoximplantKitCustomChannelSimulator,
	type ChannelState,
	type VoximplantKitCustomChannelSimulator,
} from './simulator';
export { Acceptance } from './store';
