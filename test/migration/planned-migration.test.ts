import { Scenario } from '../../lab/scenario/scenario.js';

/** The truth: the sample application moves between two real clusters while a client writes, and the judge says what became of it. */
const TIMEOUT = 180_000;

async function inLab(test: (scenario: Scenario) => Promise<void>): Promise<void> {
  const scenario = new Scenario();
  try {
    await scenario.begin();
    await test(scenario);
  } finally {
    await scenario.end();
  }
}

describe('A planned migration in the lab', () => {
  test(
    'moves the application without losing a write, and only one site can ever write',
    () =>
      inLab(async (scenario) => {
        await scenario.load.awaitMore(100, 20_000);
        const migration = await scenario.try(['migrate', 'orders', '--to', 'west', '--reason', 'a test']);
        expect(migration).toMatchObject({ exitCode: 0 });
        expect(await scenario.historyEvents()).toBeLessThanOrEqual(250);
        expect((await scenario.planAt('east'))?.status).toEqual({ primaryCluster: 'west' });
        expect((await scenario.planAt('west'))?.status).toEqual({ primaryCluster: 'west' });
        expect((await scenario.answers())['secondary']).toMatchObject({ 'orders.example.test A': ['127.20.0.80'] });
        await scenario.load.awaitMore(100, 20_000);
        expect(await scenario.judge('west')).toMatchObject({ ok: true, reasons: [], writesLost: 0, writersAtOnce: 1 });
      }),
    TIMEOUT,
  );
});
