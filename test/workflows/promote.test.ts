import { ChangeoverError } from '../../src/domain/errors.js';
import { promotionOf } from '../../src/domain/status.js';
import { Story, told } from '../harness/story.js';
import { crossedInto, makeRoles, promote, promotionsCommanded as commands, quick, sides, strays } from '../harness/two-primaries.js';

/**
 * Both sites are Primary, or none is: a person chooses, with what would be lost in view, and the storage is commanded once. From there the
 * table is asked again: a promoted target goes forward, a promoted source undoes.
 */
const choice = async (story: Story, kind: string) => (await story.status()).held?.choices.find((one) => one.choice === kind);

describe('A crossing that left no site Primary', () => {
  test.each(sides)('is ended by %s: the site takes the role once, the other follows, and %s loses nothing that was acknowledged', (kind, other, serves) =>
    told({}, async (story) => {
      await crossedInto(story, 'neither');
      expect(await choice(story, kind)).toMatchObject({ loses: expect.stringMatching(/^no write that was acknowledged before the swap \(/), effect: expect.stringContaining(`${serves} takes the role, and ${other} gets its data.`) });
      await promote(story, kind, other);
      expect(commands(story)).toEqual([`${serves} takeOver`, `${serves} resync`]);
      expect([story.closed(), (await story.status()).phase]).toEqual(kind === 'promote-target' ? ['completed', 'completed'] : ['failed: SwapFailed', 'undone']);
      expect(story.faults(serves)).toEqual([]);
    }),
  );
});

describe('A crossing that left two Primaries', () => {
  test.each(sides)('is ended by %s: %s gives up, and only what it alone has is lost', (kind, other, serves) =>
    told({}, async (story) => {
      await crossedInto(story, 'both');
      const shown = await choice(story, kind);
      expect(shown?.loses).toContain(`what only ${other} has, and no write that was acknowledged before the swap (`);
      expect(shown?.loses).toMatch(other === 'west' ? /west says at .*: .*logging to SRL \(1 Kbytes behind, .*no volume open; fence on; nothing runs there; beyond that, when it became Primary, after .*Z when this run read it as Secondary, .* cannot be known$/ : /east says at .*: .*logging to SRL;/);
      await promote(story, kind, other);
      expect(commands(story)).toEqual([`${other} giveUp`, `${serves} resync`]);
      expect((await story.status()).decisions.at(-1)).toMatchObject({ kind, loses: shown?.loses });
      expect(story.closed()).toBe(kind === 'promote-target' ? 'completed' : 'failed: SwapFailed');
      expect(strays(story)).toEqual(kind === 'promote-target' ? ['east', 'west'] : []);
      expect(story.faults(serves)).toEqual([]);
    }),
  );

  test.each([
    ['its fence is off', (story: Story) => story.world.happens('someone', () => story.world.site('west').fences.forEach((rule) => (rule.on = false))), /The fence on west is not on/],
    ['a foreign pod mounts a claim', (story: Story) => story.world.happens('someone', () => story.world.site('west').foreignMounters.push('orders/debug')), /On west: pod orders\/debug/],
    ['what runs there cannot be read', (story: Story) => story.world.fault({ call: 'Workloads.observe', site: 'west', when: 'before', times: 1_000, error: new ChangeoverError('Forbidden', 'not allowed') }), /not allowed/],
  ] as const)('holds, and commands nothing, while %s', (_, happens, why) =>
    told({}, async (story) => {
      await crossedInto(story, 'both');
      happens(story);
      await promote(story, 'promote-source', 'west');
      expect(commands(story)).toEqual([]);
      expect((await story.status()).held).toMatchObject({ step: 'swap-roles', error: expect.stringMatching(why) });
      expect(story.world.law()).toEqual([]);
    }),
  );

  test('is held again when the command is refused, with what it said, and may be decided again', () =>
    told({}, async (story) => {
      await crossedInto(story, 'both');
      story.world.roles.next.push('rolls-back');
      await promote(story, 'promote-target', 'east');
      expect(await story.status()).toMatchObject({ held: { error: expect.stringMatching(/^Not done \(promote-target\): .*makesec .* exited with 1/) }, lastCommand: { site: 'east', exitCode: 1 } });
      await promote(story, 'promote-target', 'east');
      expect(story.closed()).toBe('completed');
      expect(story.faults('west')).toEqual([]);
    }));

  test('is read until nothing can still act when the command says nothing', () =>
    told({}, async (story) => {
      await crossedInto(story, 'both');
      const timers = story.conductor.story.timers.length;
      story.world.roles.next.push('done-without-exit');
      await promote(story, 'promote-target', 'east');
      expect(story.conductor.story.timers.slice(timers).some(({ summary }) => summary.includes('between two readings'))).toBe(true);
      expect(story.closed()).toBe('completed');
      expect(commands(story)).toEqual(['east giveUp', 'west resync']);
    }));
});

describe('A promotion', () => {
  test('does nothing when the roles are not as they were shown, and the table is asked again', () =>
    told({}, async (story) => {
      await crossedInto(story, 'both');
      makeRoles(story, 'neither');
      await promote(story, 'promote-target', 'east');
      expect(commands(story)).toEqual([]);
      expect((await story.status()).held).toMatchObject({ error: expect.stringMatching(/^Not done \(promote-target\): the roles are not as they were shown.*No site is Primary/) });
    }));

  test('goes on from roles that somebody repaired while it was decided, and commands nothing', () =>
    told({}, async (story) => {
      await crossedInto(story, 'neither');
      story.world.happens('someone at the storage', () => story.world.site('west').groups.forEach((group) => (group.role = 'primary')));
      await promote(story, 'promote-source', 'west');
      expect(commands(story)).toEqual([]);
      expect(story.closed()).toBe('completed');
      expect(story.faults('west')).toEqual([]);
    }));

  test('is refused where it is not offered, and without what it costs typed', () =>
    told({}, async (story) => {
      story.world.on('Replication.migrate', () => story.world.partition('east'), 'after');
      await story.migrate({ options: quick });
      expect(JSON.stringify(await story.decide('promote-target', { statement: promotionOf('east') }))).toContain('promote-target is not possible now');
    }).then(() =>
      told({}, async (story) => {
        await crossedInto(story, 'both');
        expect(JSON.stringify(await story.decide('promote-target', { statement: 'yes' }))).toContain(`Type exactly: ${promotionOf('east')}`);
        expect(JSON.stringify(await story.decide('promote-target'))).toContain('Type exactly');
      }),
    ));

  test('needs two people where the run asks for two', () =>
    told({}, async (story) => {
      await crossedInto(story, 'both', { ...quick, attestations: 2 });
      const promoteBy = (by: string, verified = true) => story.decide('promote-target', { by, verified, via: 'api', statement: promotionOf('east') });
      expect(JSON.stringify(await promoteBy('bob', false))).toContain('Nobody vouches that this is bob, and this promotion needs that');
      await promoteBy('bob');
      await story.goOn();
      expect(commands(story)).toEqual([]);
      expect(await choice(story, 'promote-target')).toMatchObject({ attestedBy: ['bob'] });
      expect(JSON.stringify(await promoteBy('bob'))).toContain('somebody else must');
      await promoteBy('carol');
      await story.goOn();
      expect(story.closed()).toBe('completed');
      expect(story.faults('west')).toEqual([]);
    }));

  test.each(['StillDraining', 'OutcomeUnknown'] as const)('begins replication again as soon as the other site follows, which is later than its role (%s)', (code) =>
    told({}, async (story) => {
      await crossedInto(story, 'neither');
      story.world.fault({ call: 'Replication.resync', when: 'before', times: 2, error: new ChangeoverError(code, 'east does not follow yet') });
      await promote(story, 'promote-target', 'east');
      await story.goOn();
      expect(story.closed()).toBe('completed');
      expect(await story.status()).toMatchObject({ writer: 'west', debts: [] });
      expect(story.faults('west')).toEqual([]);
    }));

  test('owes the replication that could not be begun again, and the application serves', () =>
    told({}, async (story) => {
      await crossedInto(story, 'neither');
      story.world.fault({ call: 'Replication.resync', when: 'before', times: 1_000, error: new ChangeoverError('Forbidden', 'not allowed') });
      await promote(story, 'promote-source', 'west');
      expect(await story.status()).toMatchObject({ writer: 'east', debts: [expect.stringContaining('Replication from east to west was not begun again')] });
      expect(story.world.law()).toEqual([]);
    }));
});

/** A run that lost its workflow in its outage, and whose roles somebody changed since. */
async function lostWith(story: Story, roles: 'both' | 'neither'): Promise<void> {
  const clean = new Story();
  await clean.migrate();
  await clean.end();
  const cut = story.cutAt(clean.world.calls.findIndex(({ call }) => call === 'Replication.awaitDrained') + 1);
  await story.migrate({}, { until: cut.isCut });
  makeRoles(story, roles);
}

describe('A recovery that finds', () => {
  const rows = (['both', 'neither'] as const).flatMap((roles) => sides.map((side) => [roles, ...side] as const));
  test.each(rows)('%s Primary is settled by %s: %s follows, and %s serves; what is lost is known less well', (roles, kind, other, serves) =>
    told({}, async (story) => {
      await lostWith(story, roles);
      await story.recover();
      expect((await choice(story, kind))?.loses).toContain('how much of it was acknowledged cannot be known (no proof is left that west had every write of east)');
      await promote(story, kind, other);
      expect(commands(story)).toEqual([roles === 'both' ? `${other} giveUp` : `${serves} takeOver`, `${serves} resync`]);
      expect([story.closed(), (await story.status()).writer]).toEqual(['completed', serves]);
      expect(story.faults(serves)).toEqual([]);
    }),
  );

  test('both Primary does not take the role from a source that was never stopped', () =>
    told({}, async (story) => {
      const cut = story.cutAt(44);
      await story.migrate({}, { until: cut.isCut });
      expect(story.world.writers()).toEqual(['east']);
      makeRoles(story, 'both');
      await story.recover();
      await promote(story, 'promote-target', 'east');
      expect(commands(story)).toEqual([]);
      expect((await story.status()).held?.error).toMatch(/^Not done \(promote-target\): The record on east says that east may write/);
      expect(story.world.writers()).toEqual(['east']);
    }));
});

describe('A way back that leaves', () => {
  const neverReady = { call: 'Objects.assertVolumesBound', site: 'west', when: 'before', error: new ChangeoverError('ObjectChanged', 'A claim is bound elsewhere.') } as const;
  const turned = async (story: Story, roles: 'both' | 'neither') => {
    story.world.fault({ ...neverReady });
    await story.migrate({ options: quick });
    story.world.roles.next.push(roles);
    await story.decide('turn-back');
    await story.goOn();
  };

  test.each(['both', 'neither'] as const)('%s Primary goes home when home is promoted', (roles) =>
    told({}, async (story) => {
      await turned(story, roles);
      await promote(story, 'promote-target', 'west');
      expect(commands(story)).toEqual([roles === 'both' ? 'west giveUp' : 'east takeOver', 'east resync']);
      expect(await story.status()).toMatchObject({ phase: 'completed', procedure: 'turn-back', writer: 'east' });
      expect(story.faults('east')).toEqual([]);
    }),
  );

  test.each(['both', 'neither'] as const)('%s Primary has not crossed when the other site is promoted, and can be given up', (roles) =>
    told({}, async (story) => {
      await turned(story, roles);
      expect(await choice(story, 'promote-source')).toMatchObject({ effect: expect.stringContaining('The way back has not crossed then; it can be tried again, or changeover go-forward starts orders on west.') });
      await promote(story, 'promote-source', 'east');
      expect(await story.status()).toMatchObject({ procedure: 'turn-back', held: { step: 'swap-roles', code: 'SwapFailed' } });
      await story.decide('go-forward');
      await story.goOn();
      expect(await story.status()).toMatchObject({ phase: 'completed', writer: 'west' });
      expect(story.faults('west')).toEqual([]);
    }),
  );
});
