import { createSimulatorControl, toFields, toHeaders } from '../core/control';
import { isRecord, type Handler } from '../core/http';
import { parseOptions } from './options';
import type { EventOverrides, Reply, ReplyItem } from './outbound';
import { CLOSE_REASONS, type CloseReason } from './records';
import { SIGNATURE_FORMS, SIGNATURE_KINDS } from './signature';
import type { VoximplantKitCustomChannelSimulator } from './simulator';

/** Control endpoints of this provider: the common ones, and Kit's side of the conversation. */
export function createChannelControl(sim: () => VoximplantKitCustomChannelSimulator): Handler {
	return createSimulatorControl(sim, parseOptions, {
		'GET callbacks': () => sim().callbacks,
		'GET conversations': () => sim().conversations(),
		'GET messages': (_body, request) => sim().messages(request.query.get('client') ?? undefined),
		'GET accepted': () => {
			const { total, maxPerKey, byEventId, byMessageId, byClient } = sim().accepted;
			return {
				total,
				maxPerKey,
				byEventId: Object.fromEntries(byEventId),
				byMessageId: Object.fromEntries(byMessageId),
				byClient: Object.fromEntries(byClient),
			};
		},
		'POST agentReply': async (body) => {
			const fields = toFields(body);
			return await sim().agentReply(toClient(fields), toReply(fields));
		},
		'POST botReply': async (body) => {
			const fields = toFields(body);
			return await sim().botReply(toClient(fields), toReply(fields));
		},
		'POST close': async (body) => {
			const fields = toFields(body);
			const options = { channel: toText(fields.channel) };
			return await sim().closeConversation(toClient(fields), toReason(fields.reason), options);
		},
		'POST event': async (body) => {
			const fields = toFields(body);
			const data = isRecord(fields.data) ? fields.data : {};
			return await sim().sendEvent(toClient(fields), toText(fields.type) ?? 'connected', data);
		},
		'POST repeat': async (body) => await sim().repeat(toText(toFields(body).event_id) ?? ''),
		'POST check': async (body) => {
			const { url, method, channel } = toFields(body ?? {});
			const known = (['GET', 'HEAD', 'POST'] as const).find((name) => name === method);
			return await sim().check(toText(url), { method: known, channel: toText(channel) });
		},
		'POST channel': async (body) => {
			const fields = toFields(body);
			const callbackUrl = toText(fields.callbackUrl) ?? '';
			const uuid = toText(fields.channel);
			if (uuid !== undefined) return await sim().panel.editChannel(uuid, { callbackUrl });
			return await sim().panel.openChannelForm().save({ callbackUrl });
		},
		'POST expire': (body) =>
			sim().expireTokens({ refresh: isRecord(body) && body.refresh === true }),
		'POST clock': (body) => {
			sim().advanceClock(Number(toFields(body).advanceMs));
			return { now: sim().now() };
		},
		'POST deliver': async (body) => await sim().deliver(toEvent(toFields(body))),
	});
}

function toText(value: unknown): string | undefined {
	return typeof value === 'string' ? value : undefined;
}

function toClient(fields: Record<string, unknown>): string {
	const client = toText(fields.client);
	if (client === undefined) throw new Error('"client" is missing');
	return client;
}

function toReason(value: unknown): CloseReason | undefined {
	return CLOSE_REASONS.find((reason) => reason === value);
}

/** Attachments are as in the events; values are trusted. */
function toReply(fields: Record<string, unknown>): Reply {
	return {
		text: toText(fields.text),
		payload: Array.isArray(fields.payload) ? (fields.payload as ReplyItem[]) : undefined,
		messageId: toText(fields.message_id),
		eventId: toText(fields.event_id),
		channel: toText(fields.channel),
		sender: isRecord(fields.sender) ? fields.sender : undefined,
	};
}

function toEvent(fields: Record<string, unknown>): EventOverrides {
	const { url, event, rawBody, headers, method, signature, form, channel } = fields;
	return {
		url: toText(url),
		channel: toText(channel),
		event: isRecord(event) ? event : undefined,
		rawBody: toText(rawBody),
		method: (['GET', 'HEAD', 'POST'] as const).find((name) => name === method),
		signature: SIGNATURE_KINDS.find((kind) => kind === signature),
		form: SIGNATURE_FORMS.find((known) => known === form),
		headers: toHeaders(headers),
	};
}
