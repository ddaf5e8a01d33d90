import { ChangeoverError } from '../../src/domain/errors.js';
import { told } from '../harness/story.js';

describe('After an undo the unit can be moved again', () => {
  test.each(['east', 'west'])('when the claim failed on %s', (site) =>
    told({}, async (story) => {
      // Preflight and adoption only read: the first change of the record is the claim.
      story.world.fault({ call: 'Ownership.update', site, when: 'before', error: new ChangeoverError('Forbidden', 'not allowed') });
      await story.migrate();
      expect((await story.status()).phase).toBe('undone');
      expect(story.faults('east')).toEqual([]);
      await story.migrateAgain();
      expect((await story.status()).refusals).toEqual([]);
      expect(story.closed()).toBe('completed');
      expect(story.faults('west')).toEqual([]);
    }));

  test('when volumes, claims and the namespace had to stay at the target', () =>
    told({}, async (story) => {
      story.world.fault({ call: 'Workloads.ensureFrozen', when: 'before', error: new ChangeoverError('Forbidden', 'not allowed') });
      story.when('Workloads.ensureFrozen', () => {
        for (const object of story.world.site('west').objects.values()) if (object.kind === 'PersistentVolume') (object['spec'] as Record<string, unknown>)['persistentVolumeReclaimPolicy'] = 'Delete';
      });
      await story.migrate();
      expect((await story.status()).phase).toBe('undone');
      expect([...story.world.site('west').objects.keys()].filter((key) => key.startsWith('PersistentVolume/'))).not.toEqual([]);
      await story.migrateAgain();
      expect(story.closed()).toBe('completed');
      expect(story.faults('west')).toEqual([]);
    }));

  test('there and back', () =>
    told({}, async (story) => {
      await story.migrate();
      await story.migrateAgain({ target: 'east' });
      expect(story.closed()).toBe('completed');
      expect(story.faults('east')).toEqual([]);
    }));
});

describe('A claim that wakes late', () => {
  test('does not take a unit that was released meanwhile', () =>
    told({}, async (story) => {
      story.when('Objects.ensureStaged', () => story.conductor.cancelSoon());
      await story.migrate();
      for (const site of ['east', 'west']) expect(story.world.site(site).ownership.get('orders')).toMatchObject({ run: null, epoch: 2 });
    }));
});

describe('Three sites', () => {
  test('move together: every member agrees at the end', () =>
    told({ sites: ['east', 'west', 'north'] }, async (story) => {
      await story.migrate({ sites: ['east', 'west', 'north'] });
      expect(story.closed()).toBe('completed');
      expect(story.faults('west')).toEqual([]);
    }));

  test('refuse when the third was never adopted', () =>
    told({ sites: ['east', 'west', 'north'] }, async (story) => {
      story.world.site('north').ownership.clear();
      await story.migrate({ sites: ['east', 'west', 'north'] });
      expect((await story.status()).phase).toBe('refused');
      expect(story.faults('east', ['north'])).toEqual([]);
    }));

  test('refuse when the third is held by another run or of another epoch', () =>
    told({ sites: ['east', 'west', 'north'] }, async (story) => {
      const record = story.world.site('north').ownership.get('orders');
      if (record !== undefined) story.world.site('north').ownership.set('orders', { ...record, epoch: 7 });
      await story.migrate({ sites: ['east', 'west', 'north'] });
      expect((await story.status()).phase).toBe('refused');
    }));

  test('undo together', () =>
    told({ sites: ['east', 'west', 'north'] }, async (story) => {
      story.world.link.lags = true;
      await story.migrate({ sites: ['east', 'west', 'north'], options: { outageBudgetMs: 20_000 } });
      expect(story.closed()).toBe('failed: DeadlinePassed');
      expect(story.faults('east')).toEqual([]);
    }));
});
