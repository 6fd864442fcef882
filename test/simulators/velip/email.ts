import { ok, Refusal, type Answer } from './envelope';
import type { Visit, World } from './world';

const ADDRESS = /^[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+$/;

/** `SendGmailOAuth`: e-mail through a linked Gmail account (velip.md section 13.3). */
export function sendGmailOauth(world: World, { fn, params }: Visit): Answer {
	const to = params.text('to_email', 'dest');
	if (to === undefined) throw new Refusal(201, 'to_email is required');
	if (!ADDRESS.test(to)) throw new Refusal(202, 'to_email is not valid');
	if (!params.has('subject')) throw new Refusal(203, 'subject is required');
	const body = params.text('body');
	if (body === undefined) throw new Refusal(204, 'body is required');
	const from = params.text('from_email');
	if (from === undefined) throw new Refusal(205, 'from_email is required');
	if (!ADDRESS.test(from)) throw new Refusal(206, 'from_email is not valid');
	const copies = ['cc', 'bcc'].flatMap((name) =>
		(params.text(name) ?? '').split(/[,;]/).filter((address) => address.trim() !== ''),
	);
	if (copies.length > 10) throw new Refusal(214, 'too many cc/bcc addresses');
	if (!world.options.gmailAccounts.includes(from))
		throw new Refusal(210, 'No Gmail connection for this account');
	if (world.options.steerByPhone && to.startsWith('quota@'))
		throw new Refusal(215, 'mailbox quota exceeded');
	const message = world.store.addMessage({ fn, dest: to, text: body, status: 'sent' });
	world.store.accept(fn, { dest: to });
	return ok({ message_id: `18f${message.id.toString(16).padStart(13, '0')}` }, {}, { accepted: 1 });
}
