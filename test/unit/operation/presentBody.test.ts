import type { ApiRequest } from '../../../nodes/shared/http/request';
import { presentBody } from '../../../nodes/shared/operation/results';

const request = (body: ApiRequest['body']): ApiRequest => ({
	method: 'POST',
	path: '/',
	body,
	safety: 'spends',
});
const sound = Buffer.alloc(3000, 'RIFF').toString('base64');

describe("a request's body in a Dry Run", () => {
	it('cuts files short that travel as text, wherever they are', () => {
		const shown = presentBody(request({ kind: 'json', value: { a: [{ sound }], n: 1, no: null } }));
		expect(shown).toEqual({
			body: { a: [{ sound: `${sound.slice(0, 20)}… (4000 characters)` }], n: 1, no: null },
		});
	});

	it('cuts them in forms too, and names the files', () => {
		const file = { bytes: Buffer.from('abc'), fileName: 'list.csv', mimeType: 'text/csv' };
		const shown = presentBody(request({ kind: 'multipart', fields: { sound, file } }));
		expect(shown).toEqual({
			fields: { sound: `${sound.slice(0, 20)}… (4000 characters)`, file: 'list.csv (3 bytes)' },
		});
	});

	it.each(['Hello', 'x'.repeat(999), 'word '.repeat(1000)])('leaves texts whole', (text) => {
		expect(presentBody(request({ kind: 'json', value: { text } }))).toEqual({ body: { text } });
	});

	it('shows the rows of a long list', () => {
		const rows = { key: 'list', rows: () => [{ phone: '1' }] };
		expect(presentBody(request({ kind: 'json', value: { text: 'Hi' }, rows }))).toEqual({
			body: { text: 'Hi', list: [{ phone: '1' }] },
		});
	});
});
