import { isRecord } from '../core/http';
import { ok, Refusal, type Answer } from './envelope';
import type { Params } from './input';
import type { Line, StoredTemplate } from './lines';
import type { Visit, World } from './world';

const TYPES = [
	'text',
	'audio',
	'image',
	'video',
	'file',
	'sticker',
	'wabody',
	'wa_template',
	'template',
] as const;

/** `MakeWhatsapp`: text, media or template (velip.md section 12.1). */
export function makeWhatsapp(world: World, { fn, params }: Visit): Answer {
	const { store, options } = world;
	if (!options.smsAccount) throw new Refusal(220, 'No sms account');
	const dest = params.text('dest') ?? '';
	if (!/^\d{6,}$/.test(dest)) throw new Refusal(230, 'No dest');
	const line = findLine(world, params);
	if (params.text('mtype') === 'document')
		params.doubtful('mtype', '"document" is on the MCP page only');
	const type = params.text('mtype') === 'document' ? 'file' : params.word('mtype', TYPES, 'text');
	const isTemplate = type === 'template' || type === 'wa_template';
	const httpdup = params.softInt('httpdup', options.httpdupSeconds, 0, 600);
	if (store.isRepeated(fn, dest, httpdup)) throw new Refusal(250, 'http duplicidade');
	if (!store.canPay) throw new Refusal(238, 'no credit');
	params.word('misHSM', ['', 'true', 'false'], '');
	if (isTemplate) checkTemplate(world, params, line);
	else checkContent(params, type);
	// Section 12.1: outside the 24 h window only templates pass; the provider's code comes through.
	if (!isTemplate && options.session === 'closed')
		throw new Refusal(131047, 'Re-engagement message');
	if (options.steerByPhone && dest.endsWith('10')) throw new Refusal(260, 'WA not submitted 400');
	if (options.steerByPhone && dest.endsWith('11'))
		throw new Refusal(131000, 'Something went wrong');

	const ctid = params.text('ctid');
	const text = params.text('mdata') ?? JSON.stringify(params.value('template') ?? '');
	const message = store.addMessage({ fn, dest, ctid, text, status: 'submitted' });
	store.accept(fn, { ctid, dest }, options.prices[isTemplate ? 'hsm' : 'session']);
	store.noteSend(fn, dest);
	return ok({ cdls_id: String(message.id) }, {}, { accepted: 1 });
}

function findLine(world: World, params: Params): Line {
	const id = params.text('app_id', 'v8l_id');
	if (id === undefined) throw new Refusal(236, 'No app_id');
	const line = world.options.lines.find((known) => String(known.id) === id);
	if (!line || line.channel !== 'whatsapp' || line.lacks === 'provider')
		throw new Refusal(231, 'No wa provider');
	if (line.lacks === 'appName') throw new Refusal(232, 'No app name');
	if (line.lacks === 'key') throw new Refusal(233, 'No key wa');
	if (line.lacks === 'number') throw new Refusal(235, 'No from wa number');
	return line;
}

function checkContent(params: Params, type: string): void {
	const data = params.text('mdata');
	// No code of its own: the provider refuses an empty message.
	if (data === undefined) throw new Refusal(260, 'WA not submitted 400');
	if (type !== 'text' && type !== 'wabody' && !/^https?:\/\//i.test(data))
		params.violation('mdata', `Not a public URL: ${data}`);
	if (params.has('template')) params.violation('template', 'For templates only');
}

/** What Meta checks about a template. */
function checkTemplate(world: World, params: Params, line: Line): void {
	const value = parsed(params.value('template'));
	const language = isRecord(value) ? value.language : undefined;
	if (
		!isRecord(value) ||
		typeof value.name !== 'string' ||
		!isRecord(language) ||
		typeof language.code !== 'string' ||
		(value.components !== undefined && !Array.isArray(value.components))
	)
		throw new Refusal(260, 'WA not submitted 400');
	if (!world.options.checkTemplates) return;
	const { name } = value;
	const { code } = language;
	const known = world.store.templates.find(
		(template) =>
			template.lineId === line.id &&
			template.name === name &&
			template.language === code &&
			template.status === 'APPROVED',
	);
	if (!known) throw new Refusal(132001, 'Template name does not exist in the translation');
	if (countParameters(value.components) !== countVariables(known))
		throw new Refusal(132000, 'Number of parameters does not match');
}

/** Forms carry the object as JSON text. */
function parsed(value: unknown): unknown {
	if (typeof value !== 'string') return value;
	try {
		return JSON.parse(value);
	} catch {
		return undefined;
	}
}

function countParameters(components: unknown): number {
	if (!Array.isArray(components)) return 0;
	const body: unknown = components.find(
		(component: unknown) => isRecord(component) && String(component.type).toLowerCase() === 'body',
	);
	return isRecord(body) && Array.isArray(body.parameters) ? body.parameters.length : 0;
}

/** Number of `{{n}}` in the body. */
export function countVariables({ body }: StoredTemplate): number {
	return new Set(body.match(/\{\{\d+\}\}/g)).size;
}

/** `ValidateWhatsAppNumber`: checks credentials of Meta (section 12.2). */
export function validateWhatsAppNumber(world: World, { params }: Visit): Answer {
	const { meta } = world.options;
	const names = ['wa_api_key', 'wa_business_id', 'wa_phone_number_id', 'wa_number'] as const;
	names.forEach((name, index) => {
		if (!params.has(name)) throw new Refusal(230 + index, `No ${name}`);
	});
	if (!/^\d+$/.test(params.text('wa_number') ?? ''))
		throw new Refusal(234, 'Invalid number format');
	const refuse = (code: number, status: string, type: string, http: number): Refusal =>
		new Refusal(code, status, 400, {
			result: { valid: false, error_type: type, error_message: status, http_code: http },
		});
	if (params.text('wa_api_key') !== meta.apiKey)
		throw refuse(251, 'Token validation error', 'token', 401);
	if (params.text('wa_business_id') !== meta.businessId)
		throw refuse(240, 'Business validation error', 'business', 404);
	if (params.text('wa_phone_number_id') !== meta.phoneNumberId)
		throw refuse(245, 'Phone validation error', 'phone', 404);
	if (params.text('wa_number') !== meta.number) throw refuse(246, 'Number mismatch', 'number', 200);
	return ok({
		result: {
			valid: true,
			business_name: 'Velip Test',
			phone_display_number: `+${meta.number}`,
			phone_verified_name: 'Velip Test',
			phone_quality_rating: 'GREEN',
			token_is_valid: true,
			token_scopes: ['whatsapp_business_management', 'whatsapp_business_messaging'],
			configuration_status: 'complete',
		},
	});
}
