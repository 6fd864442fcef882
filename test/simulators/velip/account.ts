import { createHash } from 'node:crypto';
import { ok, Refusal, type Answer } from './envelope';
import type { Visit, World } from './world';

/** `GetUserID`: who am I (velip.md section 3.5). */
export function getUserId(
	world: World,
	visit: Visit,
	issueSession: (source: string) => string,
): Answer {
	const { accountId, userId, temporaryTokens, legacy201 } = world.options;
	const fields: Record<string, unknown> = { cdcs_id: String(accountId), cdcsu_id: String(userId) };
	if (temporaryTokens) {
		const wanted = visit.params.text('tsid') === '1' && visit.access.way !== 'session';
		Object.assign(fields, {
			aut_app: '1',
			aut_send: '1',
			aut_camp: '1',
			tsid: wanted ? issueSession(visit.source) : 'null',
		});
	}
	return ok(fields, {}, { http: legacy201 ? 201 : 200 });
}

/** `GetWebRTC`: SIP credentials, the same at every call (section 7.5). */
export function getWebRtc(world: World, { params }: Visit): Answer {
	const userid = params.text('userid');
	if (userid === undefined || !/^\d+$/.test(userid)) throw new Refusal(200, 'No userid');
	const sipname = `VW${world.options.accountId}U${userid}`;
	return ok({
		sipname,
		sipsecret: createHash('sha256').update(sipname).digest('hex').slice(0, 16),
		sipserver: 'sip.velip.example',
	});
}
