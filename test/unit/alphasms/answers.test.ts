/** How single operations read the answers of the audio API and the HTTP API. */
import type { CallError } from '../../../nodes/shared/http/errors';
import { operations } from '../../../nodes/AlphaSms/operations';
import { replyOf } from '../support/replies';

function read(name: string, params: object, body: unknown) {
	const operation = operations.find((candidate) => candidate.name === name);
	if (operation === undefined) throw new Error(`There is no operation ${name}`);
	return operation.read(replyOf(body), [{ itemIndex: 0, params: params as never }]);
}

const failing = (expected: object) => expect.objectContaining(expected) as CallError;

describe('voice.php', () => {
	const answer = (body: unknown) => read('playAudioFile', { phone: '380971234567' }, body);

	it.each<[string, unknown]>([
		['no errors', { id: 5, price: 0.4 }],
		['an empty list', { id: 5, price: 0.4, errors: [] }],
		['an empty text', { id: 5, price: 0.4, errors: '' }],
		['a list of empty texts', { id: 5, price: 0.4, errors: [''] }],
		['null', { id: 5, price: 0.4, errors: null, error: null }],
		['an empty error', { id: 5, price: 0.4, error: '' }],
	])('accepts a call with %s', (_, body) => {
		expect(answer(body)).toEqual([
			{ raw: expect.objectContaining({ id: 5 }), data: { id: 5, price: 0.4 } },
		]);
	});

	it.each<[string, unknown, string]>([
		['a list', { errors: ['Bad file', 'Bad phone'] }, 'Bad file; Bad phone'],
		['text', { errors: 'Not enough money' }, 'Not enough money'],
		['error instead of errors', { error: 'Not enough money' }, 'Not enough money'],
		['text beside an id', { id: 5, errors: 'Not enough money' }, 'Not enough money'],
	])('refuses by errors as %s', (_, body, words) => {
		const message = `AlphaSMS refused the request: ${words}`;
		expect(() => answer(body)).toThrow(failing({ message, outcome: 'refused', stopsRun: false }));
	});

	it.each([{ errors: 'Access denied' }, { errors: ['API key missing'] }])(
		'stops the run when the key is refused: %o',
		(body) => {
			expect(() => answer(body)).toThrow(
				failing({ stopsRun: true, failureCause: 'credential-invalid', outcome: 'refused' }),
			);
		},
	);

	it.each<[string, unknown]>([
		['no id', { price: 1 }],
		['the id null', { id: null, price: 1 }],
		['an empty id', { id: '', errors: [] }],
		['an id that is an object', { id: {} }],
	])('does not know what became of it with %s', (_, body) => {
		expect(() => answer(body)).toThrow(failing({ outcome: 'unknown' }));
	});
});

describe('Cancel Scheduled SMS', () => {
	const answer = (body: string, msgId = '84523377') => read('cancelScheduled', { msgId }, body);

	it.each(['status:Deleted\ncode:10\nstatus_time:2024/10/12', 'status:DELETED code:99'])(
		'has deleted it: %p',
		(body) => {
			const [outcome] = answer(body);
			expect(outcome).toMatchObject({ data: { msg_id: 84523377, deleted: true } });
		},
	);

	it.each([
		['status:Delivered\ncode:3\nstatus_time:2024/10/12', 'Delivered'],
		['status:Out of touch code:5', 'Out of touch'],
	])('fails with the status of an SMS that was not deleted: %p', (body, status) => {
		expect(answer(body)).toEqual([
			{
				error: failing({
					message: `AlphaSMS refused the request: the SMS was not deleted, its status is ${status}`,
					outcome: 'refused',
					stopsRun: false,
				}),
			},
		]);
	});

	it.each(['status:Deleted', 'status:Deli', 'code:10', 'status:Deleted code:', ''])(
		'does not know after cut-off text: %p',
		(body) => {
			expect(() => answer(body)).toThrow(failing({ outcome: 'unknown' }));
		},
	);

	it('keeps a gateway id that is too long for a number', () => {
		const msgId = '12345678901234567890';
		expect(answer('status:Deleted code:10', msgId)).toMatchObject([{ data: { msg_id: msgId } }]);
	});
});

describe('Schedule SMS', () => {
	const answer = (body: string) => read('scheduleSms', { phone: '380971234567' }, body);

	it('keeps a gateway id that is too long for a number', () => {
		expect(answer('id:12345678901234567890\nsms_count:2')).toMatchObject([
			{ data: { msg_id: '12345678901234567890', parts: 2 } },
		]);
		expect(answer('id:84523377\nsms_count:2')).toMatchObject([{ data: { msg_id: 84523377 } }]);
	});

	it('takes empty errors for none', () => {
		expect(answer('id:84523377\nsms_count:1\nerrors:')).toMatchObject([
			{ data: { msg_id: 84523377, parts: 1 } },
		]);
	});
});
