import type { SimulatorRequest } from '../core/http';
import type { AlphaSmsBehaviour } from './options';

/** Whether the API is switched on and open for this address (alphasms.md section 2). */
export function isOpen(request: SimulatorRequest, options: AlphaSmsBehaviour): boolean {
	const address = request.remoteAddress.replace(/^::ffff:/, '');
	return (
		options.apiActive && (options.allowedIps.length === 0 || options.allowedIps.includes(address))
	);
}

/** Whether a request with this key may use the API. */
export function access(
	key: unknown,
	request: SimulatorRequest,
	options: AlphaSmsBehaviour,
): boolean {
	return key === options.apiKey && isOpen(request, options);
}
