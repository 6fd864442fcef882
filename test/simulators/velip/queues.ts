import { dateOf } from './clock';
import { mojibake, ok, Refusal, type Answer } from './envelope';
import type { Params } from './input';
import type { Queue } from './records';
import type { Visit, World } from './world';

/** Codes 230 to 235, in Portuguese and broken (velip.md sections 2 and 9.4). */
function refuse(code: number, text: string): Refusal {
	return new Refusal(code, mojibake(text));
}

/** `CreateCenterQueue`: HTTP 201 (section 9.4). */
export function createCenterQueue(world: World, { fn, params }: Visit): Answer {
	const name = params.text('name');
	if (name === undefined) throw refuse(230, 'Nome da fila é obrigatório');
	const type = params.text('type');
	if (type === undefined) throw refuse(231, 'Tipo da fila é obrigatório');
	if (type !== 'au' && type !== 'ch') throw refuse(232, 'Tipo da fila inválido');
	const tutor = agent(world, params, 'ai_tutor_id', 233, 'Tutor de IA não encontrado ou inativo');
	const chatbot = agent(
		world,
		params,
		'ai_chatbot_id',
		234,
		'Chatbot de IA não encontrado ou inativo',
	);
	const templates = words(params.value('templates'), /,/);
	if (templates.length > 0 && !templates.some((id) => /^\d+$/.test(id)))
		throw refuse(235, 'Nenhum modelo válido');
	const buttons: Record<string, string> = {};
	for (let index = 1; index <= 8; index++)
		buttons[`button_${index}`] = params.text(`button_${index}`) ?? '';
	const queue: Queue = {
		id: world.store.nextId('queue', 41),
		name,
		type,
		description: params.text('description') ?? '',
		createdAt: world.clock.now(),
		tutor,
		chatbot,
		buttons,
		dropdowns: {
			dropdown_1: words(params.value('dropdown_1'), /[;,\n]/),
			dropdown_2: words(params.value('dropdown_2'), /[;,\n]/),
		},
		templates: templates.filter((id) => /^\d+$/.test(id)),
	};
	world.store.queues.set(queue.id, queue);
	world.store.accept(fn, {});
	return ok({ queue: row(queue) }, {}, { http: 201, accepted: 1 });
}

function agent(
	world: World,
	params: Params,
	name: string,
	code: number,
	text: string,
): number | undefined {
	const id = params.text(name);
	if (id === undefined) return undefined;
	if (!world.options.agents.includes(Number(id))) throw refuse(code, text);
	return Number(id);
}

/** An array, or text with separators. */
function words(value: unknown, separator: RegExp): string[] {
	const parts: unknown[] = Array.isArray(value)
		? value
		: typeof value === 'string' || typeof value === 'number'
			? String(value).split(separator)
			: [];
	return parts.map((part) => String(part).trim()).filter((part) => part !== '');
}

/** `GetCenterQueues`: active queues by name (section 9.5). */
export function getCenterQueues(world: World): Answer {
	const queues = [...world.store.queues.values()]
		.sort((a, b) => a.name.localeCompare(b.name))
		.map(row);
	return ok({}, { queues });
}

function row(queue: Queue): Record<string, unknown> {
	const named = (id: number | undefined): unknown =>
		id === undefined ? null : { id: String(id), name: `Agent ${id}` };
	return {
		queue_id: String(queue.id),
		name: queue.name,
		type: queue.type,
		type_description: queue.type === 'au' ? 'Voice' : 'Chat',
		description: queue.description,
		active: true,
		created_date: dateOf(queue.createdAt),
		ai_tutor: named(queue.tutor),
		ai_chatbot: named(queue.chatbot),
		buttons: queue.buttons,
		dropdowns: queue.dropdowns,
		templates: queue.templates,
	};
}
