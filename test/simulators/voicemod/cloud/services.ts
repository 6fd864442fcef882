/** The two gateways of the table of base URLs (voicemod.md section A.2). */
export type Gateway = 'main' | 'tuna';

/** Path below the gateway, per variable of the published environment. */
const MAIN: Record<string, string> = {
	twitchUrl: '/v1/twitch',
	accountsUrl: '/v1/accounts',
	oauthUrl: '/v1/oauth',
	authUrl: '/v1/auth',
	catalogUrl: '/v1/catalog',
	irisUrl: '/v1/iris',
	ordersUrl: '/v1/orders',
	accountsEngineeringUrl: '/engineering/v1/accounts',
	ordersEngineeringUrl: '/engineering/v1/orders',
	irisEngineeringUrl: '/engineering/v1/iris',
	notificationsUrl: '/v1/notifications',
	desktopUrl: '/v1/desktop',
	configUrl: '/v1/configs',
	contentDeliveryUrl: '/v1/content',
	VMCloudUrl: '/v1/cloud',
	legacyAccountsUrl: '/v1/legacy/accounts',
	nextGenUrl: '/v1/nextgen',
	VMCloudv2Url: '/v2/cloud',
	inventoryUrl: '/v1/inventory',
	catalogEngineeringUrl: '/engineering/v1/catalog',
	contentDeliveryEngineeringUrl: '/engineering/v1/content',
	accessControlUrl: '/engineering/v1/content-access',
	nextGenContentDeliveryUrl: '/v1/nextgen/content',
	contentDeliveryV2Url: '/engineering/v2/content',
	nextGenContentDeliveryV2Url: '/v2/nextgen/content',
	VMCloudv2EngineeringUrl: '/engineering/v2/cloud',
	inventoryEngineeringUrl: '/engineering/v1/inventory',
	accountsV2engineeringUrl: '/engineering/v2/accounts',
	notificationsV1engineeringUrl: '/engineering/v1/notifications',
	deeplinkUrl: '/v1/deeplink',
	contentHubV2Url: '/v2/content',
	mobileHubUrl: '/v1/content/mobile',
	voicecallsUrl: '/v1/voicecalls',
	voiceDesignerUrl: '/v1/voice-designer',
	contentHubUrl: '/v1/content',
	contentHubMonolithUrl: '/v1/content-hub',
	customerEventsUrl: '/v1/customer-events',
	customerEventsEngineeringUrl: '/engineering/v1/customer-events',
	ordersUrlV2: '/v2/orders',
	contentHubMonolithEngineeringUrl: '/engineering/v1/content-hub',
	contentHubMonolithUrlV3: '/v3/content-hub',
};

const TUNA: Record<string, string> = {
	tunaSoundsUrl: '/v1',
	tunaSoundsWorkerUrl: '/v1',
	tunaStatsUrl: '/v1',
	tunaUsersUrl: '/v1',
	tunaCollectionsUrl: '/v1',
	tunaSeoUrl: '/v1',
	tunaCompositionUrl: '/v1',
	tunaEngineering: '/engineering',
	baseTunaGateway: '',
};

/** One row of the table. */
export interface Service {
	variable: string;
	gateway: Gateway;
	path: string;
}

/** All rows of the table. */
export const SERVICES: readonly Service[] = [
	...Object.entries(MAIN).map(([variable, path]) => ({ variable, gateway: 'main' as const, path })),
	...Object.entries(TUNA).map(([variable, path]) => ({ variable, gateway: 'tuna' as const, path })),
];

/** Where the Tuna gateway stands on the one port of the simulator. */
export const TUNA_PREFIX = '/tuna';

/** The gateway a request is for, and its path there. */
export interface Target {
	gateway: Gateway;
	path: string;
}

/** Tuna is recognised by the path prefix, or by the host name where a test resolves the real names to this machine. */
export function targetOf(path: string, host: string | undefined): Target {
	if (path === TUNA_PREFIX || path.startsWith(`${TUNA_PREFIX}/`))
		return { gateway: 'tuna', path: path.slice(TUNA_PREFIX.length) || '/' };
	const isTunaHost = /^(?:staging-tuna-gateway-api|tuna-api)\.voicemod\.net(?::|$)/i.test(
		host ?? '',
	);
	return { gateway: isTunaHost ? 'tuna' : 'main', path };
}

/** The rows with the longest base that holds this path; several variables may share one base. */
export function servicesOf(target: Target): Service[] {
	const matching = SERVICES.filter(
		({ gateway, path }) =>
			gateway === target.gateway && (target.path === path || target.path.startsWith(`${path}/`)),
	);
	const longest = Math.max(...matching.map(({ path }) => path.length));
	return matching.filter(({ path }) => path.length === longest);
}

/** The URL of every row below the simulator's address. */
export function serviceUrls(url: string): Record<string, string> {
	return Object.fromEntries(
		SERVICES.map(({ variable, gateway, path }) => [
			variable,
			`${url}${gateway === 'tuna' ? TUNA_PREFIX : ''}${path}`,
		]),
	);
}
