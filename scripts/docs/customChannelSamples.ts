// Real outputs of every custom channel operation: each is run by n8n's engine against the simulator.
import type { IDataObject } from 'n8n-workflow';

import { readEvent } from '../../nodes/VoximplantKitCustomChannel/events';
import { cases, runChannel } from '../../test/engine/support/voximplantKitCustomChannel';
import {
	SAMPLE_FILES,
	startVoximplantKitCustomChannelSimulator,
} from '../../test/simulators/voximplantKitCustomChannel';
import type { Samples } from './samples';

/** An attachment as it comes out when files are downloaded, and one that could not be had. */
const DOWNLOADED: IDataObject[] = [
	{ binaryField: 'attachment_0' },
	{ downloadError: 'it is larger than 20 MB' },
];

/** Runs everything once; the simulator is gone afterwards. */
export async function collectCustomChannelSamples(): Promise<Samples> {
	const samples: Samples = new Map();
	const simulator = await startVoximplantKitCustomChannelSimulator({ steerByText: false });
	const note = (name: string, rows: IDataObject[]) =>
		samples.set(name, [...(samples.get(name) ?? []), ...rows]);
	const run = async (name: string, parameters: IDataObject) => {
		const { json, error } = await runChannel(simulator, name, parameters);
		if (error) throw new Error(`${name}: ${error.message} ${error.description ?? ''}`);
		note(name, json);
		return json;
	};
	try {
		const [tokens] = await run('token/logIn', {});
		for (const { name, parameters } of cases(String(tokens?.refresh_token))) {
			await run(name, parameters);
		}
		// With the warning of an unusual client ID.
		await run('message/send', { clientId: 'Jane Roe', text: 'Hello' });

		const file = { type: 'photo' as const, file_name: SAMPLE_FILES.photo.name };
		const reply = await simulator.agentReply('107804195', {
			text: 'Here is the photo',
			payload: [
				{ ...file, content: SAMPLE_FILES.photo.content },
				{ type: 'location', latitude: 50.45, longitude: 30.52, address: 'Kyiv' },
				{
					type: 'contact',
					name: 'Anna',
					number: '+447700900123',
					avatar: 'https://example.com/a.png',
				},
			],
		});
		const closed = await simulator.closeConversation('107804195');
		const [message, end] = [reply, closed].map(({ body }) => readEvent(body as IDataObject, true));
		const payload = [...((message?.payload ?? []) as IDataObject[]), ...DOWNLOADED];
		note('trigger', [{ ...message, payload }, { ...end }]);
		return samples;
	} finally {
		await simulator.close();
	}
}
