import {
	choice,
	flag,
	integer,
	json,
	list,
	reference,
	text,
	url,
} from '../../shared/operation/field';
import {
	audioField,
	audioId,
	audioReference,
	dateField,
	digits,
	encodeRurl,
	EXAMPLE_RECORDS,
	noBlock,
	noBlockNotice,
	positiveId,
	timeField,
	voice,
} from './fields';

/** Fields of campaigns (velip.md §9.1); ranges are those of the newest text (§16, row 14). */
export const scheduleFields = {
	dateStart: dateField('Start Date', 'First day of the campaign; today unless given'),
	dateEnd: dateField('End Date', 'Last day of the campaign; the start date unless given'),
	timeStart: timeField('Daily Start Time', 'When calling begins each day'),
	timeEnd: timeField('Daily End Time', 'When calling ends each day'),
};

export const PERIOD_LABELS = { start: 'Start Date', end: 'End Date' };

export const maxAnswered = integer({
	displayName: 'Stop After Answered Calls',
	additional: true,
	min: 0,
	description: 'The campaign stops after so many answered calls; 0 means no limit',
});

export const groupField = text({
	displayName: 'Group ID',
	additional: true,
	placeholder: 'e.g. 5',
	pattern: digits,
	description: 'Group of campaigns, from the Velip panel; 0 means none',
});

const pace = {
	vel: text({
		displayName: 'Calls per Minute',
		additional: true,
		placeholder: 'e.g. 30',
		pattern: { test: /^([1-9]\d?|100|max)$/, message: 'must be a number from 1 to 100, or max' },
		description: 'How many calls are made in a minute: 1 to 100, or max, which is the default',
	}),
	resends: integer({
		displayName: 'Repeats',
		additional: true,
		default: 0,
		min: 0,
		max: 3,
		description: 'How often a number that did not answer is called again',
	}),
	timeResends: integer({
		displayName: 'Minutes Between Repeats',
		additional: true,
		default: 30,
		min: 1,
		max: 240,
		description: 'Time before a number is called again. Older accounts want at least 10.',
	}),
	maxAnswered,
	group: groupField,
	detail: text({
		displayName: 'Description',
		additional: true,
		maxLength: 256,
		placeholder: 'e.g. Reminders for the June appointments',
		description: 'Note about the campaign',
	}),
	rurl: url({
		displayName: 'Result Callback URL',
		additional: true,
		placeholder: 'e.g. https://n8n.example.com/webhook/…',
		description:
			'Address that is told the result of every call. Paste the production URL of a Velip Trigger node. The address of the account is used when left empty.',
	}),
	encodeRurl,
};

export const paceFields = {
	...pace,
	resends: { ...pace.resends, description: `${pace.resends.description}; 0 unless added` },
	mobile: flag({
		displayName: 'Call Mobile Numbers',
		additional: true,
		default: true,
		description: 'Whether mobile numbers are called too',
	}),
	limitName: choice({
		displayName: 'Spoken Name',
		default: '1',
		additional: true,
		options: [
			{ name: 'As It Is', value: '0' },
			{ name: 'First Name', value: '1' },
			{ name: 'First Two Names', value: '2' },
		],
		description:
			'How much of the name is spoken where the text holds it. The sources differ on the numbers behind this; try it with one call.',
	}),
	xnum: flag({
		displayName: 'Several Numbers per Record',
		additional: true,
		default: true,
		description: 'Whether a record of the list holds several numbers',
	}),
	relftp: text({
		displayName: 'FTP Report Profile',
		additional: true,
		placeholder: 'e.g. 9',
		pattern: digits,
		description: 'ID of a report profile that exists in the Velip panel',
	}),
	tfix: text({
		displayName: 'Routes',
		additional: true,
		placeholder: 'e.g. 0|100',
		description: 'Termination routes to use, for accounts that may choose',
	}),
	amd: audioField(
		'Answering Machine Audio',
		'Played when a machine answers; switches machine detection on',
	),
};

function binaryField<const S extends Record<string, string[]>>(
	displayName: string,
	what: string,
	show: S,
) {
	return text({
		displayName,
		required: true,
		default: 'data',
		show,
		placeholder: 'e.g. data',
		hint: 'The name of the input field containing the binary file data to be processed',
		description: `Binary field of the input item that holds ${what}`,
	});
}

export const listReference = reference({
	displayName: 'Destination List',
	lookup: 'searchLists',
	example: '701',
	pattern: positiveId,
	required: true,
	description: 'Active list with the numbers to call',
});

export const LIST_FILE_LABEL = 'Numbers: Input Data Field Name';

const destinationFields = {
	destinations: choice({
		displayName: 'Numbers',
		default: 'list',
		options: [
			{ name: 'Destination List', value: 'list' },
			{ name: 'File', value: 'file', description: 'A CSV or JSON file of the input item' },
			{ name: 'JSON', value: 'json' },
		],
		description: 'Where the numbers come from',
	}),
	cdlcId: { ...listReference, show: { destinations: ['list'] } },
	datajson: json({
		displayName: 'Records',
		required: true,
		show: { destinations: ['json'] },
		default: EXAMPLE_RECORDS,
		description:
			'List of records: objects with number, name, codcli, extra1 to extra3, or lists in that order',
	}),
	listFile: binaryField(
		LIST_FILE_LABEL,
		'the file: CSV with a header line and the columns phone, name, cod_cli, extra1 to extra3, or JSON',
		{ destinations: ['file'] },
	),
};

export const active = flag({
	displayName: 'Start When Loaded',
	default: true,
	description:
		'Whether the campaign starts calling as soon as its numbers are loaded. Otherwise use Activate.',
});

const name = text({
	displayName: 'Name',
	maxLength: 50,
	placeholder: 'e.g. Reminders in June',
	description: 'Name of the campaign; Velip takes that of the list unless given',
});

export const openingFields = {
	name,
	...destinationFields,
	opening: choice({
		displayName: 'Opening',
		default: 'text',
		options: [
			{ name: 'Audio', value: 'content' },
			{ name: 'Audio From a File', value: 'file', description: 'A binary field of the item' },
			{ name: 'Audio From a URL', value: 'url' },
			{ name: 'Text', value: 'text' },
		],
		description: 'What the callee hears first',
	}),
	text: text({
		displayName: 'Text',
		required: true,
		rows: 4,
		show: { opening: ['text'] },
		placeholder: 'e.g. Hello <NOME>, your appointment is tomorrow at ten.',
		description:
			'Text that is read aloud. &lt;NOME&gt;, &lt;COD_CLI&gt; and &lt;EXTRA1&gt; are replaced from the list.',
	}),
	voice: { ...voice, show: { opening: ['text'] } },
	content: audioReference('Audio', 'What is played to the callee', { opening: ['content'] }),
	openingFile: binaryField('Audio: Input Data Field Name', 'the audio file', { opening: ['file'] }),
	urlcontent: url({
		displayName: 'Audio URL',
		required: true,
		show: { opening: ['url'] },
		placeholder: 'e.g. https://example.com/greeting.mp3',
		description: 'Public address of the audio',
	}),
};

interface AudioList {
	displayName: string;
	description: string;
	/** What the number of an entry is. */
	place: 'Key' | 'Slot';
	min: number;
	max: number;
}

function audioList({ displayName, description, place, min, max }: AudioList) {
	return list({
		displayName,
		addLabel: 'Add Audio',
		entryLabel: 'Audio',
		description,
		entry: {
			number: integer({
				displayName: place,
				default: min === 0 ? 1 : min,
				min,
				max,
				description: `Number of the ${place.toLowerCase()}, ${min} to ${max}`,
			}),
			content: text({
				displayName: 'Audio ID',
				required: true,
				placeholder: 'e.g. tf12345',
				pattern: audioId,
				description: 'ID of the audio, from Audio: Get Many',
			}),
		},
	});
}

/** Type 4: an audio per key. */
export const questionFields = {
	answers: audioList({
		displayName: 'Audios for Keys',
		description: 'What is played after which key (0 to 9)',
		place: 'Key',
		min: 0,
		max: 9,
	}),
	contentno: audioField('Nothing Typed Audio', 'Played when the callee types nothing'),
	dtmfini: text({
		displayName: 'Key to Hear It Again',
		additional: true,
		placeholder: 'e.g. 9',
		pattern: { test: /^[\d*#]$/, message: 'must be one key: a digit, * or #' },
		description: 'Key that plays the opening again',
	}),
	nans: integer({
		displayName: 'Digits to Collect',
		additional: true,
		default: 1,
		min: 1,
		max: 3,
		description: 'How many digits are taken as the answer ("nans" in the Velip manual)',
	}),
	dtime: integer({
		displayName: 'Key Wait Time (Seconds)',
		additional: true,
		default: 7,
		min: 4,
		max: 15,
		description: 'How long to wait for a key',
	}),
};

/** Type 6: digits that are compared with a column of the list. */
export const confirmationFields = {
	ndigval: integer({
		displayName: 'Digits Expected',
		default: 4,
		min: 1,
		max: 20,
		description: 'How many digits the callee types',
	}),
	compw: choice({
		displayName: 'Compare With',
		default: 'cod_cli',
		options: [
			{ name: 'Customer Code', value: 'cod_cli' },
			{ name: 'Extra 1', value: 'extra1' },
			{ name: 'Extra 2', value: 'extra2' },
			{ name: 'Extra 3', value: 'extra3' },
		],
		description: 'Column of the list that the digits must equal',
	}),
	audios: audioList({
		displayName: 'Further Audios',
		description: 'Slots 2 to 8 of the flow, as in the Velip manual',
		place: 'Slot',
		min: 2,
		max: 8,
	}),
	contentfail: audioField('Audio for Wrong Digits', 'Played when the digits are wrong'),
	dtmf2: text({
		displayName: 'Second Key',
		additional: true,
		placeholder: 'e.g. 2',
		description: 'The field "dtmf2" of the Velip manual',
	}),
	fdtmf: text({
		displayName: 'Key Filter',
		additional: true,
		placeholder: 'e.g. extra1|1',
		pattern: { test: /^\w+\|.+$/, message: 'must be column|value, e.g. extra1|1' },
		description: 'Column and value, as in the Velip manual',
	}),
};

/** What a clone may differ in. The do-not-call check is on unless it is switched off for the copy itself. */
export const cloneFields = {
	name,
	...destinationFields,
	active: {
		...active,
		description:
			'Whether the copy starts calling as soon as its numbers are loaded, whatever the original does. Otherwise use Activate.',
	},
	noBlock: {
		...noBlock,
		description: `${noBlock.description} Off unless switched on here, whatever the original says.`,
	},
	noBlockNotice,
	...scheduleFields,
	...pace,
	queueId: text({
		displayName: 'Queue ID',
		additional: true,
		placeholder: 'e.g. 12',
		pattern: digits,
		description: 'Queue of the call centre; 0 removes that of the original',
	}),
};
