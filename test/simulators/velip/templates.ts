import { ok, Refusal, type Answer } from './envelope';
import type { Params } from './input';
import type { Line, StoredTemplate } from './lines';
import { countVariables } from './whatsapp';
import type { Visit, World } from './world';

/** `CreateWhatsappTemplate`: sends a stored template to Meta; HTTP 201 (velip.md section 12.3). */
export function createWhatsappTemplate(world: World, { fn, params }: Visit): Answer {
	if (!params.has('template_id')) throw new Refusal(230, 'No template_id');
	if (!params.has('app_id')) throw new Refusal(236, 'No app_id');
	if (!params.has('action')) throw new Refusal(237, 'No action');
	if (params.text('action') !== 'create')
		params.violation('action', `The page knows "create" only: ${params.text('action')}`);
	const line = metaLine(world, params.text('app_id'));
	const template = findTemplate(world, params);
	const fields: Array<[string, number]> = [
		['name', 240],
		['category', 241],
		['language', 242],
		['body', 243],
	];
	for (const [field, code] of fields)
		if (template[field as 'name'] === '') throw new Refusal(code, `Empty ${field}`);
	if (template.examples.length !== countVariables(template))
		throw new Refusal(247, 'Variables without examples');
	if (template.status === 'PENDING' || template.status === 'APPROVED')
		throw new Refusal(260, 'Meta API error: template already exists');

	template.lineId = line.id;
	template.status = 'PENDING';
	template.metaId = `88000000000${String(template.id).padStart(4, '0')}`;
	const metaId = template.metaId;
	world.store.accept(fn, {});
	if (world.options.lifecycle === 'auto')
		world.scheduler.after(world.options.lifecycleMs * 2, () => {
			if (template.metaId === metaId && template.status === 'PENDING') decide(template);
		});
	const sent = { name: template.name, language: template.language, category: template.category };
	return ok(
		{
			template_id: String(template.id),
			meta_template_id: template.metaId,
			meta_status: 'PENDING',
			// Both are JSON texts.
			json_generated: JSON.stringify(sent),
			meta_raw_response: JSON.stringify({ id: template.metaId, status: 'PENDING' }),
		},
		{},
		{ http: 201, accepted: 1 },
	);
}

/** Meta's decision: names with "reject" in them are rejected. */
export function decide(template: StoredTemplate): void {
	template.status = template.name.includes('reject') ? 'REJECTED' : 'APPROVED';
}

/** Codes 231 to 235 of a line that cannot take templates. */
function metaLine(world: World, id: string | undefined): Line {
	const line = world.options.lines.find((known) => String(known.id) === id);
	if (!line || line.channel !== 'whatsapp') throw new Refusal(235, 'Meta config not found');
	if (line.provider !== 'meta') throw new Refusal(231, 'Only Meta provider supported');
	if (line.lacks === 'appName') throw new Refusal(232, 'No app name');
	if (line.lacks === 'key') throw new Refusal(233, 'No API key');
	if (line.lacks === 'business') throw new Refusal(234, 'Business ID not configured');
	if (line.lacks === 'config') throw new Refusal(235, 'Meta config not found');
	return line;
}

function findTemplate(world: World, params: Params): StoredTemplate {
	const id = params.text('template_id');
	const template = world.store.templates.find((known) => String(known.id) === id);
	if (!template) throw new Refusal(238, 'Template not found');
	return template;
}

/** `GetWATemplates`: approved templates of a line (section 12.4). */
export function getWaTemplates(world: World, { params }: Visit): Answer {
	const id = params.text('app_id');
	if (id === undefined) throw new Refusal(201, 'app_id is required');
	const line = world.options.lines.find((known) => String(known.id) === id);
	if (!line || line.channel !== 'whatsapp')
		throw new Refusal(202, 'Invalid or unauthorized app_id');
	const templates = world.store.templates
		.filter((template) => template.lineId === line.id && template.status === 'APPROVED')
		.map((template) => ({
			cwt_id: String(template.id),
			cwt_name: template.name,
			cwt_category: template.category,
			cwt_language: template.language,
			cwt_status: template.status,
			cwt_body_text: template.body,
			cwt_header_type: template.header === '' ? 'NONE' : 'TEXT',
			cwt_header_text: template.header,
			cwt_footer_text: template.footer,
			cwt_variables_examples: JSON.stringify(template.examples),
			cwt_button_type: template.buttons[0]?.type ?? 'NONE',
			cwt_button_config: JSON.stringify(template.buttons),
		}));
	return ok({}, { templates });
}

/** Codes 230 to 238 shared by the next two; they take `v8l_id`, not `app_id`. */
function sentTemplate(world: World, params: Params, lineText: string): StoredTemplate {
	if (!params.has('template_id')) throw new Refusal(230, 'No template_id');
	if (!params.has('v8l_id')) throw new Refusal(236, 'No v8l_id');
	const line = world.options.lines.find((known) => String(known.id) === params.text('v8l_id'));
	if (!line || line.channel !== 'whatsapp') throw new Refusal(235, `${lineText} not found`);
	if (line.lacks === 'key') throw new Refusal(233, 'No API key');
	if (line.lacks === 'business') throw new Refusal(234, 'Business ID not configured');
	return findTemplate(world, params);
}

/** The state Velip knew before the last check. */
const lastSeen = new WeakMap<StoredTemplate, string>();

/** `CheckTemplateStatus`: asks Meta (section 12.5). */
export function checkTemplateStatus(world: World, { params }: Visit): Answer {
	const template = sentTemplate(world, params, 'Line');
	if (template.metaId === '') throw new Refusal(239, 'Template not yet sent to Meta');
	if (template.status === 'DELETED')
		throw new Refusal(260, 'Meta API error', 400, {
			result: { error_message: 'Object does not exist' },
		});
	const previous = lastSeen.get(template) ?? 'PENDING';
	lastSeen.set(template, template.status);
	return ok({
		template_id: String(template.id),
		result: {
			meta_template_id: template.metaId,
			meta_status: template.status,
			previous_status: previous,
			status_changed: previous !== template.status,
			meta_name: template.name,
		},
	});
}

/** `DeleteWhatsappTemplate` (section 12.6). */
export function deleteWhatsappTemplate(world: World, { params }: Visit): Answer {
	const template = sentTemplate(world, params, 'Linha WhatsApp');
	const mode = params.word('delete_mode', ['meta_only', 'local_only', 'both'], 'meta_only');
	if (mode !== 'local_only') {
		if (template.metaId === '') throw new Refusal(239, 'Template not yet sent to Meta');
		if (template.status === 'DELETED') throw new Refusal(260, 'Meta API delete error');
		template.status = 'DELETED';
	}
	if (mode !== 'meta_only')
		world.store.templates = world.store.templates.filter((known) => known !== template);
	return ok({
		result: {
			template_id: String(template.id),
			meta_template_id: template.metaId,
			template_name: template.name,
			deleted: true,
			delete_mode: mode,
			message: 'Template deleted',
		},
	});
}
