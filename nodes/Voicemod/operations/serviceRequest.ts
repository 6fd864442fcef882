import { text } from '../../shared/operation/field';
import type { Operation } from '../../shared/operation/operation';
import type { Service } from '../services';
import { SERVICES } from '../services';
import { paramsOf, voicemodOperation } from './base';
import { freeFields, freeRequest, prepareFree, readFree, relativePath } from './freeRequest';

const path = text({
	displayName: 'Path',
	placeholder: 'e.g. items/123',
	pattern: {
		test: /^[\x21-\x7e]*$/,
		message: 'may hold no blanks or special characters; encode them',
	},
	description:
		'Path behind the address of the service. Voicemod has not published the paths; it gives them to its partners.',
});

function serviceRequest({
	name,
	displayName,
	gateway,
	path: base,
	description,
}: Service): Operation {
	return voicemodOperation({
		resource: 'serviceRequest',
		name,
		displayName,
		action: `Send a request to the ${displayName.toLowerCase()} service`,
		description: `${description} (${base})`,
		safety: 'spends',
		recheck: 'ask the service for it',
		fields: { path, ...freeFields },
		file: ['inputPropertyName'],
		prepare(params) {
			relativePath(params.path);
			return prepareFree(params);
		},
		request: (calls) =>
			freeRequest(calls, {
				host: gateway,
				path: `${base}${relativePath(paramsOf(calls).path)}`,
			}),
		read: readFree,
	});
}

/** One operation for each service that the provider's table names (voicemod.md §A.2, §A.8). */
export const serviceRequests: readonly Operation[] = SERVICES.map(serviceRequest);
