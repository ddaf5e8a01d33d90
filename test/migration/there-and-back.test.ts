import { connect } from '../../src/client/connect.js';
import { temporalPorts } from '../../lab/settings.js';
import { cliOutputs, encodings, filesHolding, lines, plantedSecrets, temporalFiles } from './support/secrets.js';
import { expectServedBy, migrate, nothingLost, RUN_MS, sharedScenario, statusOf, untilStepBegins } from './support/in-lab.js';

describe('There and back', () => {
  const scenario = sharedScenario();
  const outputs = cliOutputs();

  test(
    'a second start while a run is at work finds that run and starts none',
    async () => {
      const first = migrate(scenario.now, 'west');
      await untilStepBegins('east', 'capture-application');
      const second = await scenario.now.try(['migrate', 'orders', '--to', 'west', '--reason', 'impatience', '--no-wait', '-o', 'json']);
      expect(second.exitCode).toBe(9);
      const { run } = await statusOf(scenario.now);
      expect(JSON.parse(second.stdout)).toMatchObject({ found: true, run });
      expect(outputs.keep(await first)).toMatchObject({ exitCode: 0 });
      await expectServedBy(scenario.now, 'west');
    },
    RUN_MS,
  );

  test(
    'the application comes back to where it was',
    async () => {
      expect(outputs.keep(await migrate(scenario.now, 'east'))).toMatchObject({ exitCode: 0 });
      await expectServedBy(scenario.now, 'east');
      expect((await scenario.now.answers())['secondary']).toMatchObject({ 'orders.example.test A': ['127.10.0.80'] });
    },
    RUN_MS,
  );

  test('no secret stands in Temporal, in the worker\'s log or in what the command prints', async () => {
    outputs.keep(await scenario.now.try(['status', 'orders', '-o', 'json']));
    outputs.keep(await scenario.now.try(['status', 'orders']));
    outputs.keep(await scenario.now.try(['preflight', 'orders', '--to', 'west']));
    const secrets = await plantedSecrets();
    const files = [...temporalFiles(), scenario.now.worker.logFile];
    // The search itself is tried: what everybody may read is found.
    expect(filesHolding(files, encodings('to east'))).not.toEqual([]);
    const history = await histories();
    expect(history).toContain('capture-application');
    for (const [name, secret] of Object.entries(secrets)) {
      const forms = encodings(secret);
      expect({ name, files: filesHolding(files, forms) }).toEqual({ name, files: [] });
      expect({ name, lines: lines(history, forms) }).toEqual({ name, lines: [] });
      expect({ name, lines: lines(outputs.all(), forms) }).toEqual({ name, lines: [] });
    }
  });

  test('nothing was lost on the way', async () => {
    expect(await scenario.now.judge('east')).toMatchObject(nothingLost);
  });
});

/** Every history that Temporal keeps, payloads decoded where they are text: a database splits long values over its pages. */
async function histories(): Promise<string> {
  const client = await connect({ address: `127.0.0.1:${temporalPorts.grpc}`, namespace: 'default' });
  try {
    const texts: string[] = [];
    for await (const { workflowId, runId } of client.workflow.list()) {
      const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
      texts.push(JSON.stringify(history, (_, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value)));
    }
    return texts.join('\n');
  } finally {
    await client.connection.close();
  }
}
