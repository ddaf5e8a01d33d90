import { ChangeoverError } from '../../src/domain/errors.js';
import { whyNot } from '../../src/domain/decisions.js';
import { possibleDecisions } from '../../src/domain/possible.js';
import { screenOf } from '../../src/domain/screen.js';
import type { Decision, Status } from '../../src/domain/status.js';
import { told, type Story } from '../harness/story.js';
import { allSteps } from '../docs/steps.js';

/**
 * No state offers an empty list: a run is brought to each state in which it waits for somebody, and what it shows there is looked at.
 * Each way that is shown must be one that the run would take, typed as it is shown.
 */
const no = (sentence: string) => new ChangeoverError('ObjectChanged', sentence);
const neverAtTheTarget = { call: 'Objects.assertVolumesBound', site: 'west', when: 'before', error: no('A claim is bound elsewhere.') } as const;
const gate = { options: { approval: { approvers: ['bob'], expiresAfterMs: 3_600_000 } } };
const quick = { options: { commandTimeoutMs: 1_000, outageBudgetMs: 20_000 } };

/** Calls by which each step, or its undo, is made to fail. */
const forward: Readonly<Record<string, string>> = {
  'activate-target': 'Objects.assertVolumesBound', 'redirect-traffic': 'Traffic.ensureRedirected', 'names-everywhere': 'Traffic.awaitEverywhere', 'reverse-names': 'Traffic.ensureReverse',
  'verify-protection': 'Replication.awaitProtected', 'thaw-target': 'Workloads.ensureThawed', 'restore-ttl': 'Traffic.ensureTtlBack', 'release-source': 'Snapshots.untag', finish: 'Objects.ensureSettled',
};
const undone: Readonly<Record<string, string>> = {
  'offline-source': 'Workloads.ensureStarted', 'freeze-controllers': 'Workloads.ensureThawed', 'stage-target': 'Objects.ensureUnstaged', 'capture-application': 'Snapshots.untag',
  'lower-ttl': 'Traffic.ensureTtlBack', 'protect-volumes': 'Objects.ensureVolumePoliciesRestored', claim: 'Plans.settle',
};

/** Faults in what is shown; empty: none. */
function faultsOf(status: Status, now: number): readonly string[] {
  const { held, waiting } = status;
  const choices = [...(held?.choices ?? []), ...(waiting?.choices ?? [])];
  if (held === null && waiting === null) return [`It is ${status.phase} and neither held nor waiting.`];
  if (choices.length === 0) return ['It offers no way on.'];
  const { choices: lines } = screenOf(status, now);
  const possible = possibleDecisions(status, now);
  return choices.flatMap(({ choice, effect }) => {
    const listed = possible.find(({ kind }) => kind === choice);
    const decision: Decision = { id: 'd', kind: choice, step: listed?.step ?? null, by: listed?.by?.[0] ?? 'zoe', verified: true, via: 'api', reason: 'r', statement: listed?.statement ?? null, ...(listed?.digest == null ? {} : { digest: listed.digest }) };
    const problem = whyNot(decision, status, now);
    return [
      ...(listed === undefined ? [`${choice} is not among what can be decided.`] : []),
      ...(problem === null ? [] : [`${choice} is shown and would be refused: ${problem}`]),
      ...(/^\S.+\.$/.test(effect) ? [] : [`${choice} does not say what it does: ${effect}`]),
      ...(lines.some((line) => line.startsWith(`changeover ${/^attest|^promote/.exec(choice)?.[0] ?? choice} orders`) && line.includes('Outage from then on: ') && line.includes('loses ')) ? [] : [`The screen has no command for ${choice}.`]),
    ];
  });
}

/** Faults in the state that the run rests in; empty: it is the one that was meant, and it can be left. */
async function look(story: Story, { step, ...of }: Partial<Status> & { step?: string }): Promise<readonly string[]> {
  const status = await story.status();
  const meant: Readonly<Record<string, unknown>> = { ...of, ...(step === undefined ? {} : { step }) };
  const other = Object.entries({ ...status, step: status.held?.step ?? '' }).filter(([field, value]) => field in meant && value !== meant[field]);
  return [...other.map(([field, value]) => `${field} is ${JSON.stringify(value)}.`), ...faultsOf(status, story.time.now())];
}

describe('No state offers an empty list', () => {
  test('while a run waits for an approval, and while it is paused', () =>
    told({}, async (story) => {
      story.when('Workloads.ensureFrozen', () => story.decideSoon('pause'));
      await story.migrate(gate);
      expect(await look(story, { phase: 'waiting' })).toEqual([]);
      await story.decide('approve', { by: 'bob', via: 'controller' });
      await story.goOn();
      expect(await look(story, { phase: 'paused' })).toEqual([]);
    }));

  test.each(Object.entries(forward))('while %s is held after the line', (step, call) =>
    told({}, async (story) => {
      story.world.fault({ call, ...(step === 'activate-target' || step === 'finish' || step === 'thaw-target' ? { site: 'west' } : step === 'release-source' ? { site: 'east' } : {}), when: 'before', error: no('It is not as it was.') });
      await story.migrate();
      expect(await look(story, { phase: 'held', line: 'after', step })).toEqual([]);
    }));

  test('for each step that can be held there', () =>
    told({}, async (story) => {
      await story.migrate();
      const names = (await story.status()).steps.map(({ name }) => name);
      // Its probes are none of the ports' business: it asks the addresses of the plan itself.
      expect([...Object.keys(forward), 'verify-service'].toSorted()).toEqual(names.slice(names.indexOf('swap-roles') + 1).toSorted());
    }));

  test.each(Object.entries(undone))('while the undo of %s is held', (step, call) =>
    told({}, async (story) => {
      story.world.fault({ call: 'Replication.awaitDrained', when: 'before', error: no('It will not drain.') });
      story.when('Replication.awaitDrained', () => story.world.fault({ call, ...(step === 'capture-application' || step === 'claim' ? { site: 'east' } : {}), when: 'before', error: no('It is not as it was.') }));
      await story.migrate(quick);
      expect(await look(story, { phase: 'held', line: 'before', step })).toEqual([]);
    }));

  test('for each step that has an undo', async () => {
    expect(Object.keys(undone).toSorted()).toEqual((await allSteps()).filter((step) => step.undo !== undefined).map(({ name }) => name).toSorted());
  });

  const roles = ['primary', 'secondary', 'unreadable'] as const;
  const held = roles.flatMap((source) => roles.map((target) => [source, target] as const)).filter(([source, target]) => source === target || source === 'unreadable' || target === 'unreadable');
  test.each(held)('while the crossing is held with the source %s and the target %s', (source, target) =>
    told({}, async (story) => {
      story.when('Replication.migrate', () => {
        for (const [site, role] of [['east', source], ['west', target]] as const) {
          if (role === 'unreadable') story.world.partition(site);
          else story.world.happens('someone at the storage', () => story.world.site(site).groups.forEach((group) => (group.role = role)));
        }
      });
      await story.migrate(quick);
      expect(await look(story, { phase: 'held', line: 'crossing', step: 'swap-roles' })).toEqual([]);
    }));

  test.each([
    ['look-back', 'Workloads.standing'],
    ['reclaim', 'Ownership.update'],
    ['offline-source', 'Workloads.ensureStopped'],
    ['drain-replication', 'Replication.awaitDrained'],
    ['confirm-standing', 'Fence.read'],
  ])('while %s is held on the way back', (step, call) =>
    told({}, async (story) => {
      story.world.fault({ ...neverAtTheTarget });
      await story.migrate();
      story.world.fault({ call, ...(step === 'confirm-standing' ? { site: 'east', nth: 2 } : {}), when: 'before', error: no('It is not as it was.') });
      await story.decide('turn-back');
      await story.goOn();
      expect(await look(story, { phase: 'held', procedure: 'turn-back', step })).toEqual([]);
    }));
});
