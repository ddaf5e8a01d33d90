import { ChangeoverError } from '../../src/domain/errors.js';
import type { Story } from '../harness/story.js';
import { told } from '../harness/story.js';

const neverReady = { call: 'Objects.assertVolumesBound', site: 'west', when: 'before', error: new ChangeoverError('ObjectChanged', 'A claim is bound elsewhere.') } as const;
const ways = async (story: Story) => (await story.status()).held?.choices.map((c) => c.choice) ?? [];

/** Held at the first step after the line; the target never starts. */
async function heldAtTheTarget(story: Story): Promise<void> {
  story.world.fault({ ...neverReady });
  expect(await story.migrate()).toBe('blocked');
  expect(await story.status()).toMatchObject({ phase: 'held', line: 'after', held: { step: 'activate-target' } });
}

describe('Turning back', () => {
  test('brings the application home with every write, under the same id', () =>
    told({}, async (story) => {
      await heldAtTheTarget(story);
      expect(await ways(story)).toContain('turn-back');
      expect((await story.decide('turn-back')).kind).toBe('completed');
      await story.goOn();
      expect(story.closed()).toBe('completed');
      expect(story.conductor.story.continued.map(({ type }) => type)).toEqual(['turnBack']);
      expect(await story.status()).toMatchObject({ phase: 'completed', procedure: 'turn-back', source: 'west', target: 'east', writer: 'east', debts: [] });
      expect((await story.status()).decisions.map(({ kind }) => kind)).toEqual(['turn-back']);
      expect(story.faults('east')).toEqual([]);
    }));

  test('brings it home from where it already serves at the target, names and all', () =>
    told({}, async (story) => {
      story.world.fault({ call: 'Traffic.ensureReverse', when: 'before', error: new ChangeoverError('RecordChanged', 'A PTR is not ours.') });
      expect(await story.migrate()).toBe('blocked');
      expect(await story.status()).toMatchObject({ held: { step: 'reverse-names' }, writer: 'west' });
      await story.decide('turn-back', { step: 'reverse-names' });
      await story.goOn();
      expect(story.closed()).toBe('completed');
      expect(story.faults('east')).toEqual([]);
    }));

  test('need not wait until a step that will never succeed is held', () =>
    told({}, async (story) => {
      story.world.site('west').notReady = 'its image is missing';
      story.when('Objects.assertVolumesBound', () => story.decideSoon('turn-back'));
      expect((await story.migrate()) !== 'stopped').toBe(true);
      await story.goOn();
      expect(story.closed()).toBe('completed');
      expect(story.conductor.story.continued.map(({ type }) => type)).toEqual(['turnBack']);
      expect(story.faults('east')).toEqual([]);
    }));

  test('lets the unit be moved again afterwards', () =>
    told({}, async (story) => {
      await heldAtTheTarget(story);
      await story.decide('turn-back');
      await story.goOn();
      await story.migrateAgain();
      expect((await story.status()).refusals).toEqual([]);
      expect(story.closed()).toBe('completed');
      expect(story.faults('west')).toEqual([]);
    }));

  test('is held while the link is down, and goes forward again when a person says so', () =>
    told({}, async (story) => {
      await heldAtTheTarget(story);
      story.world.happens('the link breaks', () => (story.world.link.connected = false));
      await story.decide('turn-back');
      expect(await story.goOn()).toBe('blocked');
      expect(await story.status()).toMatchObject({ phase: 'held', procedure: 'turn-back', held: { step: 'look-back', code: 'Refused' } });
      expect(await ways(story)).toEqual(['retry', 'go-forward']);
      story.world.happens('the link is mended', () => (story.world.link.connected = true));
      await story.decide('go-forward');
      await story.goOn();
      expect(story.closed()).toBe('completed');
      expect(story.conductor.story.continued.map(({ type }) => type)).toEqual(['turnBack', 'goForward']);
      expect(await story.status()).toMatchObject({ procedure: 'planned-migration', source: 'east', target: 'west', phase: 'completed' });
      expect(story.faults('west')).toEqual([]);
    }));

  test('is held when the roles stay as they are, and goes forward again from there', () =>
    told({}, async (story) => {
      await heldAtTheTarget(story);
      story.world.roles.next.push('rolls-back', 'rolls-back', 'rolls-back');
      await story.decide('turn-back');
      expect(await story.goOn()).toBe('blocked');
      expect(await story.status()).toMatchObject({ phase: 'held', held: { step: 'swap-roles', code: 'SwapFailed' }, writer: null });
      await story.decide('go-forward');
      await story.goOn();
      expect(story.closed()).toBe('completed');
      expect(story.faults('west')).toEqual([]);
    }));

  test('is not offered where nothing has crossed the line, nor when the records are being freed', () =>
    told({}, async (story) => {
      expect((await story.decide('turn-back').catch(() => ({ kind: 'rejected' }))).kind).toBe('rejected');
      story.world.fault({ call: 'Plans.settle', site: 'west', when: 'before', error: new ChangeoverError('Forbidden', 'not allowed') });
      expect(await story.migrate()).toBe('blocked');
      expect(await story.status()).toMatchObject({ held: { step: 'finish' } });
      expect(await ways(story)).toEqual(['retry']);
    }));

  test('stops every call of the run that is turned back, however late it wakes', () =>
    told({}, async (story) => {
      await heldAtTheTarget(story);
      const epoch = story.world.site('west').ownership.get('orders')?.epoch ?? 0;
      await story.decide('turn-back');
      await story.goOn();
      expect(story.world.site('west').ownership.get('orders')).toMatchObject({ epoch: epoch + 1, run: null });
      expect(story.world.site('east').ownership.get('orders')).toMatchObject({ epoch: epoch + 1, run: null });
    }));
});

describe('Turning back from where schedules live at the target already', () => {
  test('suspends them there, and they live at home again', () =>
    told({}, async (story) => {
      story.when('Workloads.ensureThawed', () => story.decideSoon('turn-back'));
      await story.migrate();
      await story.goOn();
      expect(story.closed()).toBe('completed');
      expect(await story.status()).toMatchObject({ procedure: 'turn-back', writer: 'east' });
      expect(story.faults('east')).toEqual([]);
    }));
});
