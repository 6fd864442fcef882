import type { SimulatorRequest, SimulatorResponse } from '../../core/http';
import { Access, type Need } from './access';
import { applicationEndpoints } from './application';
import { conversionEndpoints } from './conversions';
import { ApiError, notFound, writeError } from './errors';
import { serveFile } from './files';
import { generic } from './generic';
import { Visit } from './input';
import type { SigningKey } from './keys';
import type { VoicemodBehaviour } from './options';
import { profileEndpoints } from './profile';
import { Seal } from './seal';
import { searchEndpoints } from './search';
import { servicesOf, targetOf, type Target } from './services';
import { songEndpoints } from './songs';
import { Store } from './store';
import type { Endpoint, World } from './world';

const ENDPOINTS: readonly Endpoint[] = [
	...applicationEndpoints,
	...conversionEndpoints,
	...profileEndpoints,
	...searchEndpoints,
	...songEndpoints,
];

/** Paths that are guesses of others (voicemod.md section A.9), or sign people in (A.5.1, A.5.2). */
const NOT_TO_CALL = [
	/^\/v1\/accounts\/users\/send-verification-code$/,
	/^\/v1\/auth\/sign-in-with-email$/,
	/^(?:\/v[12])?\/(?:voice\/)?transform$/,
	/^\/v2\/fx$/,
];

/** The provider without its network side: state, endpoints, signatures. */
export class Provider implements World {
	readonly store: Store;
	readonly access: Access;
	readonly seal: Seal;
	baseUrl = '';
	filesUrl = '';
	/** Requests per variable of the table of base URLs; variables that share a base count together. */
	readonly byService: Record<string, number> = {};

	constructor(
		readonly options: VoicemodBehaviour,
		own: SigningKey,
		other: SigningKey,
	) {
		this.store = new Store(options);
		this.access = new Access(options);
		this.seal = new Seal(options, own, other);
	}

	/** Answers one request. */
	handle(request: SimulatorRequest): SimulatorResponse {
		const target = targetOf(request.path, request.headers.host);
		const visit = new Visit(request, target.path, this.store.notes);
		for (const { variable } of servicesOf(target))
			this.byService[variable] = (this.byService[variable] ?? 0) + 1;
		const requestId = visit.header('request-id');
		if (requestId !== undefined && this.seal.isRepeated(requestId))
			visit.violation('request-id', 'Not unique');
		return this.seal.seal(request, this.answer(target, visit));
	}

	/** Answers a request to the download host. */
	handleFile(request: SimulatorRequest): SimulatorResponse {
		return serveFile(this.store, this.options, request);
	}

	/** A failure that is the server's fault. */
	formatError(error: string): SimulatorResponse {
		return writeError(new ApiError(500, 'Internal Server Error', error, 'internal'), 'object');
	}

	reset(): void {
		this.store.reset();
		this.access.reset();
		this.seal.reset();
		for (const variable of Object.keys(this.byService)) delete this.byService[variable];
	}

	private answer(target: Target, visit: Visit): SimulatorResponse {
		try {
			return this.run(target, visit);
		} catch (error) {
			if (error instanceof ApiError) return writeError(error, this.options.errorShape);
			throw error;
		}
	}

	private run(target: Target, visit: Visit): SimulatorResponse {
		if (NOT_TO_CALL.some((path) => path.test(target.path))) {
			visit.violation('(path)', 'An endpoint that is not to be called');
			throw notFound();
		}
		if (target.gateway === 'main' && target.path === '/v1/oauth/token') return this.token(visit);
		const onPath = ENDPOINTS.filter(
			({ gateway, path }) => gateway === target.gateway && path.test(target.path),
		);
		const endpoint = onPath.find(({ method }) => method === visit.request.method);
		if (endpoint) {
			this.access.admit(visit, needOf(endpoint, this));
			return endpoint.run(this, visit, endpoint.path.exec(target.path)?.slice(1) ?? []);
		}
		if (onPath.length > 0) {
			visit.violation('(method)', 'The page lists no such method here');
			throw new ApiError(405, 'Method Not Allowed', 'No such method', 'method_not_allowed');
		}
		if (servicesOf(target).length === 0) throw notFound('No such service');
		const { genericAccess } = this.options;
		this.access.admit(visit, genericAccess);
		return generic(this, visit);
	}

	private token(visit: Visit): SimulatorResponse {
		visit.checkQuery();
		if (visit.request.method !== 'POST')
			throw new ApiError(405, 'Method Not Allowed', 'Only POST', 'method_not_allowed');
		return this.access.exchange(visit);
	}
}

function needOf(endpoint: Endpoint, world: World): Need {
	return typeof endpoint.need === 'function' ? endpoint.need(world) : endpoint.need;
}
