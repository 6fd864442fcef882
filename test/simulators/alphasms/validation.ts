import { isRecord } from '../core/http';
import { ERRORS, idOf } from './checks';
import type { AlphaSmsBehaviour } from './options';
import {
	BLOCK_RULES,
	PIPELINE_RULES,
	PLAUSIBLE_BLOCK_KEYS,
	SENDING_TYPES,
	VIBER_KINDS,
	type Rules,
} from './rules';
import { countParts } from './segments';
import type { Store } from './store';
import { CHANNELS, type Channel } from './statuses';

type Item = Record<string, unknown>;

/** What is needed to validate: the behaviour in force, and where to note strange fields. */
export interface ValidationContext {
	options: AlphaSmsBehaviour;
	store: Store;
}

/** A valid message, or the error text of its item. */
export type Validated =
	| { ok: true; channels: readonly Channel[]; parts: number; sender: string; dtmf: boolean }
	| { ok: false; error: string };

/** Checks an item of any sending type against alphasms.md section 4. */
export function validateMessage(type: string, item: Item, context: ValidationContext): Validated {
	return type === 'pipeline' ? validatePipeline(item, context) : validateFlat(type, item, context);
}

/** Notes unknown fields and returns the first error of the known ones. */
export function checkFields(
	type: string,
	item: Item,
	rules: Rules,
	context: ValidationContext,
): string | undefined {
	for (const name of Object.keys(item)) {
		if (name !== 'type' && !Object.hasOwn(rules, name))
			context.store.violation(type, name, 'The page lists no such field for this type');
	}
	for (const name in rules) {
		const rule = rules[name];
		const value = item[name];
		if (!rule || (value === undefined && !rule.required)) continue;
		const error = rule.check(value, context.options);
		if (error) return error;
	}
	return undefined;
}

function validateFlat(type: string, item: Item, context: ValidationContext): Validated {
	const known = Object.hasOwn(SENDING_TYPES, type) ? SENDING_TYPES[type] : undefined;
	if (!known) return { ok: false, error: ERRORS.unknownType };
	const error =
		checkFields(type, item, known.rules, context) ??
		missingOf(item, context.options.rcsFields === 'required' ? (known.tableOnly ?? []) : []) ??
		(known.channels.includes('viber') ? checkViberKind(type, item, context) : undefined);
	if (error) return { ok: false, error };
	if (known.channels.includes('voice')) noteVoice(type, item.voice, context);

	const sender = [item.rcs_signature, item.viber_signature, item.sms_signature].find(
		(name) => typeof name === 'string',
	);
	const text = item.sms_message;
	return {
		ok: true,
		channels: known.channels,
		parts: typeof text === 'string' ? countParts(text) : 1,
		sender: typeof sender === 'string' ? sender : '',
		dtmf: item.dtmf === true,
	};
}

function missingOf(item: Item, names: readonly string[]): string | undefined {
	const name = names.find((candidate) => item[candidate] === undefined);
	return name === undefined ? undefined : ERRORS.field(name);
}

/** Section 4.3: "Send exactly the fields of the chosen `viber_type`". */
function checkViberKind(type: string, item: Item, context: ValidationContext): string | undefined {
	const wanted = VIBER_KINDS[String(item.viber_type)] ?? [];
	for (const part of ['message', 'image', 'link', 'button']) {
		const name = `viber_${part}`;
		const given = item[name] !== undefined;
		if (given === wanted.includes(part)) continue;
		if (given)
			context.store.violation(
				type,
				name,
				`Does not belong to viber_type ${String(item.viber_type)}`,
			);
		return ERRORS.field(name);
	}
	return undefined;
}

const DOCUMENTED_VOICE = /^(uk-UA|en-GB|ru-RU)-Standard-A$/;

/** Section 4.9: the gender must fit the voice, and the documented voices are all female. */
function noteVoice(type: string, voice: unknown, context: ValidationContext): void {
	if (!isRecord(voice)) return;
	for (const name of Object.keys(voice)) {
		if (!['gender', 'language', 'name'].includes(name))
			context.store.violation(type, `voice.${name}`, 'The page lists no such field for the voice');
	}
	const name = String(voice.name);
	if (!DOCUMENTED_VOICE.test(name)) return;
	if (voice.gender !== 'female')
		context.store.violation(type, 'voice.gender', `${name} is a female voice`);
	if (!name.startsWith(`${String(voice.language)}-`))
		context.store.violation(type, 'voice.language', `${name} speaks another language`);
}

/** Section 4.11. Only the blocks named in `pipeline` matter; others are looked at for their names. */
function validatePipeline(item: Item, context: ValidationContext): Validated {
	const order = channelsOf(item.pipeline);
	if (!order) return { ok: false, error: ERRORS.field('pipeline') };
	const { pipeline: _order, ...rest } = item;
	const around = Object.fromEntries(Object.entries(rest).filter(([name]) => !isChannel(name)));
	const error = checkFields('pipeline', around, PIPELINE_RULES, context);
	if (error) return { ok: false, error };
	if (order.includes('whatsapp'))
		context.store.undocumented('pipeline', 'pipeline', 'whatsapp is documented as a block only');

	for (const channel of CHANNELS) {
		const block = item[channel];
		if (block === undefined && !order.includes(channel)) continue;
		const blockError = checkBlock(channel, block, context);
		if (blockError && order.includes(channel)) return { ok: false, error: blockError };
	}
	const smsText = order.includes('sms') && isRecord(item.sms) ? item.sms.message : undefined;
	const sender = order.map((channel) => blockSender(item[channel])).find((name) => name !== '');
	return {
		ok: true,
		channels: order,
		parts: typeof smsText === 'string' ? countParts(smsText) : 1,
		sender: sender ?? '',
		dtmf: order.includes('voice') && isRecord(item.voice) && item.voice.dtmf === true,
	};
}

function checkBlock(
	channel: Channel,
	block: unknown,
	context: ValidationContext,
): string | undefined {
	if (!isRecord(block)) return ERRORS.field(channel);
	const rules = BLOCK_RULES[channel];
	const type = `pipeline.${channel}`;
	const documented: Item = {};
	for (const [name, value] of Object.entries(block)) {
		const plausible =
			!Object.hasOwn(rules, name) && Object.hasOwn(PLAUSIBLE_BLOCK_KEYS, name)
				? PLAUSIBLE_BLOCK_KEYS[name]
				: undefined;
		if (!plausible) {
			documented[name] = value;
			continue;
		}
		context.store.undocumented(type, name, 'Plausible inside a block, not documented');
		const error = plausible.check(value, context.options);
		if (error) return error;
	}
	// Only the Viber block has a `type`, and `checkFields` takes that name for the request type.
	if (block.type !== undefined && channel !== 'viber')
		context.store.violation(type, 'type', 'The page lists no such field for this block');
	const error = checkFields(type, documented, rules, context);
	if (error) return error;
	if (channel === 'voice') noteVoice(type, block.voice, context);
	const needsText = channel === 'viber' && VIBER_KINDS[String(block.type)]?.includes('message');
	return needsText && block.message === undefined ? ERRORS.field('viber.message') : undefined;
}

function blockSender(block: unknown): string {
	return isRecord(block) && typeof block.signature === 'string' ? block.signature : '';
}

function isChannel(name: string): name is Channel {
	return CHANNELS.some((channel) => channel === name);
}

function channelsOf(value: unknown): readonly Channel[] | undefined {
	if (!Array.isArray(value) || value.length === 0) return undefined;
	const names = value.map(String);
	const channels = names.filter(isChannel);
	return channels.length === names.length && new Set(names).size === names.length
		? channels
		: undefined;
}

/** The `data` of a refused item: only the id (section 3.2). */
export function refusedData(item: Item): { id?: unknown } {
	return idOf(item.id) === undefined ? {} : { id: item.id };
}
