import { choice, integer, text } from '../../shared/operation/field';
import { audioField, cpid, followUp, httpdup, setbrasil } from './fields';

function number(displayName: string, description: string, min: number, max?: number) {
	return integer({
		displayName,
		additional: true,
		min,
		...(max !== undefined && { max }),
		description,
	});
}

function variable(displayName: string, word: string) {
	return text({
		displayName,
		additional: true,
		placeholder: 'e.g. Maria',
		description: `Replaces ${word} in the text or in a model audio`,
	});
}

/** Settings of a call that most people do not need (velip.md §7.1). */
export const callOptions = {
	setbrasil,
	cpid,
	httpdup,
	callerid: text({
		displayName: 'Caller ID',
		additional: true,
		placeholder: 'e.g. 551130000000',
		description:
			'Number that the callee sees. Works only with routes of your own; otherwise Velip ignores it and says so in "warning".',
	}),
	nome: variable('Variable: Name', '&lt;NOME&gt;'),
	codCli: variable('Variable: Customer Code', '&lt;COD_CLI&gt;'),
	extra1: variable('Variable: Extra 1', '&lt;EXTRA1&gt;'),
	extra2: variable('Variable: Extra 2', '&lt;EXTRA2&gt;'),
	extra3: variable('Variable: Extra 3', '&lt;EXTRA3&gt;'),
	extra4: variable('Variable: Extra 4', '&lt;EXTRA4&gt;'),
	dtime: number('Key Wait Time (Seconds)', 'How long to wait for a key', 1, 120),
	dtmf: text({
		displayName: 'Key Action',
		additional: true,
		placeholder: 'e.g. 1',
		description:
			'What a key does ("dtmf" in the Velip manual). The manual does not say how to write it; ask Velip.',
	}),
	contentno: audioField('Nothing Typed Audio', 'Played when the callee types nothing'),
	contentfail: audioField(
		'Second Leg: Failure Audio',
		'Played when the second leg cannot be connected',
	),
	contentend: audioField('Closing Audio', 'Played at the end'),
	contentdtmf: audioField('Key Audio', 'The slot "contentdtmf" of the Velip manual'),
	amd: audioField(
		'Answering Machine Audio',
		'Played when a machine answers; switches machine detection on',
	),
	rec: number('Record (Seconds)', 'Records the call, at most so long', 1, 14400),
	startrec: choice({
		displayName: 'Record From',
		default: 'ini',
		additional: true,
		options: [
			{ name: 'After the Bridge', value: 'pa' },
			{ name: 'The Conference', value: 'conf' },
			{ name: 'The Start', value: 'ini' },
		],
		description: 'When recording begins; needs Record',
	}),
	repeat: text({
		displayName: 'Repeat',
		additional: true,
		placeholder: 'e.g. 3|30|22:00',
		pattern: {
			test: /^\d+\|\d+\|\d{2}:\d{2}(\|\d{4}-\d{2}-\d{2} \d{2}:\d{2})?$/,
			message: 'must be tries|minutes between|last time, e.g. 3|30|22:00',
		},
		description:
			'Tries, minutes between them and the latest time of the day, on request with the first moment: 3|30|22:00|2030-05-10 09:00. Velip gives no call ID then; use the correlation ID.',
	}),
	priority: number(
		'Priority',
		'0 joins the queue, higher goes first, -1 dials at once, -20 makes the speech first and then dials. Some need a permission of the account.',
		-20,
	),
	block: text({
		displayName: 'Not Before',
		additional: true,
		placeholder: 'e.g. 2030-05-10 09:00:00',
		description:
			'Moment before which Velip does not dial. The manual does not say how to write it; this form works for at least one customer. Brasília time.',
	}),
	ringtime: number('Ring Time (Seconds)', 'Longest time to let it ring', 1, 600),
	timelimit: number('Longest Call (Seconds)', 'The call ends after so many seconds', 1),
	answer: number(
		'Silent Answer After (Seconds)',
		'A silent line counts as answered after so many seconds',
		0,
	),
	bkddd: choice({
		displayName: 'Quiet Hours of the Region',
		default: '1',
		additional: true,
		options: [
			{ name: 'Ignore', value: '0' },
			{ name: 'Refuse the Call', value: '1' },
			{
				name: 'Refuse and Record, or Queue (See Manual)',
				value: '2',
				description: 'The sources disagree on what Velip does',
			},
		],
		description: 'What to do at hours and on holidays when calls to the region are not allowed',
	}),
	numlim: number('Most Calls per Number', 'To one number, within one Batch ID', 1),
	audiolim: number('Most Calls per Audio', 'To one number with one audio, within one Batch ID', 1),
	tfix: text({
		displayName: 'Routes',
		additional: true,
		placeholder: 'e.g. 0|100',
		description: 'Termination routes to use, for accounts that may choose',
	}),
	fifo: number('Second Leg: Queue', 'Anything but 0 waits until an attendant is free', 0),
	fifolim: number(
		'Second Leg: Longest Wait',
		'Seconds in the queue of the second leg; the call ends afterwards',
		1,
	),
	senddtmf: text({
		displayName: 'Second Leg: Keys',
		additional: true,
		placeholder: 'e.g. 123#',
		description: 'Keys that are sent once the second leg answers',
	}),
	senddtmftime: number(
		'Second Leg: Key Delay',
		'Seconds to wait before the keys for the second leg are sent',
		0,
	),
	moh: choice({
		displayName: 'Sound While Connecting',
		default: '1',
		additional: true,
		options: [
			{ name: 'Dial Tone', value: '1' },
			{ name: 'Music', value: '2' },
			{ name: 'None', value: '0', description: 'The manual has it in a sample only' },
			{ name: 'Silence', value: '3' },
		],
		description: 'What the callee hears while the second leg is opened',
	}),
	...followUp,
	smsDtmf: text({
		displayName: 'SMS After the Call: Keys',
		additional: true,
		placeholder: 'e.g. 1,2',
		description: 'Keys after which the SMS is sent, when it goes after a key; 1 unless given',
	}),
};
