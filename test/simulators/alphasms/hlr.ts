import { isLocalNumber, planSteps } from './statuses';

const UKRAINE = { name: 'Ukraine', prefix: 380 };

/**
 * Subscriber data (alphasms.md section 4.12). `status` follows the table of phone endings; a number that is not alive has
 * neither `imsi` nor networks. Numbers ending in 7, like the sample's, were ported.
 */
export function lookUp(phone: string, steerByPhone: boolean): Record<string, unknown> {
	const steps = planSteps(['sms'], phone, steerByPhone);
	const status = steps[steps.length - 1]?.status ?? 'UNKNOWN';
	if (status !== 'DELIVERED' || isLocalNumber(phone)) return { phone: Number(phone), status };
	const ported = phone.endsWith('7');
	const origin = { name: 'Kyivstar', prefix: 97, country: UKRAINE };
	return {
		phone: Number(phone),
		status,
		imsi: 255_011_234_567_890,
		mccmnc: 25501,
		ported,
		network: ported
			? { origin, ported: { name: 'Vodafone', prefix: 50, country: UKRAINE } }
			: { origin },
	};
}
