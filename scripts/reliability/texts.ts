// The words of docs/RELIABILITY.md; all numbers are measured.
import type { Kind } from '../../test/faults/support/reliability/plan';

export const INTRODUCTION = `Networks break, and providers have bad days. This page says what a node does then: how often it tries, what arrives at the
provider, and what you see in your workflow. Nobody wrote these tables by hand. Every operation was run with every fault against a
simulator of its provider, which counted what it received and accepted. \`npm run reliability\` measures everything again.

What it comes to:`;

export const LEGEND = `Each measurement is one item, with **On Error: Continue** and all options as they are by default, but **Timeout** is 3 seconds
where the provider stops answering. Polling triggers have no such option and wait for 30 seconds.

| Word | What it means | Send it again? |
| --- | --- | --- |
| **accepted** | The provider took it | No |
| **refused** | The provider said no | After you have corrected the reason |
| **not sent** | It was surely not acted upon | Yes |
| **unknown** | The provider may have taken it; nobody can tell | Only after you have looked there |
| **answered** | You have what you asked for | |
| **failed** | There is no answer; nothing was changed | As often as you like |

- **2 tries, 1 accepted** means that the request was made twice, and that the provider took it once.
- **none arrived** means that the tries did not get as far as the provider.
- **If it happens once**: the fault hits the first try, and after that all is well.
- **If it does not stop**: the fault hits every try. Where it could also happen just once, this was measured with one operation of
  each kind and provider, and so were answers of 60 MB. Everything else was measured with every operation.
- The last column is the most frequent text. *Provider* stands for the name of the provider.`;

export const KIND_TEXTS: Readonly<Record<Kind, { title: string; text: string }>> = {
	spending: {
		title: 'Sending, calling, creating',
		text: 'Costs money or makes something new. It is tried again only when the request never left, or when the provider answered "too many requests". After everything else you decide.',
	},
	batch: {
		title: 'Many items in one request',
		text: 'Several messages or contacts travel together; the rules are those of sending.',
	},
	upload: { title: 'Sending a file', text: 'The rules are those of sending.' },
	order: {
		title: 'Orders that take a while',
		text: 'The order is given once, as in sending. After that the node only asks whether it is done, and a fault of such a question does no harm.',
	},
	sendAndWait: {
		title: 'Send and wait',
		text: 'The rules are those of sending. Where the outcome is not that the provider took it, the workflow does not wait.',
	},
	keyed: {
		title: 'Creating with a key',
		text: 'The provider knows a repetition by its key and makes nothing twice, so the node may try again.',
	},
	write: {
		title: 'Changing what is there',
		text: 'Doing it twice does no harm (pausing, updating, deleting), so it is tried again as in reading.',
	},
	read: { title: 'Reading', text: 'Changes nothing and is tried again after every passing fault.' },
	list: { title: 'Lists', text: 'As reading, page by page.' },
	download: {
		title: 'Downloads',
		text: 'A file, or the question that leads to one. Damage inside of a file cannot be noticed.',
	},
	fileHost: {
		title: 'Files on a host of their own',
		text: 'The question went well; the fault hits the file, which is asked for three times at most. Damage inside of a file cannot be noticed.',
	},
	polling: {
		title: 'Polling triggers',
		text: 'Two tries for each request. A poll that fails starts nothing and loses nothing: the next one asks from the same place.',
	},
};

export const DEVIATIONS = `Operations that behave otherwise than most of their kind, as measured. Names are \`resource/operation\`. Where the answer to a
deletion or cancellation is lost, the second try finds nothing there any more; nobody can tell why, so it ends as **unknown**.
Voicemod answers a change of the profile without any text, of which nothing can be cut off.`;

export const CLOSING = `## What is not in these tables

- Voicemod Control talks to an app over a WebSocket and not over HTTP; its faults are tested on their own. What must not be done twice
  there, such as switching something over, is never tried again once it may have arrived.
- Pauses between tries were cut short for the measurement. In your workflow they are 0.5, 1 and 2 seconds, or what the provider asks for up
  to a minute.
- \`npm test\` runs everything that costs money with these faults and more, and measures a changing sample of all other lines anew.`;
