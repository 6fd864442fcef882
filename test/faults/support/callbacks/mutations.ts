/** Changes that somebody might make to a callback on its way, or to one that was overheard. */
import fc from 'fast-check';

import type { Callback } from './trigger';

export type Mutation = (callback: Callback) => Callback;

const onBody =
	(change: (body: Buffer) => Buffer): Mutation =>
	(callback) => ({ ...callback, rawBody: change(callback.rawBody) });

const onText = (change: (text: string) => string): Mutation =>
	onBody((body) => Buffer.from(change(body.toString('latin1')), 'latin1'));

const splice = (text: string, at: number, cut: number, put: string) =>
	text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + cut);

const position = fc.nat({ max: 5000 });
const character = fc.constantFrom(...'0123456789abcdefF{}[]",:\\ \t\n&=%\u00ff'.split(''));

/** Keys that would make another event of it, and values that fit. */
const intruder = fc.constantFrom(
	...[
		'"msg_id":7',
		'"event_id":"1"',
		'"status":"READ"',
		'"__proto__":{"polluted":true}',
		'"constructor":{}',
	],
	...['"event":"status"', '"deliveryKey":"x"', '"hash":""', '"type":"new_calls"', '"calls":[{}]'],
);

/** Of single bytes, of fields, and of the whole. */
const bodyMutations: fc.Arbitrary<Mutation> = fc.oneof(
	fc.tuple(position, fc.nat({ max: 7 })).map(([at, bit]) =>
		onBody((body) => {
			const changed = Buffer.from(body);
			const place = at % Math.max(1, changed.length);
			const byte = changed[place];
			if (byte !== undefined) changed[place] = byte ^ (1 << bit);
			return changed;
		}),
	),
	fc.tuple(position, character).map(([at, put]) => onText((text) => splice(text, at, 1, put))),
	fc.tuple(position, character).map(([at, put]) => onText((text) => splice(text, at, 0, put))),
	fc
		.tuple(position, fc.nat({ max: 30 }))
		.map(([at, cut]) => onText((text) => splice(text, at, cut, ''))),
	position.map((at) => onText((text) => text.slice(0, at % (text.length + 1)))),
	intruder.map((field) => onText((text) => text.replace('{', `{${field},`))),
	intruder.map((field) => onText((text) => text.replace(/\}$/, `,${field}}`))),
	fc.constantFrom<Mutation>(
		...[
			onText((text) => `${text} `),
			onText((text) => `\n${text}`),
			onText((text) => text + text),
			onText((text) => `[${text}]`),
			onText((text) => text.replaceAll(':', ' : ')),
			onText((text) => text.toUpperCase()),
			onText((text) =>
				text.replace(/[a-z]/, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`),
			),
			onText((text) => `\u00ef\u00bb\u00bf${text}`),
			onText((text) => text.replace(/\d+/, (digits) => `${digits}.0`)),
			onText((text) => text.replaceAll(/[{}"]/g, '').replaceAll(':', '=').replaceAll(',', '&')),
			onBody((body) => Buffer.from(body.toString('utf8'), 'utf16le')),
			onBody(() => Buffer.alloc(0)),
		],
	),
);

const onProof =
	(name: string, change: (proof: string) => string | string[] | undefined): Mutation =>
	(callback) => {
		const given = callback.headers[name];
		const headers = { ...callback.headers, [name]: change(String(given ?? '')) };
		return { ...callback, headers };
	};

function headerMutations(name: string): fc.Arbitrary<Mutation> {
	return fc.oneof(
		fc
			.tuple(position, character)
			.map(([at, put]) => onProof(name, (proof) => splice(proof, at, 1, put))),
		fc
			.tuple(position, character)
			.map(([at, put]) => onProof(name, (proof) => splice(proof, at, 0, put))),
		position.map((at) => onProof(name, (proof) => splice(proof, at, 1, ''))),
		fc.constantFrom<Mutation>(
			onProof(name, () => undefined),
			onProof(name, () => ''),
			onProof(name, (proof) => proof.toUpperCase()),
			onProof(name, (proof) => ` ${proof}\t`),
			onProof(name, (proof) => `sha256=${proof}`),
			onProof(name, (proof) => `Bearer ${proof}`),
			onProof(name, (proof) => [proof]),
			onProof(name, (proof) => [proof, proof]),
			onProof(name, (proof) => `${proof}, ${proof}`),
			onProof(name, (proof) => `${proof}, 6.6.6.6`),
			onProof(name, (proof) => `6.6.6.6, ${proof}`),
			onProof(name, () => 'a'.repeat(100_000)),
			({ headers, ...rest }) => {
				const { [name]: proof, ...others } = headers;
				return { ...rest, headers: { ...others, authentication: proof } };
			},
		),
	);
}

const otherMutations: fc.Arbitrary<Mutation> = fc.oneof(
	fc
		.constantFrom(
			'text/plain',
			'',
			'application/json; charset=utf-16le',
			'multipart/form-data; boundary=x',
			'application/json; charset=utf-7',
		)
		.map((type): Mutation => (callback) => ({
			...callback,
			headers: { ...callback.headers, 'content-type': type },
		})),
	fc
		.constantFrom('6.6.6.6', '', '::ffff:35.232.103.91', '35.232.103.91, 6.6.6.6')
		.map((address): Mutation => (callback) => ({ ...callback, address })),
	fc
		.constantFrom('?msg_id=7', '?event_id=1', '?__proto__=x', '?a=b&a=c', '?')
		.map((search): Mutation => (callback) => ({
			...callback,
			query: { msg_id: '7', a: ['b', 'c'] },
			originalUrl: `${callback.originalUrl ?? ''}${search}`,
		})),
);

/** One to three changes; those of the body are the most. */
export function mutations(proofHeader: string): fc.Arbitrary<Mutation> {
	const single = fc.oneof(
		{ weight: 5, arbitrary: bodyMutations },
		{ weight: 4, arbitrary: headerMutations(proofHeader) },
		{ weight: 1, arbitrary: otherMutations },
	);
	return fc
		.array(single, { minLength: 1, maxLength: 3 })
		.map((steps) => (callback) => steps.reduce((changed, step) => step(changed), callback));
}
