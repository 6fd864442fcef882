/** What a user can do about an authentication code (velip.md §5). All of them end the run. */
const ACCESS_HINTS: Readonly<Record<number, string>> = {
	105: 'Velip wants this address registered for list requests: panel, Integrations > IPs.',
	110: 'The account is inactive. Ask Velip.',
	114: 'This is a token of the MCP server. Make an API token in the panel: Integrations > API tokens.',
	120: 'Register the address of this n8n in the panel: Integrations > IPs.',
	123: 'This token may not do that. Give it the permission in the panel: Integrations > API tokens. Its other functions still work.',
	131: 'Too many failed attempts came from this address. Wait 30 minutes before you try again, and check the credential first.',
	132: 'Too many failed attempts with this user. Wait 10 minutes before you try again, and check the password first.',
	140: 'Check user and password. Five wrong passwords block the user for a while.',
	142: 'Register the address of this n8n in the panel: Integrations > IPs.',
	198: 'All tokens of the account are switched off. Ask Velip.',
	199: 'Velip has banned this address after repeated failures. Only the staff of Velip can lift that.',
};

const CHECK_TOKEN =
	'Check the credential: the token has 30 characters and is made in the panel under Integrations > API tokens. Velip bans addresses that keep sending wrong ones, so nothing more was sent.';

export function accessHint(code: number): string {
	return ACCESS_HINTS[code] ?? CHECK_TOKEN;
}

/** Codes of a second send within the duplicate window (velip.md §6.4; §16, row 25). */
const DUPLICATE_CODES: Readonly<Record<string, readonly string[]>> = {
	MakeTTSCall: ['244'],
	MakeSMS: ['244'],
	MakeWhatsapp: ['244', '250'],
};

export function isDuplicate(fn: string, code: string | undefined): boolean {
	return code !== undefined && (DUPLICATE_CODES[fn]?.includes(code) ?? false);
}

export function duplicateHint(seconds?: number): string {
	const window = seconds === undefined ? '10 seconds, unless set otherwise' : `${seconds} seconds`;
	return `Velip refuses a second send to the same number within the duplicate window (${window}). If it is meant, set "Duplicate Window (Seconds)" to 0 in the additional fields, or leave more time between the two.`;
}

const DUPLICATE = duplicateHint();
const NO_CREDIT = 'Top up the account, then run the failed items again.';
const NUMBER = 'Use area code and number (11987654321), or the whole number (5511987654321).';

const FOLLOW_UP: Readonly<Record<number, string>> = {
	300: 'A follow-up SMS goes with simple calls only.',
	301: 'Choose when the follow-up SMS is sent.',
	302: 'The follow-up SMS has no text.',
	304: 'Velip does not know this moment for the follow-up SMS.',
	305: 'The follow-up SMS may have 160 characters at most.',
};

const LINE_CODES: Readonly<Record<number, string>> = {
	230: 'There is no such template.',
	235: 'Take the line ID from the Velip panel; the API does not list lines.',
	236: 'Take the line ID from the Velip panel; the API does not list lines.',
	239: 'The template has not been sent to Meta yet: use Submit. To delete it, choose to delete only the copy at Velip.',
};

const LIST_FAILED: Readonly<Record<number, string>> = Object.fromEntries(
	[270, 271, 272, 273, 274, 275].map((code) => [
		code,
		'Velip could not make the list of numbers. Check the records, or create the destination list first and choose it.',
	]),
);

/**
 * What to do about a code, per function: the same number means different things in different
 * functions (velip.md §4, and the code tables of §7 to §13).
 */
const HINTS: Readonly<Record<string, Readonly<Record<number, string>>>> = {
	MakeTTSCall: {
		201: 'Give a text or an audio to play.',
		203: NUMBER,
		204: 'An audio ID looks like tf12345.',
		205: 'The audio has expired, or belongs to another account.',
		210: 'Voices of this provider work for audio files only. Make an audio file with it and play that.',
		220: 'There is a call with this correlation ID already, and the account allows each only once.',
		230: 'Calls to this region are not allowed at this hour or on this holiday.',
		244: DUPLICATE,
		250: 'The call was not placed. CA: limit of calls per number; BK_PROCON: the number is on the do-not-call list; Blocked: on your own block list; No credit: top up the account.',
		260: 'The audio could not be queued. Check the audio and the credit of the account.',
		290: 'Give the ID of an active agent of this account.',
		...FOLLOW_UP,
	},
	MakeSMS: {
		220: 'SMS is not set up for this account. Ask Velip.',
		238: 'An SMS holds 160 characters. Shorten the text, or switch on "Cut Long Text".',
		240: `Only mobile numbers get an SMS. ${NUMBER}`,
		244: DUPLICATE,
		245: 'Velip limits the SMS sent between 22:00 and 06:00. Send the rest in the morning.',
		250: NO_CREDIT,
		255: 'There is no SMS tariff for this destination. Ask Velip.',
		260: 'The number is on the block list of the account.',
		270: 'Velip blocks texts with certain words, such as names of banks. Change the text.',
	},
	MakeWhatsapp: {
		230: 'Give the number with country code, e.g. 5511987654321.',
		236: 'Take the line ID from the Velip panel; the API does not list lines.',
		238: NO_CREDIT,
		244: DUPLICATE,
		250: DUPLICATE,
		260: 'WhatsApp did not take the message. Outside 24 hours after the last message of the recipient only templates pass.',
	},
	MakeMessenger: {
		210: 'Take the line ID from the Velip panel; the API does not list lines.',
		225: 'Give the text, or the public address of the file.',
		10: 'Messages pass only within 24 hours after the last message of the recipient.',
		230: 'Take the line ID from the Velip panel; the API does not list lines.',
	},
	MakeInstagram: {
		210: 'Take the line ID from the Velip panel; the API does not list lines.',
		225: 'Give the text, or the public address of the file.',
		10: 'Messages pass only within 24 hours after the last message of the recipient.',
		551: 'Messages pass only within 24 hours after the last message of the recipient.',
		230: 'Take the line ID from the Velip panel; the API does not list lines.',
	},
	PlayAudioFile: {
		230: 'There is no such audio.',
		240: 'The audio has expired.',
		250: 'There is no file. A recording appears some time after the end of the call, and only when recording was on.',
	},
	CreateAudioFile: {
		223: 'The file is too small to be audio.',
		227: 'Use wav, mp3, mpeg, ogg, opus, m4a, mp4, aac, 3gp, amr or webm.',
	},
	CreateCampaign: {
		200: 'There is no such FTP report profile.',
		206: 'Check the records under Numbers: they must be a list in JSON.',
		207: 'The file under Numbers is not valid JSON.',
		220: 'Dates are written YYYY-MM-DD.',
		221: 'The end may not be before the start.',
		230: 'There is an active campaign with the same list and the same start. Pause it, or change the start time.',
		232: 'The same request is still being worked on at Velip. Look at the campaigns in a minute before you create it again.',
		240: 'The audio has expired, or belongs to another account.',
		242: 'One of the audios has expired, or belongs to another account.',
		243: 'The audio for when nothing is typed has expired, or belongs to another account.',
		250: 'Take the group ID from the Velip panel; the API does not list groups.',
		251: 'There is no such destination list, or it is not active.',
		253: 'There is no such queue in this account.',
		...LIST_FAILED,
		263: 'Nothing was created. Run it again.',
		...FOLLOW_UP,
	},
	ChangeCampaign: {
		210: 'Change at least one value.',
		211: '"Stop After Answered Calls" must be a whole number; 0 means no limit.',
		212: 'There is no such campaign, or "Stop After Answered Calls" is no whole number.',
		230: 'The campaign already has these values. Switch on "Accept No Change" to count that as success.',
		234: 'The campaign was never loaded properly and cannot be activated. Create it again.',
	},
	CreateDestinationBase: {
		230: 'No valid number was found. Check which column holds the numbers.',
	},
	CreateWhatsappTemplate: {
		...LINE_CODES,
		230: 'Give the ID of a template that is stored in the Velip panel.',
		235: 'The line is not connected to Meta.',
		238: 'There is no such template in the Velip panel.',
	},
	CheckTemplateStatus: LINE_CODES,
	DeleteWhatsappTemplate: LINE_CODES,
	GetWATemplates: {
		202: 'Take the line ID from the Velip panel; the API does not list lines.',
	},
	SendGmailOAuth: {
		210: 'Connect the Gmail account in the Velip panel.',
		215: 'The mailbox has reached its quota. Send the rest later.',
	},
	CreateCenterQueue: {
		233: 'There is no such active tutor agent.',
		234: 'There is no such active chatbot agent.',
	},
};

/** Texts for codes whose own text arrives with a broken encoding (velip.md §2, §9.4). */
const OWN_TEXTS: Readonly<Record<string, Readonly<Record<number, string>>>> = {
	CreateCenterQueue: {
		230: 'The name is missing',
		231: 'The type is missing',
		232: 'The type is invalid',
		233: 'The tutor agent was not found or is inactive',
		234: 'The chatbot agent was not found or is inactive',
		235: 'There is no valid template',
		236: 'Velip could not store the queue',
		237: 'Velip could not store the queue',
	},
};

export function hintFor(fn: string, code: number): string | undefined {
	return HINTS[fn]?.[code];
}

/** Our text for a code, where Velip's own cannot be read. */
export function ownText(fn: string, code: number): string | undefined {
	return OWN_TEXTS[fn]?.[code];
}
