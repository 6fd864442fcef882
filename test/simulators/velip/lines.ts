/** A sending line (`app_id`, formerly `v8l_id`); the panel alone knows them (velip.md section 6.3). */
export interface Line {
	id: number;
	channel: 'whatsapp' | 'messenger' | 'instagram';
	name: string;
	provider: 'meta' | 'gupshup';
	/** Something that is not configured, with an error code of its own. */
	lacks?:
		'provider' | 'appName' | 'key' | 'number' | 'business' | 'config' | 'pageToken' | 'pageId';
}

/** Approval state; `NONE` until it was sent to Meta. */
export type MetaStatus = 'NONE' | 'PENDING' | 'APPROVED' | 'REJECTED' | 'DELETED';

/** A template that is stored in the panel (section 12.3). */
export interface StoredTemplate {
	id: number;
	lineId: number;
	name: string;
	category: string;
	language: string;
	body: string;
	header: string;
	footer: string;
	/** Sample values, one per variable of the body. */
	examples: string[];
	buttons: Array<{ type: string; text: string }>;
	status: MetaStatus;
	metaId: string;
}

/** A line of each kind. */
export function defaultLines(): Line[] {
	return [
		{ id: 101, channel: 'whatsapp', name: 'TestApp', provider: 'meta' },
		{ id: 102, channel: 'whatsapp', name: 'TestGupshup', provider: 'gupshup' },
		{ id: 201, channel: 'messenger', name: 'TestPage', provider: 'meta' },
		{ id: 301, channel: 'instagram', name: 'TestProfile', provider: 'meta' },
	];
}

/** Approved, not yet sent, one Meta will reject, and one that cannot be sent. */
export function defaultTemplates(): StoredTemplate[] {
	const base = {
		lineId: 101,
		category: 'UTILITY',
		language: 'pt_BR',
		header: '',
		footer: 'Velip',
		buttons: [],
	};
	return [
		{
			...base,
			id: 501,
			name: 'order_update',
			body: 'Olá {{1}}, seu pedido {{2}} saiu para entrega.',
			header: 'Pedido',
			examples: ['João', '12345'],
			buttons: [{ type: 'QUICK_REPLY', text: 'OK' }],
			status: 'APPROVED',
			metaId: '880000000000501',
		},
		{
			...base,
			id: 502,
			name: 'hello_draft',
			body: 'Olá!',
			examples: [],
			status: 'NONE',
			metaId: '',
		},
		{
			...base,
			id: 503,
			name: 'reject_me',
			body: 'Ganhe dinheiro!',
			examples: [],
			status: 'NONE',
			metaId: '',
		},
		{
			...base,
			id: 504,
			name: 'no_examples',
			body: 'Olá {{1}}',
			examples: [],
			status: 'NONE',
			metaId: '',
		},
	];
}
