import { asText, momentText } from './moments';
import type { Call } from './records';
import { round } from './store';
import type { World } from './world';

/** Fields of a call that history and callbacks share (voximplant-kit.md sections 5.3, 6.3). */
export function callFields(world: World, call: Call, settled: boolean): Record<string, unknown> {
	const { oldHistoryTypes } = world.options;
	const cost = settled ? call.cost : 0;
	return {
		id: call.id,
		attempt_num: call.attempt,
		session_id: oldHistoryTypes ? Number(call.sessionId) : call.sessionId,
		scenario_id: call.scenarioId,
		datetime_start: momentText(call.startedAt),
		phone_a: call.phoneA,
		phone_b: call.phoneB,
		is_incoming: call.incoming,
		call_result_code: call.resultCode,
		duration: call.duration,
		record_url: settled ? recordUrl(world, call) : null,
		call_cost: oldHistoryTypes ? cost : cost.toFixed(4),
		call_data: JSON.stringify(textValues(call.data)),
		call_calls: JSON.stringify([leg(call, cost)]),
		dialing_time: call.dialling,
		completion_code: call.code,
		user_id: call.userId,
		queue_id: call.queueId,
	};
}

/** Where the recording lies; null without one. */
export function recordUrl(world: World, call: Call): string | null {
	if (!call.recorded) return null;
	const base = world.urls[world.options.recordingHost] ?? '';
	return `${base}/recordings/${call.sessionId}?call_id=${call.id}`;
}

function textValues(data: Record<string, unknown>): Record<string, string> {
	return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, asText(value)]));
}

function leg(call: Call, cost: number): Record<string, unknown> {
	const [remote, local] = call.incoming ? [call.phoneA, call.phoneB] : [call.phoneB, call.phoneA];
	return {
		call_id: 1,
		remote_number: remote,
		remote_number_type: 'pstn',
		local_number: local,
		incoming: call.incoming,
		successful: call.code === 'Call_Answered',
		duration: call.duration,
		cost: round(cost),
	};
}

/** Tags as callbacks show them. */
export function tagNames(world: World, call: Call): Array<{ tag_name: string }> {
	return call.tags.map((id) => ({ tag_name: world.store.tags.get(id) ?? String(id) }));
}

/** Topics as callbacks show them. */
export function topicNames(call: Call): Array<{ topic_name: string }> {
	return call.topics.map((id) => ({ topic_name: `Topic ${id}` }));
}

/** Comments as callbacks show them. */
export function commentTexts(call: Call): Array<{ comment: string }> {
	return call.comments.map((comment) => ({ comment }));
}
