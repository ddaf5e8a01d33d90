import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scopeFolder } from '../../lab/paths.js';
import { waitFor } from '../../lab/process/wait.js';
import { siteNames, type SiteName } from '../../lab/settings.js';
import { ordersVolumes } from '../../lab/site/vvrd-config.js';
import type { Assessment } from '../../src/domain/recovery.js';
import type { Role } from '../../src/domain/roles.js';
import { assessed, recoverRecommended, terminate } from './support/lost-run.js';
import { expectServedBy, migrate, ownershipAt, RUN_MS, setVvr, sharedScenario, untilStatus, untilStepBegins } from './support/in-lab.js';
import { setRole } from './support/roles.js';

/** A file that somebody wrote on a volume of the site, past the application. */
const stray = (site: SiteName) => join(scopeFolder(site), 'volumes', 'rvg', 'orders_rvg', 'current', ordersVolumes[1], 'stray');
const strays = () => siteNames.filter((site) => existsSync(stray(site)));

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
    'neither Primary, and a person promotes the source: the recovered run is undone',
    async () => {
      const recovery = recoverRecommended(scenario.now);
      const { held } = await untilStatus(scenario.now, 'the recovery to be held', ({ phase }) => phase === 'held');
      expect(held?.choices.find(({ choice }) => choice === 'promote-source')?.loses).toMatch(/^what west has and east has not, and how much of it was acknowledged cannot be known/);
      await promote('east', 'west');
      await recovery;
      await expectServedBy(scenario.now, 'east');
    },
    RUN_MS,
  );

  test(
    'two Primaries in a crossing, and a person keeps the source: what only the target has is named and lost',
    async () => {
      const migration = migrate(scenario.now, 'west');
      const loses = await untilTwoPrimaries('promote-source', 200_000);
      expect(loses).toContain('what only west has, and no write that was acknowledged before the swap');
      expect(Number(/SRL \((\d+) Kbytes behind/.exec(loses)?.[1])).toBeGreaterThanOrEqual(195);
      expect(strays()).toEqual(['west']);
      await promote('east', 'west');
      expect(await migration).toMatchObject({ exitCode: 5 });
      await expectServedBy(scenario.now, 'east');
      await untilStrays([]);
    },
    RUN_MS,
  );

  test(
    'two Primaries in a crossing, and a person keeps the target: the run goes forward with what the target has',
    async () => {
      const migration = migrate(scenario.now, 'west');
      expect(await untilTwoPrimaries('promote-target', 1_000)).toContain('what only east has, and no write that was acknowledged before the swap');
      await promote('west', 'east');
      expect(await migration).toMatchObject({ exitCode: 0 });
      await expectServedBy(scenario.now, 'west');
      await untilStrays(['east', 'west']);
    },
    RUN_MS,
  );

  test(
    'and no write that the client was told is kept was lost on the way',
    async () => expect(await scenario.now.judge('west')).toMatchObject({ writesLost: 0 }),
    RUN_MS,
  );

  /** West takes the role while the swap is under way, and gets data that nobody else has. Returns what a choice is said to lose. */
  async function untilTwoPrimaries(kind: string, bytes: number): Promise<string> {
    await setVvr('east', { migrateHang: true });
    await untilStepBegins('east', 'swap-roles');
    await setRole('west', 'primary');
    writeFileSync(stray('west'), 'x'.repeat(bytes));
    await setVvr('east', { migrateHang: false });
    const { held } = await untilStatus(scenario.now, 'the run to be held with two Primaries', ({ phase, held: now }) => phase === 'held' && now?.error.includes('both-primary') === true);
    return held?.choices.find(({ choice }) => choice === kind)?.loses ?? '';
  }

  async function promote(site: SiteName, other: SiteName): Promise<void> {
    expect(await scenario.now.try(['promote', 'orders', site, '--statement', `what only ${other} has is lost`, '--reason', `${site} is the one`])).toMatchObject({ exitCode: 0 });
  }

  async function untilStrays(at: readonly SiteName[]): Promise<void> {
    await waitFor(async () => JSON.stringify(strays()) === JSON.stringify(at), { what: `what only west had to stand at ${at.join(' and ') || 'no site'}`, deadlineMs: 30_000 });
  }

  /** A role that was set, or a right that was given back, is seen a moment later. */
  async function untilRoles(source: Role, target: Role): Promise<Assessment> {
    return waitFor(async () => {
      const assessment = await assessed(scenario.now);
      const roleOf = (site: string) => assessment.sites.find((one) => one.site === site)?.role;
      return roleOf('east') === source && roleOf('west') === target ? assessment : undefined;
    }, { what: `east to be ${source} and west ${target}`, deadlineMs: 60_000 });
  }
});
