/**
 * Voicemod's two gateways (voicemod.md §A.2), and that of Twitch: the main one, but the published
 * staging environment names production for it.
 */
export type Gateway = 'main' | 'tuna' | 'twitch';

export interface Service {
	/** Value of the operation and name in the list. */
	readonly name: string;
	readonly displayName: string;
	readonly gateway: Gateway;
	/** Path on the gateway, without a slash at the end. */
	readonly path: string;
	readonly description: string;
}

export const ENVIRONMENTS = {
	production: { main: 'https://api.voicemod.net', tuna: 'https://tuna-api.voicemod.net' },
	staging: {
		main: 'https://staging-gateway-api.voicemod.net',
		tuna: 'https://staging-tuna-gateway-api.voicemod.net',
	},
} as const;

function service(
	name: string,
	displayName: string,
	path: string,
	description: string,
	gateway: Gateway = 'main',
): Service {
	return { name, displayName, gateway, path, description };
}

/**
 * The services of Voicemod's published environment. Rows that have the same address are one here; the
 * internal ones (`/engineering/…`) are reached by full address only, as the reference advises.
 */
export const SERVICES: readonly Service[] = [
	service('accounts', 'Accounts', '/v1/accounts', 'Accounts of users'),
	service('auth', 'Auth', '/v1/auth', 'Signing in'),
	service('catalog', 'Catalog', '/v1/catalog', 'The catalog of the user'),
	service('cloud', 'Cloud', '/v1/cloud', 'Cloud audio, version 1'),
	service('cloudV2', 'Cloud V2', '/v2/cloud', 'Cloud audio, version 2'),
	service('configs', 'Configs', '/v1/configs', 'Configuration'),
	service('content', 'Content', '/v1/content', 'Content hub and content delivery'),
	service('contentHub', 'Content Hub', '/v1/content-hub', 'Content hub with sounds, version 1'),
	service('contentHubV3', 'Content Hub V3', '/v3/content-hub', 'Content hub, version 3'),
	service('contentV2', 'Content V2', '/v2/content', 'Content hub, version 2 of Content'),
	service('customerEvents', 'Customer Events', '/v1/customer-events', 'Events of customers'),
	service('deeplink', 'Deeplink', '/v1/deeplink', 'Links into the app'),
	service('desktop', 'Desktop', '/v1/desktop', 'The desktop application'),
	service('inventory', 'Inventory', '/v1/inventory', 'What the user owns'),
	service('iris', 'Iris', '/v1/iris', 'Iris'),
	service('legacyAccounts', 'Legacy Accounts', '/v1/legacy/accounts', 'Accounts of earlier days'),
	service('mobileContent', 'Mobile Content', '/v1/content/mobile', 'Content for mobile devices'),
	service('nextGen', 'Next Gen', '/v1/nextgen', 'The new generation of the app'),
	service(
		'nextGenContent',
		'Next Gen Content',
		'/v1/nextgen/content',
		'Content for the new generation of the app',
	),
	service(
		'nextGenContentV2',
		'Next Gen Content V2',
		'/v2/nextgen/content',
		'Content for the new generation of the app, version 2',
	),
	service('notifications', 'Notifications', '/v1/notifications', 'Notifications'),
	service('oauth', 'OAuth', '/v1/oauth', 'Tokens'),
	service('orders', 'Orders', '/v1/orders', 'Orders'),
	service('ordersV2', 'Orders V2', '/v2/orders', 'Orders, version 2'),
	service(
		'tuna',
		'Tuna',
		'/v1',
		'Sounds, collections, compositions, statistics, users and SEO of Tuna, which share one address',
		'tuna',
	),
	service(
		'twitch',
		'Twitch',
		'/v1/twitch',
		'The Twitch integration; with Staging too it is that of production, as Voicemod has published it',
		'twitch',
	),
	service('voiceCalls', 'Voice Calls', '/v1/voicecalls', 'Voice calls'),
	service('voiceDesigner', 'Voice Designer', '/v1/voice-designer', 'Voices that users design'),
];
