import { isRecord } from '../../core/http';
import type { Scheduler } from '../../core/scheduler';
import { OPCODES, type ServerWebSocket } from '../../core/webSocket';
import type { Notes } from '../cloud/notes';
import { ActionError, ACTIONS, checkMembers, isKnown, type ActionContext } from './actions';
import type { App } from './app';
import type { ControlFault, ControlFaultQueue } from './faults';
import { frame, type Outbound } from './frames';
import type { ControlBehaviour } from './options';

type Data = Record<string, unknown>;

const HUGE_BYTES = 17 * 1024 * 1024;

/** What all sessions share. */
export interface Desk {
	readonly app: App;
	readonly options: ControlBehaviour;
	readonly notes: Notes;
	readonly faults: ControlFaultQueue;
	readonly scheduler: Scheduler;
	/** Notes an action that arrived, and one that was done. */
	arrived(session: Session, action: string, text: string): void;
	done(action: string): void;
	registered(isAccepted: boolean): void;
	sent(session: Session, text: string): void;
}

/** One connection of a client. */
export class Session {
	isRegistered = false;

	constructor(
		readonly number: number,
		readonly socket: ServerWebSocket,
		private readonly desk: Desk,
	) {}

	/** The first frame of the app: no action, no id. */
	greet(): void {
		const { greeting, appVersion } = this.desk.options;
		if (greeting)
			this.write(JSON.stringify({ appVersion, msg: 'Pending authentication', server: 'Kestrel' }));
	}

	/** One message of the client. */
	receive(message: Buffer, isBinary: boolean): void {
		const { notes } = this.desk;
		const text = message.toString('utf8');
		const value = isBinary ? undefined : parse(text);
		if (!isRecord(value) || typeof value.action !== 'string') {
			this.desk.arrived(this, '(unreadable)', text);
			notes.violation('message', '(frame)', 'Not a JSON object with an action, as text');
			return;
		}
		const { action } = value;
		this.desk.arrived(this, action, text);
		this.checkEnvelope(action, value);
		const id = typeof value.id === 'string' ? value.id : undefined;
		const payload = isRecord(value.payload) ? value.payload : {};
		const fault = this.desk.faults.take(action);
		if (!fault) return this.perform(action, id, payload);
		this.misbehave(fault, action, id, payload);
	}

	/** Sends an event, or an answer that is ready. */
	push(message: Outbound): void {
		this.write(frame(message, this.desk.options));
	}

	write(text: string): void {
		this.desk.sent(this, text);
		this.socket.send(text);
	}

	private checkEnvelope(action: string, value: Data): void {
		const { notes } = this.desk;
		for (const name of Object.keys(value))
			if (!['id', 'action', 'payload'].includes(name))
				notes.violation(action, name, 'The page lists no such member of the envelope');
		if (typeof value.id !== 'string' || value.id === '')
			notes.violation(action, 'id', 'An id is required');
		if (!isRecord(value.payload))
			notes.violation(action, 'payload', 'A payload is required, {} when there is nothing to say');
	}

	/** Does an action and answers it, in the time and the way the options say. */
	private perform(action: string, id: string | undefined, payload: Data): void {
		const { silent } = this.desk.options;
		const answer = this.run(action, id, payload);
		if (answer && !silent.includes(action)) this.answer(action, answer);
	}

	private answer(action: string, answer: Outbound): void {
		const { latencyMs, delays } = this.desk.options;
		const delay = latencyMs + (delays[action] ?? 0);
		if (delay > 0) this.desk.scheduler.after(delay, () => this.push(answer));
		else this.push(answer);
	}

	private run(action: string, id: string | undefined, payload: Data): Outbound | undefined {
		const { options, notes, app } = this.desk;
		const context: ActionContext = {
			app,
			options,
			payload,
			by: this,
			violation: (field, detail) => notes.violation(action, field, detail),
			doubtful: (field, detail) => notes.doubtful(action, field, detail),
		};
		if (action === 'registerClient') return this.register(context, id);
		if (!this.isRegistered) {
			notes.violation(action, '(action)', 'Before the client was registered');
			return this.status(action, id, 401, 'Unauthorized');
		}
		if (!isKnown(action, options)) return this.unknown(action, id);
		if (action === 'selectVoice' && options.loadAction !== 'selectVoice')
			notes.doubtful(action, '(action)', 'An older name of loadVoice');
		checkMembers(action, context);
		try {
			const answer = ACTIONS.get(action)?.(context);
			this.desk.done(action);
			if (answer) return { ...answer, id: id ?? '' };
			return options.acknowledge === 'status' ? this.status(action, id, 200, 'OK') : undefined;
		} catch (error) {
			if (!(error instanceof ActionError)) throw error;
			if (options.acknowledge === 'none' && !error.always) return undefined;
			return this.status(action, id, error.status, error.message);
		}
	}

	private register(context: ActionContext, id: string | undefined): Outbound {
		const { options } = this.desk;
		checkMembers('registerClient', context);
		if (this.isRegistered) context.violation('(action)', 'Registered already');
		const isAccepted = context.payload.clientKey === options.clientKey;
		this.desk.registered(isAccepted);
		if (isAccepted) {
			this.isRegistered = true;
			this.desk.done('registerClient');
			return this.status('registerClient', id, 200, 'Authorized');
		}
		if (options.afterRefusal === 'close')
			// After the answer, which goes out in this turn unless it is delayed.
			this.desk.scheduler.after(options.latencyMs + 20, () =>
				this.socket.close(options.refusalCloseCode, 'Unauthorized'),
			);
		return this.status('registerClient', id, 401, 'Unauthorized');
	}

	private unknown(action: string, id: string | undefined): Outbound | undefined {
		const { options, notes } = this.desk;
		if (!ACTIONS.has(action)) notes.violation(action, '(action)', 'The page lists no such action');
		if (options.unknownActions === 'silent') return undefined;
		return { name: 'commandNotFound', data: { commandName: action }, id: id ?? '' };
	}

	private status(
		name: string,
		id: string | undefined,
		code: number,
		description: string,
	): Outbound {
		const { statusCode } = this.desk.options;
		const status = { code: statusCode === 'string' ? String(code) : code, description };
		return { name, data: { status }, id: id ?? '', actionOnly: true };
	}

	private misbehave(
		fault: ControlFault,
		action: string,
		id: string | undefined,
		payload: Data,
	): void {
		const { socket, desk } = this;
		const run = (): Outbound | undefined => this.run(action, id, payload);
		switch (fault.kind) {
			case 'drop':
				return socket.drop();
			case 'dropAfter':
				run();
				return socket.drop();
			case 'close':
				return socket.close(fault.code ?? 1011, fault.reason ?? '');
			case 'ignore':
				return;
			case 'silent':
				run();
				return;
			case 'slow': {
				const answer = run();
				if (answer) desk.scheduler.after(fault.delayMs ?? 500, () => this.push(answer));
				return;
			}
			case 'status':
				return this.push(this.status(action, id, fault.code ?? 500, fault.reason ?? 'Error'));
			default:
				return this.distort(fault, run());
		}
	}

	/** Faults of the answer's frame. */
	private distort(fault: ControlFault, answer: Outbound | undefined): void {
		const { options } = this.desk;
		if (!answer) return;
		const text = frame(answer, options);
		switch (fault.kind) {
			case 'garbage':
				this.write('<html>not JSON</html>');
				return this.write(text);
			case 'binary':
				this.desk.sent(this, text);
				return this.socket.send(Buffer.from(text), true);
			case 'twice':
				this.write(text);
				return this.write(text);
			case 'huge':
				return this.write(text.replace(/^\{/, `{"padding":"${'x'.repeat(HUGE_BYTES)}",`));
			case 'truncated':
				return this.write(text.slice(0, Math.floor(text.length / 2)));
			case 'invalidUtf8':
				return this.socket.sendFrame(OPCODES.text, Buffer.from([0x7b, 0xff, 0xfe, 0x7d]));
			default:
				return this.write(text);
		}
	}
}

function parse(text: string): unknown {
	try {
		const value: unknown = JSON.parse(text);
		return value;
	} catch {
		return undefined;
	}
}
