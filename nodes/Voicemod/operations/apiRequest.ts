import { ParameterError } from '../../shared/http/errors';
import { choice, text } from '../../shared/operation/field';
import { paramsOf, voicemodOperation } from './base';
import { freeFields, freeRequest, prepareFree, readFree, relativePath } from './freeRequest';

const noBlanks = {
	test: /^[\x21-\x7e]*$/,
	message: 'may hold no blanks or special characters; encode them',
};

function placeOf({ base, path, url }: { base: string; path?: string; url?: string }) {
	if (base !== 'url') return { host: base, path: relativePath(path) || '/' };
	const address = url !== undefined && URL.canParse(url) ? new URL(url) : undefined;
	if (address === undefined || !/^https?:$/.test(address.protocol) || address.username !== '') {
		throw new ParameterError('"Address" must be a web address that begins with https://');
	}
	return { host: address.origin, path: address.pathname + address.search };
}

/** Reaches every path of Voicemod, also those that are newer than this node. */
export const apiRequest = voicemodOperation({
	resource: 'apiRequest',
	name: 'send',
	displayName: 'Send Request',
	action: 'Send a request of your own making',
	description: 'Call any path of Voicemod with your credential; for what has no operation',
	safety: 'spends',
	recheck: 'look at Voicemod',
	fields: {
		base: choice({
			displayName: 'Base URL',
			default: 'main',
			options: [
				{ name: 'Full Address', value: 'url', description: 'On a host of voicemod.net' },
				{ name: 'Main Gateway', value: 'main' },
				{ name: 'Tuna Gateway', value: 'tuna', description: 'The sound library' },
			],
			description: 'Where the path begins; the gateways are those of the credential',
		}),
		path: text({
			displayName: 'Path',
			required: true,
			show: { base: ['main', 'tuna'] },
			placeholder: 'e.g. v1/catalog/items',
			pattern: noBlanks,
			description: 'Path with the version',
		}),
		url: text({
			displayName: 'Address',
			required: true,
			show: { base: ['url'] },
			placeholder: 'e.g. https://api.voicemod.net/engineering/v1/catalog',
			pattern: noBlanks,
			description:
				'Whole address. The credential goes to hosts that end in .voicemod.net and to its own base URLs only.',
		}),
		...freeFields,
	},
	file: ['inputPropertyName'],
	prepare(params) {
		placeOf(params);
		return prepareFree(params);
	},
	request: (calls) => freeRequest(calls, placeOf(paramsOf(calls))),
	read: readFree,
});
