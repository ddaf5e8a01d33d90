import { ChangeoverError } from '../../src/domain/errors.js';
import { promotionOf } from '../../src/domain/status.js';
import { told, type Story } from '../harness/story.js';

/**
 * Both sites are Primary, or none is: a person chooses, with what would be lost in view, and the storage is commanded once. From there the
 * table is asked again: a promoted target goes forward, a promoted source undoes.
 */
const quick = { options: { commandTimeoutMs: 1_000, outageBudgetMs: 20_000 } };
const sides = [['promote-source', 'west', 'east'], ['promote-target', 'east', 'west']] as const;

/** Somebody at the storage sets both roles; of two Primaries the target has a write that nobody else has. */
function makeRoles(story: Story, now: 'both' | 'neither'): void {
  story.world.happens('someone at the storage', () => {
    for (const site of ['east', 'west']) for (const group of story.world.site(site).groups.values()) Object.assign(group, { role: now === 'both' ? 'primary' : 'secondary', needsResync: false });
    if (now === 'both') story.world.site('west').groups.forEach(({ data }) => data.push('stray'));
  });
}

async function heldWith(story: Story, outcome: 'both' | 'neither', options: typeof quick.options & { attestations?: number } = quick.options): Promise<void> {
  story.world.roles.next.push(outcome);
  if (outcome === 'both') story.world.on('Replication.migrate', () => makeRoles(story, 'both'), 'after');
  await story.migrate({ options });
}

const strays = (story: Story) => ['east', 'west'].filter((site) => [...story.world.site(site).groups.values()].some(({ data }) => data.includes('stray')));
const commands = (story: Story) => story.world.calls.filter(({ call }) => ['Replication.giveUp', 'Replication.takeOver', 'Replication.resync'].includes(call)).map(({ site, call }) => `${site} ${call.slice('Replication.'.length)}`);
const choice = async (story: Story, kind: string) => (await story.status()).held?.choices.find((one) => one.choice === kind);

describe('A crossing that left no site Primary', () => {
  test.each(sides)('is ended by %s: the site takes the role once, the other follows, and %s loses nothing that was acknowledged', (kind, other, serves) =>
    told({}, async (story) => {
      await heldWith(story, 'neither');
      expect(await choice(story, kind)).toMatchObject({ loses: expect.stringMatching(/^no write that was acknowledged before the swap \(/), effect: expect.stringContaining(`${serves} takes the role, and ${other} gets its data.`) });
      await story.decide(kind, { statement: promotionOf(other) });
      await story.goOn();
      expect(commands(story)).toEqual([`${serves} takeOver`, `${serves} resync`]);
      expect([story.closed(), (await story.status()).phase]).toEqual(kind === 'promote-target' ? ['completed', 'completed'] : ['failed: SwapFailed', 'undone']);
      expect(story.faults(serves)).toEqual([]);
    }),
  );
});

describe('A crossing that left two Primaries', () => {
  test.each(sides)('is ended by %s: %s gives up, and only what it alone has is lost', (kind, other, serves) =>
    told({}, async (story) => {
      await heldWith(story, 'both');
      const shown = await choice(story, kind);
      expect(shown?.loses).toContain(`what only ${other} has, and no write that was acknowledged before the swap (`);
      expect(shown?.loses).toMatch(other === 'west' ? /west says at .*: .*logging to SRL \(1 Kbytes behind, .*no volume open; fence on; nothing runs there; beyond that, when it became Primary, .* cannot be known$/ : /east says at .*: .*logging to SRL;/);
      await story.decide(kind, { statement: promotionOf(other) });
      await story.goOn();
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
      await heldWith(story, 'both');
      happens(story);
      await story.decide('promote-source', { statement: promotionOf('west') });
      await story.goOn();
      expect(commands(story)).toEqual([]);
      expect((await story.status()).held).toMatchObject({ step: 'swap-roles', error: expect.stringMatching(why) });
      expect(story.world.law()).toEqual([]);
    }),
  );

  test('is held again when the command is refused, with what it said, and may be decided again', () =>
    told({}, async (story) => {
      await heldWith(story, 'both');
      story.world.roles.next.push('rolls-back');
      await story.decide('promote-target', { statement: promotionOf('east') });
      await story.goOn();
      expect(await story.status()).toMatchObject({ held: { error: expect.stringMatching(/^Not done \(promote-target\): .*makesec .* exited with 1/) }, lastCommand: { site: 'east', exitCode: 1 } });
      await story.decide('promote-target', { statement: promotionOf('east') });
      await story.goOn();
      expect(story.closed()).toBe('completed');
      expect(story.faults('west')).toEqual([]);
    }));

  test('is read until nothing can still act when the command says nothing', () =>
    told({}, async (story) => {
      await heldWith(story, 'both');
      const timers = story.conductor.story.timers.length;
      story.world.roles.next.push('done-without-exit');
      await story.decide('promote-target', { statement: promotionOf('east') });
      await story.goOn();
      expect(story.conductor.story.timers.slice(timers).some(({ summary }) => summary.includes('between two readings'))).toBe(true);
      expect(story.closed()).toBe('completed');
      expect(commands(story)).toEqual(['east giveUp', 'west resync']);
    }));
});

describe('A promotion', () => {
  test('does nothing when the roles are not as they were shown, and the table is asked again', () =>
    told({}, async (story) => {
      await heldWith(story, 'both');
      makeRoles(story, 'neither');
      await story.decide('promote-target', { statement: promotionOf('east') });
      await story.goOn();
      expect(commands(story)).toEqual([]);
      expect((await story.status()).held).toMatchObject({ error: expect.stringMatching(/^Not done \(promote-target\): the roles are not as they were shown.*No site is Primary/) });
    }));

  test('goes on from roles that somebody repaired while it was decided, and commands nothing', () =>
    told({}, async (story) => {
      await heldWith(story, 'neither');
      story.world.happens('someone at the storage', () => story.world.site('west').groups.forEach((group) => (group.role = 'primary')));
      await story.decide('promote-source', { statement: promotionOf('west') });
      await story.goOn();
      expect(commands(story)).toEqual([]);
      expect(story.closed()).toBe('completed');
      expect(story.faults('west')).toEqual([]);
    }));

  test('is refused where it is not offered, and without what it costs typed', () =>
    told({}, async (story) => {
      story.world.on('Replication.migrate', () => story.world.partition('east'), 'after');
      await story.migrate(quick);
      expect(JSON.stringify(await story.decide('promote-target', { statement: promotionOf('east') }))).toContain('promote-target is not possible now');
    }).then(() =>
      told({}, async (story) => {
        await heldWith(story, 'both');
        expect(JSON.stringify(await story.decide('promote-target', { statement: 'yes' }))).toContain(`Type exactly: ${promotionOf('east')}`);
        expect(JSON.stringify(await story.decide('promote-target'))).toContain('Type exactly');
      }),
    ));

  test('needs two people where the run asks for two', () =>
    told({}, async (story) => {
      await heldWith(story, 'both', { ...quick.options, attestations: 2 });
      const promote = (by: string, verified = true) => story.decide('promote-target', { by, verified, via: 'api', statement: promotionOf('east') });
      expect(JSON.stringify(await promote('bob', false))).toContain('Nobody vouches that this is bob, and this promotion needs that');
      await promote('bob');
      await story.goOn();
      expect(commands(story)).toEqual([]);
      expect(await choice(story, 'promote-target')).toMatchObject({ attestedBy: ['bob'] });
      expect(JSON.stringify(await promote('bob'))).toContain('somebody else must');
      await promote('carol');
      await story.goOn();
      expect(story.closed()).toBe('completed');
      expect(story.faults('west')).toEqual([]);
    }));

  test('owes the replication that could not be begun again, and the application serves', () =>
    told({}, async (story) => {
      await heldWith(story, 'neither');
      story.world.fault({ call: 'Replication.resync', when: 'before', times: 1_000, error: new ChangeoverError('Forbidden', 'not allowed') });
      await story.decide('promote-source', { statement: promotionOf('west') });
      await story.goOn();
      expect(await story.status()).toMatchObject({ writer: 'east', debts: [expect.stringContaining('Replication from east to west was not begun again')] });
      expect(story.world.law()).toEqual([]);
    }));
});
