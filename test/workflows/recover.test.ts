import { ChangeoverError } from '../../src/domain/errors.js';
import { attestation } from '../../src/domain/status.js';
import { undoSteps } from '../../src/workflows/undo-steps.js';
import { Story, told } from '../harness/story.js';

/** A run that has swapped the roles and is held before anything runs at the target. */
const neverReady = { call: 'Objects.assertVolumesBound', site: 'west', when: 'before', error: new ChangeoverError('ObjectChanged', 'A claim is bound elsewhere.') } as const;

/** A run that loses its workflow in its outage, before the line. */
async function lostInTheOutage(story: Story): Promise<void> {
  const cut = story.cutAt(await nthCall('Replication.awaitDrained'));
  await story.migrate({}, { until: cut.isCut });
}

async function nthCall(wanted: string): Promise<number> {
  const story = new Story();
  await story.migrate();
  await story.end();
  return story.world.calls.findIndex(({ call }) => call === wanted) + 1;
}

async function lostAfterTheLine(story: Story): Promise<void> {
  story.world.fault({ ...neverReady });
  await story.migrate();
}

const refusal = (story: Story): string => (story.conductor.outcome.kind === 'failed' ? story.conductor.outcome.error.message : story.conductor.outcome.kind);

describe('A lost run', () => {
  test('is shown with what stands of it, and looking changes nothing', () =>
    told({}, async (story) => {
      await lostInTheOutage(story);
      const before = structuredClone(story.world.site('east').ownership);
      expect(await story.assess()).toMatchObject({
        run: 'orders-1', procedure: 'planned-migration', source: 'east', target: 'west', advice: { kind: 'open', ways: ['undo'] },
        sites: [{ site: 'east', role: 'primary', fence: 'on', keepsPlan: true, record: { epoch: 2, writer: null } }, { site: 'west', role: 'secondary', fence: 'on', keepsPlan: true }],
      });
      expect(story.world.site('east').ownership).toEqual(before);
    }));

  test('keeps its run id, in the next epoch, and leaves the way free for the next one', () =>
    told({}, async (story) => {
      await lostInTheOutage(story);
      await story.recover();
      expect(await story.status()).toMatchObject({ run: 'orders-1', phase: 'undone', writer: 'east', debts: [] });
      expect(story.world.site('west').ownership.get('orders')).toMatchObject({ epoch: 3, run: null, writer: 'east' });
      expect(await story.migrateAgain()).toBe('done');
      expect(story.faults('west')).toEqual([]);
    }));

  test('goes forward after the line, or home when a person says so', async () => {
    for (const [way, serves] of [['forward', 'west'], ['turn-back', 'east']] as const) {
      await told({}, async (story) => {
        await lostAfterTheLine(story);
        expect((await story.assess()).advice).toEqual({ kind: 'open', ways: ['forward', 'turn-back'] });
        await story.recover({ way });
        expect(story.closed()).toBe('completed');
        expect(story.faults(serves)).toEqual([]);
      });
    }
  });

  test('does not go a way that the roles close, and nothing is changed', () =>
    told({}, async (story) => {
      await lostAfterTheLine(story);
      await story.recover({ way: 'undo' });
      expect(refusal(story)).toContain('The way undo is not open');
      expect(story.world.site('west').ownership.get('orders')?.epoch).toBe(2);
    }));

  test('is not taken for another one', () =>
    told({}, async (story) => {
      await lostAfterTheLine(story);
      await story.recover({ run: 'orders-7' });
      expect(refusal(story)).toContain('name run orders-1, not orders-7');
    }));

  test('that does not exist is refused', () =>
    told({}, async (story) => {
      await story.recover();
      expect(refusal(story)).toContain('there is nothing to recover');
    }));

  test('whose kept plan was changed is refused: nobody knows what it was about', () =>
    told({}, async (story) => {
      await lostInTheOutage(story);
      for (const site of ['east', 'west']) {
        const plan = story.world.site(site).keptPlans.get('orders-1');
        if (plan !== undefined) story.world.site(site).keptPlans.set('orders-1', { ...plan, target: 'north' });
      }
      await story.recover();
      expect(refusal(story)).toContain('not as it was sealed');
    }));

  test('that is lost again while it is recovered is recovered again', () =>
    told({}, async (story) => {
      await lostInTheOutage(story);
      const started = story.world.calls.length;
      const cut = story.cutAt(started + 60);
      expect(await story.recover({}, { until: cut.isCut })).toBe('stopped');
      await story.recover();
      expect(story.closed()).toBe('completed');
      expect(story.faults('east')).toEqual([]);
    }));
});

describe('A lost run with a source that is gone', () => {
  test('waits for a person who vouches, serves at the target, and pays what it owes when the source is back', () =>
    told({}, async (story) => {
      await lostAfterTheLine(story);
      await story.forget();
      story.world.powerOff('east');
      expect((await story.assess()).advice).toEqual({ kind: 'held', reason: 'source-unreadable', ways: ['retry', 'attest-source-off'] });
      await story.recover({ way: 'forward' });
      for (let held = (await story.status()).held; held !== null; held = (await story.status()).held) {
        const kind = held.choices.some(({ choice }) => choice === 'attest-source-off') ? 'attest-source-off' : 'skip';
        await story.decide(kind, { step: held.step, statement: attestation('east') });
        await story.goOn();
      }
      expect(await story.status()).toMatchObject({ phase: 'completed-with-debts', writer: 'west' });
      expect(story.faults('west', ['east'])).toEqual([]);
      story.world.restore('east');
      await story.payDebts();
      await story.conductor.advance(10 * 60_000);
      expect(story.closed()).toBe('completed');
      expect(story.world.site('east').ownership.get('orders')).toMatchObject({ epoch: 3, run: null, writer: 'west' });
      expect(story.world.law()).toEqual([]);
    }));
});

describe('The undo of a recovery', () => {
  test('is that of every step that a run may have taken, in the opposite order', () =>
    told({}, async (story) => {
      await story.migrate();
      const taken = (await story.status()).steps.map(({ name }) => name);
      const names = undoSteps.map(({ name }) => name);
      expect(names.toReversed()).toEqual(taken.filter((name) => names.includes(name)).toSorted((a, b) => names.toReversed().indexOf(a) - names.toReversed().indexOf(b)));
      const order = names.toReversed().map((name) => taken.indexOf(name));
      // Controllers are frozen right before the application is stopped, and thawed only after it runs again.
      expect(order).toEqual(order.toSorted((a, b) => a - b));
      expect(undoSteps.every((step) => step.undo !== undefined)).toBe(true);
    }));
});
