import { ok } from './envelope';
import { momentText } from './moments';
import { method, type Methods, type World } from './world';

/** Section 5.1. */
export const accountMethods: Methods = {
	'v3/account/getAccountInfo': method({}, {}, (world) => ok({ domain: domainFields(world) })),
};

/** Names and types as in the real answer of section 5.1. */
function domainFields({ options, clock, store }: World): Record<string, unknown> {
	return {
		id: 4242,
		name: options.domain,
		balance: options.balance,
		credit: 0,
		currency: options.currency,
		max_lines_count: 400,
		partner: {
			name: `kit-${options.region.toLowerCase()}`,
			theme: null,
			blocks: null,
			default_balance: '0',
			default_currency: options.currency,
			media_servers_regions: ['europe'],
		},
		tariff: { id: 1 },
		can_change_tariff: true,
		cc_settings: { can_inbound_calls: true, secure_call_recording: options.secureRecordings },
		cc_enabled: options.contactCentre,
		cc_enabled_date: momentText(clock.now() - 90 * 86_400_000),
		cc_demo_mode: false,
		function_enabled: true,
		max_users: 200,
		agent_campaigns_enabled: true,
		bulk_messaging_enabled: false,
		internal_chat_enabled: true,
		blending_enabled: false,
		enable_2fa: false,
		account_id: 10000001,
		application_id: 10000002,
		media_servers_regions: null,
		max_queues: options.maxQueues,
		max_queues_per_agent: 20,
		account_region: options.region,
		available_lines_count: 400 - store.campaigns.size,
		outbound_dialer_enabled: true,
		waf_enabled: options.allowedIps.length > 0,
		full_name_mode: 'first_last',
		node: 1,
	};
}
