import { deliveryState } from '../statuses';
import { messageId, numeric, to } from './fields';
import { gatewayOperation } from './gateway';

export const lookUpNumber = gatewayOperation({
	resource: 'number',
	name: 'lookUp',
	displayName: 'Look Up',
	action: 'Look up a number',
	description:
		'Ask the network (HLR) whether a number is alive, and its operator. The subscriber sees nothing; every look-up is charged.',
	safety: 'spends',
	recheck: 'look at the history in the AlphaSMS cabinet',
	fields: { phone: to, id: messageId },
	item: ({ id, phone }) => ({ type: 'hlr', id, phone: numeric(phone) }),
	// The answer holds no id, but the number.
	reference: ({ phone }) => ['phone', phone],
	simplify: ({ phone: _, ...data }) => {
		return { ...data, isAlive: deliveryState(data.status).state === 'delivered' };
	},
});
