import { askVvrd } from '../../lab/site/vvrd-client.js';
import { podsOf, withApi } from '../../lab/scenario/application.js';
import { siteNames } from '../../lab/settings.js';
import { expectServedBy, migrate, nothingLost, ownershipAt, RUN_MS, setVvr, sharedScenario, statusOf, untilStatus } from './support/in-lab.js';

describe('A role command that does not go as it should', () => {
  const scenario = sharedScenario({ outageBudgetMs: 12_000, commandTimeoutMs: 2_500 });

  test(
    'takes two seconds: the run waits for it',
    async () => {
      await setVvr('east', { migrateMs: 2_000 });
      expect(await migrate(scenario.now, 'west')).toMatchObject({ exitCode: 0 });
      await setVvr('east', { migrateMs: 0 });
      await expectServedBy(scenario.now, 'west');
    },
    RUN_MS,
  );

  test(
    'is done but says that it failed: the roles are believed, not the exit code',
    async () => {
      await setVvr('west', { migrateExitNonZeroThoughDone: true });
      expect(await migrate(scenario.now, 'east')).toMatchObject({ exitCode: 0 });
      await setVvr('west', { migrateExitNonZeroThoughDone: false });
      expect((await statusOf(scenario.now)).lastCommand).toMatchObject({ site: 'west', exitCode: 1 });
      await expectServedBy(scenario.now, 'east');
    },
    RUN_MS,
  );

  test(
    'is refused by the target once: it is given again',
    async () => {
      await setVvr('west', { migrateFailRemote: true });
      const migration = migrate(scenario.now, 'west');
      await untilStatus(scenario.now, 'a swap that failed', ({ lastCommand }) => lastCommand !== null && lastCommand.exitCode !== 0);
      await setVvr('west', { migrateFailRemote: false });
      const { exitCode } = await migration;
      // Three refusals in a row can be faster than the switch: then it was undone, which is as right.
      expect([0, 5]).toContain(exitCode);
      const served = exitCode === 0 ? 'west' : 'east';
      await expectServedBy(scenario.now, served);
      // The next tests begin at west.
      if (served === 'east') await migrate(scenario.now, 'west');
      await expectServedBy(scenario.now, 'west');
    },
    RUN_MS,
  );

  test(
    'hangs: the run is held, nothing is started anywhere while it may still act, and when it goes on the run does too',
    async () => {
      await setVvr('west', { migrateHang: true });
      const migration = migrate(scenario.now, 'east');
      const hanging = await untilStatus(
        scenario.now,
        'the run to be held in the crossing, with the outage budget passed',
        ({ phase, line, outage }) => phase === 'held' && line === 'crossing' && outage !== null && Date.now() > Date.parse(outage.startedAt) + outage.budgetMs,
      );
      expect(hanging.held).toMatchObject({ step: 'swap-roles', code: 'OutcomeUnknown', choices: [{ choice: 'retry' }] });
      // The budget does not end a crossing: an undo could meet the command that wakes.
      for (const site of siteNames) {
        expect((await ownershipAt(site)).writer).not.toBe('east');
        expect(await withApi(site, podsOf)).toEqual([]);
      }
      await setVvr('west', { migrateHang: false });
      expect(await migration).toMatchObject({ exitCode: 0 });
      await expectServedBy(scenario.now, 'east');
    },
    RUN_MS,
  );

  test(
    'stops half way: the run is held with its choices, and goes on when a person has repaired the roles',
    async () => {
      await setVvr('east', { migrateStopHalf: true });
      const migration = migrate(scenario.now, 'west');
      const { held, ...status } = await untilStatus(scenario.now, 'the run to be held', ({ phase }) => phase === 'held');
      expect(held).toMatchObject({ step: 'swap-roles' });
      expect(held?.choices.map(({ choice }) => choice)).toContain('retry');
      expect(status).toMatchObject({ line: 'crossing', writer: null });
      expect((await ownershipAt('east')).writer).toBeNull();
      expect((await scenario.now.try(['status', 'orders'])).exitCode).toBe(6);
      await setVvr('east', { migrateStopHalf: false });
      const repaired = await askVvrd('east', { op: 'vradmin', node: 'east-1', argv: ['-g', 'vrts_kube_dg-east', '-s', 'migrate', 'orders_rvg', 'west-vvr.example.test'] }, 20_000);
      expect(repaired).toMatchObject({ exitCode: 0 });
      expect(await scenario.now.try(['retry', 'orders', '--step', 'swap-roles', '--reason', 'the roles were repaired by hand'])).toMatchObject({ exitCode: 0 });
      expect(await migration).toMatchObject({ exitCode: 0 });
      await expectServedBy(scenario.now, 'west');
    },
    RUN_MS,
  );

  test.each([
    ['the target', 'west', 'east', 'east', 0],
    ['the source', 'east', 'west', 'east', 5],
  ] as const)(
    'stops half way, and a person promotes %s: the roles are settled by one takeover, and the run goes on from there',
    async (_, from, to, chosen, exitCode) => {
      const other = chosen === from ? to : from;
      await setVvr(from, { migrateStopHalf: true });
      const migration = migrate(scenario.now, to);
      const { held } = await untilStatus(scenario.now, 'the run to be held', ({ phase }) => phase === 'held');
      await setVvr(from, { migrateStopHalf: false });
      for (const choice of ['promote-source', 'promote-target']) {
        expect(held?.choices).toContainEqual(expect.objectContaining({ choice, loses: expect.stringMatching(/^no write that was acknowledged before the swap/) }));
      }
      expect(await scenario.now.try(['promote', 'orders', chosen, '--statement', `what only ${other} has is lost`, '--reason', 'it is the one'])).toMatchObject({ exitCode: 0 });
      expect(await migration).toMatchObject({ exitCode });
      await expectServedBy(scenario.now, chosen);
    },
    RUN_MS,
  );

  test('nothing was lost on the way', async () => {
    expect(await scenario.now.judge('east')).toMatchObject(nothingLost);
  });
});
