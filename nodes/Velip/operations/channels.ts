import { ParameterError } from '../../shared/http/errors';
import { choice, text } from '../../shared/operation/field';
import { extraParameters, functionOperation } from './base';
import { appId } from './fields';

const mdata = text({
	displayName: 'Text or File URL',
	required: true,
	rows: 4,
	placeholder: 'e.g. Your order has been shipped',
	description: 'The text; for other kinds the public address of the file',
});

const msgId = text({
	displayName: 'Reference',
	additional: true,
	placeholder: 'e.g. order1001',
	description: 'Reference for the log of Velip (msg_id)',
});

function recipient(id: string) {
	return text({
		displayName: 'To',
		required: true,
		placeholder: 'e.g. 1234567890123456',
		description: `${id} of the recipient, which is not a phone number`,
	});
}

const KINDS = [
	{ name: 'Audio', value: 'audio' },
	{ name: 'Image', value: 'image' },
	{ name: 'Text', value: 'text' },
	{ name: 'Video', value: 'video' },
] as const;

function assertFile({ mtype, mdata: data }: { mtype: string; mdata: string }): void {
	if (mtype === 'text' || /^https?:\/\//i.test(data)) return;
	throw new ParameterError('"Text or File URL" must be a web address for this kind of message');
}

const WINDOW = 'It passes only within 24 hours after the last message of the recipient.';

export const sendMessenger = functionOperation({
	resource: 'messenger',
	name: 'send',
	displayName: 'Send Message',
	action: 'Send a messenger message',
	description: `Send a text or a file by Facebook Messenger. ${WINDOW}`,
	safety: 'spends',
	recheck: 'look for it in the Velip panel',
	fn: 'MakeMessenger',
	fields: {
		appId: appId('Messenger'),
		dest: recipient('Page-scoped ID (PSID)'),
		mtype: choice({
			displayName: 'Kind',
			default: 'text',
			options: [...KINDS.slice(0, 1), { name: 'Document', value: 'file' }, ...KINDS.slice(1)],
			description: 'What is sent',
		}),
		mdata,
		mcaption: text({
			displayName: 'Caption',
			additional: true,
			placeholder: 'e.g. Your invoice',
			description: 'Text under a file; Meta ignores it at present',
		}),
		msgId,
		extraParameters,
	},
	prepare(params) {
		assertFile(params);
		return params;
	},
	identify: ({ dest }) => ({ dest }),
});

export const sendInstagram = functionOperation({
	resource: 'instagram',
	name: 'send',
	displayName: 'Send Message',
	action: 'Send an instagram message',
	description: `Send a text or a file by Instagram. ${WINDOW}`,
	safety: 'spends',
	recheck: 'look for it in the Velip panel',
	fn: 'MakeInstagram',
	fields: {
		appId: appId('Instagram'),
		dest: recipient('Instagram-scoped ID (IGSID)'),
		mtype: choice({
			displayName: 'Kind',
			default: 'text',
			options: KINDS,
			description: 'What is sent',
		}),
		mdata,
		msgId,
		extraParameters,
	},
	prepare(params) {
		assertFile(params);
		return params;
	},
	identify: ({ dest }) => ({ dest }),
});

const ADDRESS = { test: /^[^\s@,;]+@[^\s@,;]+$/, message: 'must be one email address' };

function copies(displayName: string, description: string) {
	return text({ displayName, additional: true, placeholder: 'e.g. ana@example.com', description });
}

export const sendEmail = functionOperation({
	resource: 'email',
	name: 'send',
	displayName: 'Send',
	action: 'Send an email',
	description: 'Send an email through a Gmail account that is connected in the Velip panel',
	safety: 'spends',
	recheck: 'look into the folder of sent emails',
	fn: 'SendGmailOAuth',
	fields: {
		fromEmail: text({
			displayName: 'From Email',
			required: true,
			placeholder: 'e.g. name@email.com',
			pattern: ADDRESS,
			description: 'Gmail account that is connected in the Velip panel',
		}),
		toEmail: text({
			displayName: 'To Email',
			required: true,
			placeholder: 'e.g. name@email.com',
			pattern: ADDRESS,
			description: 'One recipient',
		}),
		subject: text({
			displayName: 'Subject',
			required: true,
			placeholder: 'e.g. Your appointment',
			description: 'Subject line',
		}),
		body: text({
			displayName: 'Body',
			required: true,
			rows: 6,
			placeholder: 'e.g. Hello Maria',
			description: 'Text or HTML; Velip finds out which. Attachments are not possible.',
		}),
		fromName: text({
			displayName: 'From Name',
			additional: true,
			placeholder: 'e.g. Clinic',
			description: 'Name of the sender',
		}),
		replyTo: copies('Reply To', 'Address for answers'),
		cc: copies('CC', 'Further recipients, separated by commas; 10 together with BCC'),
		bcc: copies('BCC', 'Hidden recipients, separated by commas'),
		cpid: text({
			displayName: 'Batch ID',
			additional: true,
			placeholder: 'e.g. reminders-june',
			description: 'Your own ID for a group of emails',
		}),
		origin: text({
			displayName: 'Origin',
			additional: true,
			placeholder: 'e.g. n8n',
			description: 'Mark in the records of Velip; "api_v2" unless given',
		}),
		extraParameters,
	},
	prepare(params) {
		const count = [params.cc, params.bcc]
			.flatMap((addresses) => addresses?.split(/[,;]/) ?? [])
			.filter((address) => address.trim() !== '').length;
		if (count <= 10) return params;
		throw new ParameterError(`"CC" and "BCC" may hold 10 addresses together, these are ${count}`);
	},
	identify: ({ toEmail }) => ({ to_email: toEmail }),
});
