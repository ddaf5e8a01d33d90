import { ChangeoverError } from '../../src/domain/errors.js';
import { promotionOf } from '../../src/domain/status.js';
import { told, type Story } from '../harness/story.js';
import { makeRoles, promotionsCommanded as commands, quick } from '../harness/two-primaries.js';

/**
 * Somebody changes the roles by hand inside the outage, before the run does. The source must not start where the role is not; a person gives
 * the role back, or goes on to the site that has it, or ends two Primaries, each with what is known of its cost.
 */
function roles(story: Story, east: 'primary' | 'secondary', west: 'primary' | 'secondary'): void {
  story.world.happens('someone at the storage', () => {
    for (const [site, role] of [['east', east], ['west', west]] as const) story.world.site(site).groups.forEach((group) => Object.assign(group, { role, needsResync: false }));
  });
}

async function swappedByHand(story: Story): Promise<void> {
  story.when('Replication.awaitDrained', () => roles(story, 'secondary', 'primary'));
  await story.migrate({ options: quick });
}

const choice = async (story: Story, kind: string) => (await story.status()).held?.choices.find((one) => one.choice === kind);

describe('Roles that were swapped by hand inside the outage', () => {
  test('hold the undo with the command that gives the role back, and with the way on', () =>
    told({}, async (story) => {
      await swappedByHand(story);
      const { held } = await story.status();
      expect(held).toMatchObject({ step: 'offline-source', code: 'RoleChanged', error: 'west is Primary and east is Secondary, though this run did not swap them: orders must not start on east.' });
      expect(held?.choices.map((one) => one.choice)).toEqual(['retry', 'go-forward']);
      expect(await choice(story, 'retry')).toMatchObject({ effect: expect.stringContaining('Give the role back to east first: on west, in an InfoScale pod, vradmin -g vrts_kube_dg-west migrate orders_rvg east-1.') });
      expect(await choice(story, 'go-forward')).toMatchObject({ effect: 'The undo is given up: orders is kept stopped on east and started on west, which is Primary.', loses: expect.stringContaining('no proof that west had every write of east') });
    }));

  test('are undone when the role is back', () =>
    told({}, async (story) => {
      await swappedByHand(story);
      roles(story, 'primary', 'secondary');
      await story.decide('retry');
      await story.goOn();
      expect((await story.status()).phase).toBe('undone');
      expect(story.faults('east')).toEqual([]);
    }));

  test('are gone on with where a person says so: the source is stopped again, its objects are compared, and the application serves at the target', () =>
    told({}, async (story) => {
      await swappedByHand(story);
      story.editConfigMap('colour', 'blue');
      await story.decide('go-forward');
      await story.goOn();
      expect([story.closed(), await story.status()]).toMatchObject(['completed', { procedure: 'planned-migration', writer: 'west', debts: [] }]);
      expect(story.conductor.story.continued.map(({ type }) => type)).toEqual(['goForward']);
      expect(story.configMapAt('west')['colour']).toBe('blue');
      expect(story.faults('west')).toEqual([]);
    }));

  test('do not move what nobody approved', () =>
    told({}, async (story) => {
      story.when('Replication.awaitDrained', () => roles(story, 'secondary', 'primary'));
      await story.migrate({ options: { ...quick, approval: { approvers: ['bob'], expiresAfterMs: 3_600_000 } } });
      await story.decide('approve', { by: 'bob', via: 'controller' });
      await story.goOn();
      story.editConfigMap('colour', 'blue');
      await story.decide('go-forward');
      await story.goOn();
      expect((await story.status()).held).toMatchObject({ step: 'confirm-snapshot', code: 'Rejected', choices: [{ choice: 'retry' }, { choice: 'turn-back' }] });
      expect(story.world.writers()).toEqual([]);
    }));

  test('may be turned back from where they were gone on with', () =>
    told({}, async (story) => {
      await swappedByHand(story);
      story.world.fault({ call: 'Objects.assertVolumesBound', site: 'west', when: 'before', error: new ChangeoverError('ObjectChanged', 'A claim is bound elsewhere.') });
      await story.decide('go-forward');
      await story.goOn();
      expect(await story.status()).toMatchObject({ line: 'after', held: { step: 'activate-target' } });
      await story.decide('turn-back');
      await story.goOn();
      expect([story.closed(), await story.status()]).toMatchObject(['completed', { procedure: 'turn-back', writer: 'east' }]);
      expect(story.faults('east')).toEqual([]);
    }));
});

describe('Two Primaries that an undo finds', () => {
  const found = async (story: Story) => {
    story.world.fault({ call: 'Replication.awaitDrained', when: 'before', error: new ChangeoverError('Forbidden', 'not allowed') });
    story.when('Replication.awaitDrained', () => makeRoles(story, 'both'));
    await story.migrate({ options: quick });
    expect((await story.status()).held?.choices.map((one) => one.choice)).toEqual(['retry', 'promote-source', 'promote-target']);
  };

  test('are ended by promoting the source, which serves again', () =>
    told({}, async (story) => {
      await found(story);
      await story.decide('promote-source', { statement: promotionOf('west') });
      await story.goOn();
      expect(commands(story)).toEqual(['west giveUp', 'east resync']);
      expect(await story.status()).toMatchObject({ phase: 'undone', writer: 'east' });
      expect(story.faults('east')).toEqual([]);
    }));

  test('are ended by promoting the target, to which the run goes on', () =>
    told({}, async (story) => {
      await found(story);
      await story.decide('promote-target', { statement: promotionOf('east') });
      await story.goOn();
      expect(commands(story)).toEqual(['east giveUp', 'west resync']);
      expect([story.closed(), await story.status()]).toMatchObject(['completed', { writer: 'west' }]);
      expect(story.faults('west')).toEqual([]);
    }));
});
