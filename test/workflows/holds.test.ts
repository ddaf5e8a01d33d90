import { ChangeoverError } from '../../src/domain/errors.js';
import { told, type Story } from '../harness/story.js';

/** Two steps that run side by side fail at once. */
function twoFail(story: Story): void {
  story.world.fault({ call: 'Traffic.awaitEverywhere', when: 'before', error: new ChangeoverError('RecordChanged', 'A server answers something else.') });
  story.world.fault({ call: 'Traffic.ensureReverse', when: 'before', error: new ChangeoverError('RecordChanged', 'A PTR is not ours.') });
}

describe('Two steps held at once', () => {
  test('are shown and decided one after the other', () =>
    told({}, async (story) => {
      twoFail(story);
      expect(await story.migrate()).toBe('blocked');
      const first = (await story.status()).held;
      expect((await story.decide('retry', { step: first?.step ?? null })).kind).toBe('completed');
      expect(await story.goOn()).toBe('blocked');
      const second = await story.status();
      expect(second).toMatchObject({ phase: 'held', line: 'after' });
      expect(second.held?.step).not.toBe(first?.step);
      expect((await story.decide('retry', { step: second.held?.step ?? null })).kind).toBe('completed');
      await story.goOn();
      expect(story.closed()).toBe('completed');
      expect((await story.status()).phase).toBe('completed');
      expect(story.faults('west')).toEqual([]);
    }));

  test('take one decision without a step for the one that is shown', () =>
    told({}, async (story) => {
      twoFail(story);
      await story.migrate();
      await story.decide('retry');
      expect(await story.goOn()).toBe('blocked');
      expect((await story.status()).held).not.toBeNull();
      await story.decide('retry');
      await story.goOn();
      expect(story.closed()).toBe('completed');
    }));
});

describe('A decision', () => {
  test('about a step that is not held is rejected', () =>
    told({}, async (story) => {
      twoFail(story);
      await story.migrate();
      expect((await story.decide('retry', { step: 'offline-source' })).kind).toBe('rejected');
    }));

  test('is used once: a second one for the same hold does not answer the next', () =>
    told({}, async (story) => {
      story.world.fault({ call: 'Traffic.ensureReverse', when: 'before', times: 2, error: new ChangeoverError('RecordChanged', 'A PTR is not ours.') });
      await story.migrate();
      story.decideSoon('retry');
      story.decideSoon('skip');
      await story.goOn();
      const status = await story.status();
      expect(status.held?.step).toBe('reverse-names');
      expect(status.debts).toEqual([]);
    }));
});
