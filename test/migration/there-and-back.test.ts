import { cliOutputs, encodings, expectNoSecret, filesHolding, histories, journalFiles, temporalFiles } from './support/secrets.js';
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

  test('no secret stands in Temporal, in the journal, in the worker\'s log or in what the command prints', async () => {
    outputs.keep(await scenario.now.try(['status', 'orders', '-o', 'json']));
    outputs.keep(await scenario.now.try(['status', 'orders']));
    outputs.keep(await scenario.now.try(['preflight', 'orders', '--to', 'west']));
    outputs.keep(await scenario.now.try(['workers', '-o', 'json']));
    outputs.keep(await scenario.now.try(['history', '-o', 'json']));
    const journal = journalFiles();
    const files = [...temporalFiles(), ...journal, scenario.now.worker.logFile];
    // The search itself is tried: what everybody may read is found.
    expect(filesHolding(temporalFiles(), encodings('to east'))).not.toEqual([]);
    expect(filesHolding(journal, encodings('capture-application'))).not.toEqual([]);
    const history = await histories();
    expect(history).toContain('capture-application');
    await expectNoSecret(files, { history, command: outputs.all() });
  });

  test('nothing was lost on the way', async () => {
    expect(await scenario.now.judge('east')).toMatchObject(nothingLost);
  });
});
