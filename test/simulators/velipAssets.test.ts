import { makeWav, startVelipSimulator, type VelipSimulator } from './velip';
import { holdClock } from './testSupport';
import { caller, readAnswer, type VelipAnswer } from './velipSupport';

let sim: VelipSimulator;
let call: ReturnType<typeof caller>;
beforeAll(async () => {
	sim = await startVelipSimulator({ lifecycleMs: 5 });
	call = caller(sim);
});
beforeEach(() => sim.reset());
afterEach(() => jest.restoreAllMocks());
afterAll(async () => await sim.close());

type Row = Record<string, unknown>;
const wav = makeWav(1);

async function upload(
	fn: string,
	file: string | Buffer,
	name: string,
	fields: Row = {},
): Promise<VelipAnswer> {
	const form = new FormData();
	for (const [key, value] of Object.entries(fields)) form.append(key, String(value));
	form.append('anything', new Blob([new Uint8Array(Buffer.from(file))]), name);
	const headers = { authorization: sim.apiKey };
	return await readAnswer(
		await fetch(`${sim.url}/api/v2/${fn}`, { method: 'POST', headers, body: form }),
	);
}

describe('audio (section 8)', () => {
	it('keeps the trailing spaces of its keys', async () => {
		const { http, ret } = await call('CreateAudioFile', { text: 'Olá', ttswrt: '1', name: 'A' });
		expect(http).toBe(200);
		expect(Object.keys(ret)).toEqual([
			'status',
			'status_code',
			'cdw_file',
			'cdw_file_test',
			'cdw_name',
			'cdw_sec ',
			'cdw_expires ',
			'cdw_type ',
		]);
		expect(ret.cdw_file).toBe('tf12345');
	});

	it('uploads by file, base64 and raw body, and downloads with ranges', async () => {
		expect((await upload('CreateAudioFile', wav, 'dir/my file.wav')).ret.cdw_name).toBe(
			'my_file.wav',
		);
		const data = `data:audio/wav;base64,${wav.toString('base64')}`;
		expect((await call('CreateAudioFile', { audio64: data })).ret['cdw_sec ']).toBe('1');
		const raw = await fetch(`${sim.url}/api/v2/CreateAudioFile?name_up=r.wav`, {
			method: 'POST',
			headers: { authorization: sim.apiKey, 'content-type': 'audio/wav' },
			body: new Uint8Array(wav),
		});
		expect(raw.status).toBe(200);
		for (const params of [{ cdw_id: 12345 }, { cdw_file: 'tf12346' }, { cdw_file: '12347' }])
			expect((await call('PlayAudioFile', params)).bytes).toEqual(wav);
		const part = await call('PlayAudioFile', { cdw_id: 12345 }, { range: 'bytes=0-3' });
		expect([part.http, part.bytes.toString(), part.headers.get('content-range')]).toEqual([
			206,
			'RIFF',
			`bytes 0-3/${wav.length}`,
		]);
		expect(part.headers.get('content-disposition')).toBe('inline; filename="my_file.wav"');
		expect((await call('PlayAudioFile', { cdw_id: 12345 }, { range: 'bytes=99999-' })).http).toBe(
			416,
		);
		const { audios } = (await call('GetAudiosList', { type: 'upload' })).body as { audios: Row[] };
		expect(audios.map((audio) => audio.cdw_file)).toEqual(['tf12345', 'tf12346', 'tf12347']);
		expect(sim.violations).toEqual([]);
	});

	it('refuses what the page lists', async () => {
		expect((await call('CreateAudioFile')).outcome[1]).toBe(220);
		expect((await call('CreateAudioFile', { audio64: '???' })).outcome[1]).toBe(224);
		expect((await call('CreateAudioFile', { text: 'x', voice: 'nobody' })).outcome[1]).toBe(281);
		expect((await upload('CreateAudioFile', 'x'.repeat(20), 'a.mp3')).outcome).toEqual([
			400,
			223,
			'size up=20',
		]);
		expect((await upload('CreateAudioFile', wav, 'a.wma')).outcome[1]).toBe(227);
		expect((await upload('CreateAudioFile', 'MZ'.repeat(100), 'a.mp3')).outcome[1]).toBe(205);
		expect((await call('PlayAudioFile')).outcome).toEqual([400, 220, 'No audio ID']);
		expect((await call('PlayAudioFile', { cdw_id: 'tf12345' })).outcome[1]).toBe(230);
	});

	it('text without ttswrt expires after its day', async () => {
		await call('CreateAudioFile', { text: 'short lived' });
		await call('CreateAudioFile', { text: 'kept', ttswrt: 1 });
		sim.advanceClock(3 * 86_400_000);
		expect((await call('PlayAudioFile', { cdw_id: 12345 })).outcome).toEqual([
			400,
			240,
			'Audio out of date',
		]);
		expect((await call('GetAudiosList')).body.audios).toHaveLength(1);
	});
});

describe('destination lists (section 10)', () => {
	it.each([
		['objects', [{ number: '11 98774-1414', name: 'Ana', codcli: '1' }, { number: 'x' }], 1],
		['arrays', [['5511987741414', 'Ana', '', 'e1'], ['5511987741415']], 2],
		['flat', ['5511987741414', '5511987741415'], 2],
		['JSON text', '[["5511987741414"]]', 1],
	])('%s', async (_name, datajson, count) => {
		const { ret } = await call('CreateDestinationBase', { datajson, ctid: 'L' });
		expect(ret).toMatchObject({ status: 'OK', cdlc_id: '701', num_dest: String(count) });
		expect(sim.violations).toEqual([]);
	});

	it('files, and what is refused', async () => {
		const csv = 'telefone,nome,extra1\n11 98774-1414,"Silva, Ana",x\n11987741415,João,y\n';
		expect((await upload('CreateDestinationBase', csv, 'l.csv')).ret.num_dest).toBe('2');
		expect(sim.list(701)?.destinations[0]).toMatchObject({
			name: 'Silva, Ana',
			extras: ['x', '', '', ''],
		});
		expect(
			(await upload('CreateDestinationBase', '["5511987741414"]', 'l.json')).ret.num_dest,
		).toBe('1');
		expect((await upload('CreateDestinationBase', 'x', 'l.exe')).outcome[1]).toBe(205);
		expect((await call('CreateDestinationBase')).outcome[1]).toBe(230);
		const rest = { datajson: [{ phone: '5511987741414', cod_cli: '1' }] };
		expect((await call('CreateDestinationBase', rest)).outcome[1]).toBe(230);
		sim.setOptions({ restRecords: 'accept' });
		expect((await call('CreateDestinationBase', rest)).http).toBe(200);
		sim.setOptions({ restRecords: 'refuse' });
	});

	it('takes 50,000 rows quickly', async () => {
		const datajson = Array.from({ length: 50_000 }, (_, n) => [`55119${80_000_000 + n}`, `N${n}`]);
		const started = performance.now();
		expect((await call('CreateDestinationBase', { datajson })).ret.num_dest).toBe('50000');
		expect(performance.now() - started).toBeLessThan(20_000);
	}, 60_000);

	it('lists, and switches every match', async () => {
		for (const name of ['Março', 'Abril'])
			await call('CreateDestinationBase', { name, datajson: ['5511987741414'] });
		const lists = async (params: Row): Promise<Row[]> => {
			const { bytes } = await call('GetDestinationsList', params);
			// ISO-8859-1 (section 2, "Encoding").
			return (JSON.parse(bytes.toString('latin1')) as { lists: Row[] }).lists;
		};
		expect((await lists({ search: 'marco' })).map((row) => row.cdlc_name)).toEqual(['Março']);
		await lists({ cdlc_id: 701, list: 'all', setactive: 0 });
		expect(await lists({ cdlc_id: 701 })).toEqual([]);
		expect((await lists({ list: '0' }))[0]).toMatchObject({ cdlc_id: '701', cdlc_active: '0' });
		await lists({ setactive: 0 });
		expect(sim.list(702)?.active).toBe(false);
		expect(sim.plausible).toHaveLength(1);
	});
});

describe('campaigns (section 9)', () => {
	const base = { name: 'Cobrança', cdlc_id: 701, text: 'Oi', no_block: 0 };
	const one = async (id = '3001'): Promise<Row> => {
		const { bytes } = await call('GetCampaignsList', { cp_id: id });
		return (JSON.parse(bytes.toString('latin1')) as { campaigns: Row[] }).campaigns[0] ?? {};
	};
	beforeEach(async () => {
		await call('CreateDestinationBase', {
			name: 'L',
			datajson: ['5511987741414', '5511987741400', '5511987741409'],
		});
		await call('CreateAudioFile', { text: 'Oi', ttswrt: 1 });
	});

	it('loads, dials, pauses', async () => {
		const clock = holdClock();
		const created = await call('CreateCampaign', { ...base, group: 5, cp_ctid: 'mine' });
		expect(created.ret).toMatchObject({
			cp_id: '3001',
			settings: {
				max_answered: '0',
				vel: 'max',
				resends: '0',
				time_resends: '30',
				no_block: '0',
				group: '5',
			},
		});
		expect(await one()).toMatchObject({
			cp_name: 'Cobrança',
			'cp_active ': '2',
			'cp_group ': 'Cobrança',
			cp_pas: 'null',
		});
		clock.release();
		await sim.idle();
		expect(await one()).toMatchObject({
			'cp_active ': '1',
			'cp_ontime ': '1',
			cp_made: '3',
			cp_answered: '1',
		});
		const { body } = await call('GetCallStatus', { cpid: 'mine' });
		expect((body.calls as Row[]).map((row) => row.cd_status)).toEqual(['OK', 'NA', 'BK']);
		const paused = await call('ChangeCampaign', { cp_id: 3001, active: 0 });
		expect(paused.http).toBe(200);
		expect(await one()).toMatchObject({ 'cp_active ': '0' });
		const again = await call('ChangeCampaign', { cp_id: 3001, active: 0 });
		expect(again.outcome).toEqual([400, 230, 'Parameters without change']);
	});

	it('request_id: the same request makes one campaign', async () => {
		// A date of its own, so that half an hour more never means another day.
		const params = { ...base, request_id: 'exec-42-item-0', date_start: '2099-01-01' };
		expect((await call('CreateCampaign', params)).ret).toMatchObject({
			cp_id: '3001',
			duplicate_request: '0',
		});
		expect((await call('CreateCampaign', params)).ret).toMatchObject({
			cp_id: '3001',
			duplicate_request: '1',
		});
		expect(sim.accepted.byRequestId.get('exec-42-item-0')).toBe(1);
		const other = { ...params, time_start: '01:00' };
		expect((await call('CreateCampaign', other)).ret.cp_id).toBe('3002');
		expect((await call('CreateCampaign', { ...base, request_id: 'short' })).outcome[1]).toBe(233);
		sim.advanceClock(30 * 60_000);
		expect((await call('CreateCampaign', params)).outcome[1]).toBe(230);
	});

	it.each([
		[{ cdlc_id: 9 }, 251],
		[{ cp_type: 5 }, 217],
		[{ date_start: '31/12/2026' }, 220],
		[{ date_start: '2026-02-30' }, 220],
		[{ date_start: '2026-12-02', date_end: '2026-12-01' }, 221],
		[{ time_start: '9:00' }, 222],
		[{ time_end: '24:00' }, 223],
		[{ max_answered: -1 }, 212],
		[{ mobile: 2 }, 213],
		[{ vel: 101 }, 214],
		[{ resends: 4 }, 215],
		[{ time_resends: 0 }, 216],
		[{ no_block: 'x' }, 218],
		[{ limit_name: 3 }, 227],
		[{ cp_ativo: 2 }, 231],
		[{ text: '', content: 'tf1' }, 240],
		[{ text: '' }, 240],
		[{ amd: 'tf1' }, 241],
		[{ content2: 'tf1' }, 242],
		[{ contentno: 'tf1' }, 243],
		[{ contentfail: 'tf1' }, 244],
		[{ group: 99 }, 250],
		[{ relftp: 1 }, 200],
		[{ cp_type: 6, compw: 'x' }, 252],
		[{ cp_type: 6, fdtmf: 'x' }, 219],
		[{ cp_type: 4, nans: 4 }, 290],
		[{ cp_type: 4, dtime: 3 }, 291],
		[{ cp_type: 4, sms_action: 'ok', sms_text: 'x' }, 300],
		[{ cp_id: 9 }, 282],
		[{ datajson: '{' }, 206],
		[{ datajson: ['x'] }, 270],
		[{ text: '', urlcontent: 'nope' }, 280],
	])('refuses %j with %d', async (changes, code) => {
		expect((await call('CreateCampaign', { ...base, ...changes })).outcome.slice(0, 2)).toEqual([
			400,
			code,
		]);
		expect(sim.acceptedBy('CreateCampaign').total).toBe(0);
	});

	it('clones, and knows dead loads', async () => {
		await call('CreateCampaign', { ...base, vel: 7, detail: 'secret', time_end: '20:00' });
		const clone = await call('CreateCampaign', {
			cp_id: 3001,
			cdlc_id: 701,
			time_start: '08:00',
			cp_ativo: 0,
		});
		expect(clone.ret).toMatchObject({ cp_id: '3002', settings: { vel: '7' } });
		expect(sim.campaign(3002)).toMatchObject({ detail: '', timeEnd: '20:00:00' });
		expect(
			(await call('CreateCampaign', { cp_id: 3001, cdlc_id: 701, queue_id: 9 })).outcome[1],
		).toBe(253);
		await call('CreateCampaign', { ...base, name: 'DEADLOAD', time_start: '09:00' });
		expect(await one('3003')).toMatchObject({ 'cp_active ': '2' });
		sim.advanceClock(31 * 60_000);
		expect((await one('3003')).cp_status_txt).toMatch(/^Falha na geração/);
		expect((await call('ChangeCampaign', { cp_id: 3003, active: 1 })).outcome[1]).toBe(234);
	});

	it('ChangeCampaign refusals and old names', async () => {
		await call('CreateCampaign', base);
		await sim.idle();
		expect((await call('ChangeCampaign')).outcome).toEqual([400, 200, 'No cp_id']);
		expect((await call('ChangeCampaign', { cp_id: 3001 })).outcome[1]).toBe(210);
		expect((await call('ChangeCampaign', { cp_id: 3001, cp_active: 0 })).outcome[1]).toBe(210);
		expect(sim.violations).toHaveLength(1);
		expect((await call('ChangeCampaign', { cp_id: 9, active: 1 })).outcome[1]).toBe(212);
		expect((await call('ChangeCampaign', { cp_id: 3001, max_answered: 'x' })).outcome[1]).toBe(211);
		expect(
			(await call('ChangeCampaign', { cp_id: 3001, lig_min: 0, date_end: '2099-01-01' })).http,
		).toBe(200);
		expect(await one()).toMatchObject({ cp_lig_min: '0', cp_date_end: '2099-01-01' });
	});

	it('inline lists, and 5,000 calls of a campaign', async () => {
		const datajson = Array.from({ length: 5000 }, (_, n) => [`55119${80_000_000 + n}`]);
		sim.setOptions({ campaignBatch: 1000 });
		await call('CreateCampaign', { ...base, cdlc_id: '', datajson });
		await sim.idle();
		expect(await one()).toMatchObject({ cp_destinations: '5000', cp_made: '5000' });
		sim.setOptions({ campaignBatch: 100 });
	});
});

describe('queues (sections 9.4 and 9.5)', () => {
	it('201, lists split by separators, mojibake errors', async () => {
		const created = await call('CreateCenterQueue', {
			name: 'Vendas',
			type: 'au',
			ai_tutor_id: 77,
			dropdown_1: 'a;b,c',
			templates: [1, 2],
		});
		expect(created.http).toBe(201);
		expect(created.ret.queue).toMatchObject({
			queue_id: '41',
			active: true,
			ai_tutor: { id: '77' },
			dropdowns: { dropdown_1: ['a', 'b', 'c'], dropdown_2: [] },
			templates: ['1', '2'],
		});
		await call('CreateCenterQueue', { name: 'Cobrança', type: 'ch' });
		const { queues } = (await call('GetCenterQueues')).body as { queues: Row[] };
		expect(queues.map((queue) => queue.name)).toEqual(['Cobrança', 'Vendas']);
		expect((await call('CreateCenterQueue')).outcome).toEqual([
			400,
			230,
			'Nome da fila Ã© obrigatÃ³rio',
		]);
		expect((await call('CreateCenterQueue', { name: 'x', type: 'zz' })).outcome[1]).toBe(232);
		expect(
			(await call('CreateCenterQueue', { name: 'x', type: 'au', ai_chatbot_id: 1 })).outcome[1],
		).toBe(234);
	});
});

describe('forms and multipart', () => {
	const FORM = 'application/x-www-form-urlencoded';
	const raw = async (fn: string, type: string, body: string): Promise<VelipAnswer> =>
		await readAnswer(
			await fetch(`${sim.url}/api/v2/${fn}`, {
				method: 'POST',
				headers: { authorization: sim.apiKey, 'content-type': type },
				body,
			}),
		);

	it('datajson as text in a form, arrays by brackets', async () => {
		const data = encodeURIComponent('[["5511987741414","Ana"]]');
		const list = await raw('CreateDestinationBase', FORM, `name=L&datajson=${data}`);
		expect(list.ret.num_dest).toBe('1');
		const queue = 'name=Q&type=ch&dropdown_1[]=a&dropdown_1[]=b%2Cc';
		const made = await raw('CreateCenterQueue', FORM, queue);
		expect(made.ret.queue).toMatchObject({ dropdowns: { dropdown_1: ['a', 'b,c'] } });
		expect(sim.violations).toEqual([]);
	});

	it('campaigns with a file, and broken multipart bodies', async () => {
		const fields = { name: 'C', text: 'Oi' };
		const csv = 'phone\tname\n5511987741414\tAna\n';
		expect((await upload('CreateCampaign', csv, 'l.csv', fields)).ret.cp_id).toBe('3001');
		expect((await upload('CreateCampaign', '{', 'l.json', fields)).outcome[1]).toBe(207);
		expect((await upload('CreateCampaign', 'a;b', 'l.csv', fields)).outcome[1]).toBe(270);
		const type = 'multipart/form-data; boundary=x';
		expect((await raw('CreateAudioFile', type, '--x\r\nbroken')).outcome[1]).toBe(226);
		expect((await raw('CreateDestinationBase', type, '--x\r\nbroken')).outcome[1]).toBe(230);
	});
});
