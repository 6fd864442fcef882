import { text, type SimulatorRequest, type SimulatorResponse } from '../core/http';
import { isOpen } from './access';
import { ERRORS, phoneOf } from './checks';
import { kyivTime } from './clock';
import { checkHttpSend, type Parameters } from './httpSend';
import type { Lifecycle } from './lifecycle';
import type { AlphaSmsBehaviour } from './options';
import type { Status } from './statuses';
import { priceOf, type Message, type Store } from './store';

type Answer = Record<string, string | number>;

/** Status names and codes of Appendix A. Names other than Delivered and Deleted are not printed on the page. */
const CODES: Record<Status, [string, number]> = {
	ACCEPTED: ['Pending', 0],
	QUEUED: ['Pending', 0],
	ROUTING: ['Sending', 1],
	DELIVERED: ['Delivered', 3],
	READ: ['Read', 116],
	REPLIED: ['Read', 116],
	'PARTIALLY DELIVERED': ['Partially delivered', 50],
	DELETED: ['Deleted', 10],
	EXPIRED: ['Out of touch', 5],
	FILTERED: ['Bad number or not in service', 99],
	'INVALID DESTINATION ADDRESS': ['Bad number or not in service', 99],
	'INVALID SOURCE ADDRESS': ['Bad number or not in service', 99],
	'NO ROUTE': ['Operator not supported', 95],
	REJECTED: ['Bad number or not in service', 99],
	'SIM FULL': ['Out of touch', 5],
	UNDELIVERABLE: ['Bad number or not in service', 99],
	UNKNOWN: ['Network failure', 96],
};

/** Parameters besides `key`, `command` and `version`. */
const PARAMETERS: Record<string, readonly string[]> = {
	balance: [],
	send: [
		...[
			'from',
			'to',
			'message',
			'ask_date',
			'flash',
			'wap',
			'viber',
			'viber_type',
			'viber_message',
			'viber_from',
		],
		...['viber_lifetime', 'viber_sms', 'viber_image', 'viber_url', 'viber_button'],
	],
	receive: ['id'],
	delete: ['id'],
	price: ['to'],
};

/** `/api/http.php`: price, delete and scheduled sending (alphasms.md Appendix A). */
export class HttpApi {
	constructor(
		private readonly options: AlphaSmsBehaviour,
		private readonly store: Store,
		private readonly lifecycle: Lifecycle,
	) {}

	handle(request: SimulatorRequest): SimulatorResponse {
		const parameters = readParameters(request);
		const before = this.store.acceptedTotal;
		const result = this.run(parameters, request);
		const answer = typeof result === 'string' ? { errors: result } : result;
		const body = parameters.version === 'http' ? this.format(answer) : serialised(answer);
		return { ...text(body), accepted: this.store.acceptedTotal - before };
	}

	private format(answer: Answer): string {
		const lines = Object.entries(answer).map(([name, value]) => `${name}:${value}`);
		return lines.join(this.options.httpOneLine ? ' ' : '\n');
	}

	private run(parameters: Parameters, request: SimulatorRequest): Answer | string {
		if (!isOpen(request, this.options)) return 'Access denied';
		if (parameters.key !== this.options.apiKey) return 'Wrong login/password';
		const command = parameters.command ?? '';
		const known = Object.hasOwn(PARAMETERS, command) ? PARAMETERS[command] : undefined;
		if (!known) return 'Unknown command';
		for (const name of Object.keys(parameters)) {
			if (!['key', 'command', 'version', ...known].includes(name))
				this.store.violation(`http ${command}`, name, 'The page lists no such parameter');
		}
		switch (command) {
			case 'balance':
				return { balance: this.options.balance.toFixed(2) };
			case 'send':
				return this.send(parameters);
			case 'price':
				if (phoneOf(parameters.to) === undefined) return ERRORS.phone;
				return { price: this.options.prices.sms, currency: this.options.currency };
			default:
				return this.stored(command, parameters);
		}
	}

	private send(parameters: Parameters): Answer | string {
		const send = checkHttpSend(parameters, this.options);
		if (typeof send === 'string') return send;
		const price = priceOf(send.channels, send.parts, this.options.prices);
		if (!this.store.canPay(price)) return ERRORS.money;
		this.store.itemsReceived++;
		const message = this.store.add({ ...send, type: 'http', price, item: { ...parameters } });
		this.lifecycle.start(message);
		return { id: message.msgId, sms_count: send.parts };
	}

	/** `receive` and `delete` of a message by its gateway id. */
	private stored(command: string, parameters: Parameters): Answer | string {
		const message = this.store.findByMsgId(parameters.id ?? '');
		if (!message || message.type === 'voiceFile') return ERRORS.notFound;
		if (command === 'delete') {
			// Only for scheduled messages; the text of the refusal is not documented.
			if (!this.lifecycle.cancel(message)) return ERRORS.notFound;
			return statusOf(message, false);
		}
		return statusOf(message, true);
	}
}

function statusOf(message: Message, withTime: boolean): Answer {
	const [status, code] = CODES[message.status];
	const time = kyivTime(message.updatedAt).slice(0, 10).replaceAll('-', '/');
	return withTime ? { status, code, status_time: time } : { status, code };
}

/** Query string, or the form of a POST; the form wins where both name a parameter. */
function readParameters(request: SimulatorRequest): Parameters {
	const all = [...request.query];
	const type = request.headers['content-type'] ?? '';
	if (request.method === 'POST' && type.startsWith('application/x-www-form-urlencoded'))
		all.push(...new URLSearchParams(request.body.toString('utf8')));
	return Object.fromEntries(all);
}

/** Without `version=http` the gateway talks base64 of serialised PHP, of no use to a text client. */
function serialised(answer: Answer): string {
	const pairs = Object.entries(answer).map(([name, value]) => {
		const valueText = String(value);
		return `s:${name.length}:"${name}";s:${Buffer.byteLength(valueText)}:"${valueText}";`;
	});
	return Buffer.from(`a:${pairs.length}:{${pairs.join('')}}`).toString('base64');
}
