import { hourOf } from './clock';
import { ok, Refusal, type Answer } from './envelope';
import { isMobile, toDestination } from './phones';
import { obstacle } from './steering';
import type { Visit, World } from './world';

const MAX_LENGTH = 160;

/** `MakeSMS`: sends one SMS (velip.md section 11). */
export function makeSms(world: World, { fn, params }: Visit): Answer {
	const { store, options } = world;
	if (!options.smsAccount) throw new Refusal(220, 'No sms account');
	const rawDest = params.text('dest');
	if (rawDest === undefined) throw new Refusal(230, 'No dest');
	const text = cut(params.text('message', 'text', 'msg_text'), params.text('cuttext'));
	if (params.has('provider')) params.violation('provider', "Only for Velip's own account");
	const dest = toDestination(rawDest, params.text('setbrasil'));
	if (dest === undefined || !isMobile(dest)) throw new Refusal(240, 'Mobile is not valid');
	if (options.blockedWords.some((word) => text.toLowerCase().includes(word.toLowerCase())))
		throw new Refusal(270, 'Blocked text');
	const ctid = params.text('ctid');
	if (options.ctidRule && ctid !== undefined && store.ctids.has(`${fn} ${ctid}`))
		throw new Refusal(220, 'DP');
	const httpdup = params.softInt('httpdup', options.httpdupSeconds, 0, 600);
	if (store.isRepeated(fn, dest, httpdup)) throw new Refusal(244, 'http duplicidade');
	const steered = obstacle(dest, options.steerByPhone);
	if (steered === 'blocked' || options.blockList.includes(dest))
		throw new Refusal(260, 'number blocked by list');
	if (steered === 'noTariff') throw new Refusal(255, 'no sms tarif');
	if (!store.canPay) throw new Refusal(250, 'no credit');
	const night = countNight(world);
	if (night !== undefined && (store.nightSends.get(night) ?? 0) >= options.nightCap)
		throw new Refusal(245, 'night limit');
	if (steered === 'providerError') throw new Refusal(300, 'error sms provider');

	if (night !== undefined) store.nightSends.set(night, (store.nightSends.get(night) ?? 0) + 1);
	const message = store.addMessage({ fn, dest, ctid, text, status: 'ACCEPTD' });
	store.accept(fn, { ctid, dest }, options.prices.sms);
	store.noteSend(fn, dest);
	if (ctid !== undefined) store.ctids.add(`${fn} ${ctid}`);
	world.lifecycle.startSms(message);
	const fields = { cdls_id: String(message.id) };
	// Section 4: 1 with WR is accepted, the provider has not answered yet; code 0 may carry another status, too.
	if (steered === 'waiting') return ok(fields, {}, { status: 'WR', code: 1, accepted: 1 });
	const status = steered === 'submitted' || steered === 'enqueued' ? steered : undefined;
	return ok(fields, {}, { status, accepted: 1 });
}

function cut(text: string | undefined, cuttext: string | undefined): string {
	if (text === undefined) throw new Refusal(235, 'No text');
	if (text.length <= MAX_LENGTH) return text;
	if (cuttext === '1' || cuttext === 'yes') return text.slice(0, MAX_LENGTH);
	throw new Refusal(238, `Text ${text.length} ch more than ${MAX_LENGTH} ch`);
}

/** Number of the current night (22:00-06:00), undefined by day (section 6.7). */
function countNight(world: World): number | undefined {
	const { night } = world.options;
	const now = world.clock.now();
	const hour = hourOf(now);
	const isNight = night === 'always' || (night === 'clock' && (hour >= 22 || hour < 6));
	// Noon to noon, so that both sides of midnight are one night.
	return isNight ? Math.floor((now - 15 * 3_600_000) / 86_400_000) : undefined;
}
