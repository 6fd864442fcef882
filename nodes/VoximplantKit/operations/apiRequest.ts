import { ParameterError } from '../../shared/http/errors';
import { choice, json, list, reference, text } from '../../shared/operation/field';
import { defineOperation } from '../../shared/operation/operation';
import { methodRequest, NAME, readAnswer } from '../api';
import type { HostName, Method } from '../catalogue';
import { findMethod } from '../catalogue';
import { assertNoCredential, namedValues, only, pageQuery, simplified } from './base';
import { readFile } from './download';
import { shown } from './fields';

/** `v3/group/method` or `group/method`, also of methods that are newer than this node. */
const NAMED = /^\/?(?:api\/)?(?:(v\d)\/)?([A-Za-z]\w*)\/([A-Za-z]\w*)\/?$/;

/** The method that is meant; one that is not in the catalogue needs its version. */
export function methodNamed(given: string, host: HostName = 'api'): Method {
	const [, version, group, name] = NAMED.exec(given.trim()) ?? [];
	const known = findMethod(`${group}/${name}`);
	if (known !== undefined && (version === undefined || version === known.version)) return known;
	if (group === undefined || name === undefined || version === undefined) {
		throw new ParameterError(
			`"Method" is not in the catalogue: "${given}"`,
			'Choose it from the list, or write it with its version, e.g. v3/setting/searchSettings.',
		);
	}
	return {
		name: `${group}/${name}` as Method['name'],
		version,
		host,
		http: 'POST',
		path: `/api/${version}/${group}/${name}`,
		reads: false,
		paging: 'none',
	};
}

interface Given {
	method: string;
	host?: HostName;
	specify: string;
	fields?: unknown;
	parameters?: object;
}

function valuesOf({ specify, fields, parameters = {} }: Given): Record<string, unknown> {
	if (specify === 'fields') return namedValues(fields, 'Parameters');
	if (Array.isArray(parameters))
		throw new ParameterError('"Parameters" must be an object, not a list');
	for (const name of Object.keys(parameters)) assertNoCredential(name, 'Parameters');
	return { ...parameters };
}

/** Reaches any method; the catalogue knows version, host and whether it only reads. */
export const callMethod = defineOperation({
	resource: 'apiRequest',
	name: 'callMethod',
	displayName: 'Call Method',
	action: 'Call any method of the API',
	description: `Call any method of ${NAME} with your credential; for methods without an operation of their own`,
	safety: 'spends',
	recheck: 'look in Kit',
	fields: {
		method: reference({
			displayName: 'Method',
			lookup: 'searchMethods',
			example: 'v3/setting/searchSettings',
			required: true,
			description:
				'Method of the API. Version and host are known for all of the list; others are given as version/group/method.',
		}),
		specify: choice({
			displayName: 'Specify Parameters',
			default: 'fields',
			options: [
				{ name: 'Using Fields Below', value: 'fields' },
				{ name: 'Using JSON', value: 'json' },
			],
			description: 'How the parameters are given. The credential is added by itself.',
		}),
		fields: {
			...list({
				displayName: 'Parameters',
				addLabel: 'Add Parameter',
				entryLabel: 'Parameter',
				show: { specify: ['fields'] },
				description: 'Parameters under their names at Kit; lists and objects are written as JSON',
				entry: {
					name: text({
						displayName: 'Name',
						required: true,
						placeholder: 'e.g. campaign_id',
						pattern: {
							test: /^[\w-]{1,60}$/,
							message: 'may hold letters, digits and underscores only',
						},
						description: 'Name of the parameter',
					}),
					value: text({
						displayName: 'Value',
						placeholder: 'e.g. [1, 2]',
						description: 'Value of the parameter',
					}),
				},
			}),
		},
		parameters: shown(
			json({
				displayName: 'Parameters',
				default: '{}',
				description:
					'Object with the parameters under their names at Kit. Lists and objects inside become JSON text by themselves.',
			}),
			{ specify: ['json'] },
		),
		answer: choice({
			displayName: 'Answer',
			default: 'json',
			options: [
				{ name: 'File', value: 'file', description: 'Into the binary field "data"' },
				{ name: 'JSON', value: 'json' },
			],
			description: 'What the method answers with',
		}),
		host: choice({
			displayName: 'Host',
			default: 'api',
			additional: true,
			options: [
				{ name: 'API', value: 'api' },
				{ name: 'CTI', value: 'cti' },
				{ name: 'Messaging', value: 'messaging' },
			],
			description: 'Host of a method that is not in the list',
		}),
	},
	prepare(params) {
		methodNamed(params.method, params.host);
		valuesOf(params);
		return params;
	},
	identify: ({ method }) => ({ method }),
	request(calls) {
		const params = only(calls);
		const method = methodNamed(params.method, params.host);
		const values = valuesOf(params);
		return methodRequest(method, values, undefined, pageQuery(method, values));
	},
	read(reply, calls) {
		const { answer, method } = only(calls);
		if (answer === 'file') return readFile(reply, {}, method.replace(/\W+/g, '-'));
		const { body, result } = readAnswer(reply);
		return [{ raw: body, data: simplified(result) }];
	},
});
