/** What to do about the messages of the API (voximplant-kit.md §3.4). */
const BY_TEXT: ReadonlyArray<readonly [RegExp, string]> = [
	[
		/contact center not enabled/i,
		'The contact centre is not part of this account. Ask Voximplant to switch it on.',
	],
	[/minimum balance|insufficient funds/i, 'Top up the account, then run what was not sent again.'],
	[
		/different number of cells/i,
		'Every contact of one request needs the same columns. Fill missing ones with an empty text.',
	],
	[/without agents/i, 'Give the campaign at least one agent before you start it.'],
	[
		/phone number types cannot be combined/i,
		'Use either phone numbers and caller IDs, or SIP numbers.',
	],
	[/max queues count/i, 'Delete a queue that is not used, or ask Voximplant for more.'],
	[
		/not (yet )?(processed|ready)|being processed/i,
		'Wait until the report is ready, with Report: Get Status, or use Report: Export and Download.',
	],
	[/file is too big/i, 'A contact file may have 20 MiB.'],
	[
		/can not update status from|status can not be changed|campaign is (active|completed|started|ongoing)/i,
		'The campaign is in a state that does not allow this. Look at its status with Get Many first.',
	],
	[/is offline/i, 'The agent must be online in Kit. Agent Status and User: Get Many show who is.'],
	[
		/callbacks?\b.*\b(max|limit|reached)|\bmax.*\bcallbacks?\b/i,
		'An account has five callback endpoints at most. Look at them with Callback: Get Many, and delete one that is not used.',
	],
	[
		/^you are not allowed/i,
		'The token has the rights of the user who made it. Make the token as an administrator, or switch on the feature in Kit.',
	],
];

const BY_STATUS: Readonly<Record<number, string>> = {
	401: 'Check the account name and the API token of the credential, and that its region is that of the account. Nothing more was sent in this run.',
	402: 'Top up the account, then run what was not sent again.',
	403: 'The token has the rights of the user who made it, and the feature must be switched on in Kit. Some accounts allow listed IP addresses only.',
	404: 'There is nothing with this ID, or the account cannot see it.',
};

export function hintFor(status: number, words: string): string | undefined {
	return BY_TEXT.find(([pattern]) => pattern.test(words))?.[1] ?? BY_STATUS[status];
}
