/** The credential in n8n's own HTTP Request node, as "Predefined Credential Type". */
import { outputItems, type Execution, type N8nClient } from '../../demo/client';
import { alphaSmsFixture, signedInClient, type AlphaSmsFixture } from './support/session';
import { node, start, workflowOf } from './support/workflows';

describe('the credential in the HTTP Request node', () => {
	let client: N8nClient;
	let alphaSms: AlphaSmsFixture;

	beforeAll(async () => {
		client = await signedInClient();
		alphaSms = await alphaSmsFixture(client, { balance: 4711.5 });
	});

	afterAll(async () => await alphaSms?.close());

	async function ask(body: Record<string, unknown>): Promise<Execution> {
		const { id, name } = alphaSms.credential;
		const parameters = {
			method: 'POST',
			url: `${alphaSms.simulator.url}/api/json.php`,
			authentication: 'predefinedCredentialType',
			nodeCredentialType: 'alphaSmsApi',
			sendBody: true,
			options: {},
			...body,
		};
		const request = node('Request', 'n8n-nodes-base.httpRequest', parameters, {
			typeVersion: 4.2,
			credentials: { alphaSmsApi: { id, name } },
		});
		const file = workflowOf('Plain request', [start(), request], { Start: ['Request'] });
		const workflow = await client.createWorkflow(file);
		return await client.runToEnd(workflow.id, 'Start');
	}

	test.each<[string, Record<string, unknown>]>([
		['as JSON', { specifyBody: 'json', jsonBody: '{"data":[{"type":"balance"}]}' }],
		[
			'field by field',
			{ bodyParameters: { parameters: [{ name: 'data', value: '={{ [{ type: "balance" }] }}' }] } },
		],
	])('adds the key to a body given %s', async (_, body) => {
		const execution = await ask(body);
		expect(execution.data.resultData.error?.message).toBeUndefined();
		const [answer] = outputItems(execution, 'Request');
		expect(JSON.stringify(answer?.json)).toContain('4711.5');
		expect(answer?.json).toMatchObject({ success: true });
		// Nowhere else, and not shown to whoever looks at the run.
		const sent = alphaSms.simulator.log.at(-1);
		expect(JSON.stringify([sent?.path, sent?.query, sent?.headers])).not.toContain(
			alphaSms.simulator.apiKey,
		);
		expect(JSON.stringify(execution.data)).not.toContain(alphaSms.simulator.apiKey);
	});
});
