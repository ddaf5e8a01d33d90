import { ChangeoverError } from '../../src/domain/errors.js';
import { told, type Story } from '../harness/story.js';
import { makeRoles, promote, promotionsCommanded as commands, quick } from '../harness/two-primaries.js';

/**
 * A way back that is given up finds roles that nobody meant: it stands in its own epoch by then, so every way that the table of roles offers
 * elsewhere is offered here, and where home alone is Primary the way home is open.
 */
const no = (sentence: string) => new ChangeoverError('ObjectChanged', sentence);
const ways = async (story: Story) => (await story.status()).held?.choices.map(({ choice }) => choice) ?? [];
const effect = async (story: Story, kind: string) => (await story.status()).held?.choices.find(({ choice }) => choice === kind)?.effect;

/** Held on the way back, with the application stopped on both sites, before the roles are swapped back. */
async function onTheWayBack(story: Story): Promise<void> {
  story.world.fault({ call: 'Objects.assertVolumesBound', site: 'west', when: 'before', error: no('A claim is bound elsewhere.') });
  await story.migrate({ options: quick });
  story.world.fault({ call: 'Replication.awaitDrained', site: 'west', when: 'before', error: no('It will not drain.') });
  await story.decide('turn-back');
  await story.goOn();
  expect(await story.status()).toMatchObject({ procedure: 'turn-back', held: { step: 'drain-replication' } });
}

function rolesAre(story: Story, east: 'primary' | 'secondary', west: 'primary' | 'secondary'): void {
  story.world.happens('someone at the storage', () => {
    for (const [site, role] of [['east', east], ['west', west]] as const) story.world.site(site).groups.forEach((group) => Object.assign(group, { role, needsResync: false }));
  });
}

async function forward(story: Story): Promise<void> {
  await story.decide('go-forward');
  await story.goOn();
}

describe('A way back that is given up where', () => {
  test.each(['both', 'neither'] as const)('%s Primary are found offers both promotions, and goes on where the target is promoted', (roles) =>
    told({}, async (story) => {
      await onTheWayBack(story);
      makeRoles(story, roles);
      await forward(story);
      expect(await ways(story)).toEqual(['retry', 'promote-source', 'promote-target']);
      await promote(story, 'promote-target', 'east');
      expect(commands(story)).toEqual([roles === 'both' ? 'east giveUp' : 'west takeOver', 'west resync']);
      expect([story.closed(), await story.status()]).toMatchObject(['completed', { procedure: 'planned-migration', writer: 'west' }]);
      expect(story.faults('west')).toEqual([]);
    }),
  );

  test.each(['both', 'neither'] as const)('%s Primary are found turns home by itself when home is promoted', (roles) =>
    told({}, async (story) => {
      await onTheWayBack(story);
      makeRoles(story, roles);
      await forward(story);
      expect(await effect(story, 'promote-source')).toContain('The run turns back, and east serves again.');
      await promote(story, 'promote-source', 'west');
      expect(commands(story)).toEqual([roles === 'both' ? 'west giveUp' : 'east takeOver', 'east resync']);
      expect([story.closed(), await story.status()]).toMatchObject(['completed', { procedure: 'turn-back', writer: 'east' }]);
      expect(story.faults('east')).toEqual([]);
    }),
  );

  test('home alone is Primary says so, offers the way home, and that needs no swap', () =>
    told({}, async (story) => {
      await onTheWayBack(story);
      rolesAre(story, 'primary', 'secondary');
      await forward(story);
      expect((await story.status()).held).toMatchObject({ step: 'look-forward', code: 'RoleChanged', error: expect.stringContaining('east is Primary') });
      expect(await ways(story)).toEqual(['retry', 'turn-back']);
      const migrations = story.world.calls.filter(({ call }) => call === 'Replication.migrate').length;
      await story.decide('turn-back');
      await story.goOn();
      expect([story.closed(), await story.status()]).toMatchObject(['completed', { procedure: 'turn-back', writer: 'east' }]);
      expect(story.world.calls.filter(({ call }) => call === 'Replication.migrate')).toHaveLength(migrations);
      expect(story.faults('east')).toEqual([]);
    }));

  test('home cannot be read offers to vouch for it, and takes the role where nobody has it', () =>
    told({}, async (story) => {
      await onTheWayBack(story);
      rolesAre(story, 'secondary', 'secondary');
      story.world.partition('east');
      await forward(story);
      // The record of a site that does not answer is not written.
      expect(await ways(story)).toEqual(['retry', 'turn-back']);
      story.world.restore('east');
      story.when('Replication.role', () => story.world.partition('east'));
      await story.decide('retry');
      await story.goOn();
      expect(await story.status()).toMatchObject({ held: { step: 'swap-roles' } });
      expect(await ways(story)).toEqual(['retry', 'attest-source-off']);
      const shown = (await story.status()).held?.choices.find(({ choice }) => choice === 'attest-source-off');
      expect(shown).toMatchObject({ effect: expect.stringContaining('west takes the role'), loses: expect.stringContaining('cannot be known') });
      await story.decide('attest-source-off', { statement: 'east is off' });
      await story.goOn();
      expect(commands(story)).toEqual(['west takeOver']);
      expect((await story.status()).writer).toBe('west');
      expect(story.world.law()).toEqual([]);
    }));
});
