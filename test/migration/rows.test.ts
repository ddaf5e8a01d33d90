import { waitFor } from '../../lab/process/wait.js';
import type { Assessment } from '../../src/domain/recovery.js';
import type { Role } from '../../src/domain/roles.js';
import { assessed, recoverRecommended, terminate } from './support/lost-run.js';
import { expectServedBy, ownershipAt, RUN_MS, setVvr, sharedScenario, untilStepBegins } from './support/in-lab.js';
import { setRole } from './support/roles.js';

/** The decide table, row by row, as it is read on real parts: of a run that lost its workflow in its outage, so that nothing acts meanwhile. */
describe('What follows from the roles of both sites', () => {
  const scenario = sharedScenario({ commandTimeoutMs: 2_000 });

  beforeAll(async () => {
    await setVvr('east', { pauseReplication: true });
    await scenario.now.run(['migrate', 'orders', '--to', 'west', '--reason', 'to west', '--no-wait']);
    await untilStepBegins('east', 'drain-replication');
    await terminate();
    await setVvr('east', { pauseReplication: false });
  }, RUN_MS);

  const open = (...ways: readonly string[]) => ({ kind: 'open', ways });
  const held = (reason: string) => ({ kind: 'held', reason, ways: expect.arrayContaining([expect.stringMatching(/^(attest|promote)/)]) });

  const rows: readonly { readonly source: Role; readonly target: Role; readonly follows: object }[] = [
    { source: 'primary', target: 'secondary', follows: open('undo') },
    { source: 'primary', target: 'unreadable', follows: held('target-unreadable') },
    { source: 'unreadable', target: 'secondary', follows: held('source-unreadable') },
    { source: 'unreadable', target: 'unreadable', follows: held('nothing-readable') },
    { source: 'primary', target: 'primary', follows: held('both-primary') },
    { source: 'unreadable', target: 'primary', follows: held('source-unreadable') },
    { source: 'secondary', target: 'primary', follows: open('forward', 'turn-back') },
    { source: 'secondary', target: 'unreadable', follows: held('target-unreadable') },
    { source: 'secondary', target: 'secondary', follows: held('neither-primary') },
  ];

  test.each(rows)(
    'source $source, target $target',
    async ({ source, target, follows }) => {
      const before = await ownershipAt('east');
      await setRole('east', source);
      await setRole('west', target);
      const { advice } = await untilRoles(source, target);
      expect(advice).toEqual(follows);
      expect(await ownershipAt('east')).toEqual(before);
    },
    RUN_MS,
  );

  test(
    'neither Primary, and a person repairs the roles: the run goes on from what is read then',
    async () => {
      const recovery = recoverRecommended(scenario.now);
      await waitFor(async () => (await scenario.now.try(['status', 'orders'])).exitCode === 6, { what: 'the recovery to be held', deadlineMs: 60_000 });
      await setRole('east', 'primary');
      expect(await scenario.now.try(['retry', 'orders', '--step', 'swap-roles', '--reason', 'the roles were repaired by hand'])).toMatchObject({ exitCode: 0 });
      await recovery;
      await expectServedBy(scenario.now, 'east');
      expect(await scenario.now.judge('east')).toMatchObject({ writesLost: 0 });
    },
    RUN_MS,
  );

  /** A role that was set, or a right that was given back, is seen a moment later. */
  async function untilRoles(source: Role, target: Role): Promise<Assessment> {
    return waitFor(async () => {
      const assessment = await assessed(scenario.now);
      const roleOf = (site: string) => assessment.sites.find((one) => one.site === site)?.role;
      return roleOf('east') === source && roleOf('west') === target ? assessment : undefined;
    }, { what: `east to be ${source} and west ${target}`, deadlineMs: 60_000 });
  }
});
