import { ChangeoverError } from '../../src/domain/errors.js';
import { told } from '../harness/story.js';

const changes = /ensure|propose|settle|update|write/;

describe('A cancel', () => {
  test('by a person during preflight changes nothing', () =>
    told({}, async (story) => {
      story.when('Workloads.observe', () => story.decideSoon('cancel'));
      await story.migrate();
      expect((await story.status()).phase).toBe('refused');
      expect(story.world.calls.filter((c) => changes.test(c.call))).toEqual([]);
      expect(story.faults('east')).toEqual([]);
    }));

  test('of the workflow during preflight changes nothing', () =>
    told({}, async (story) => {
      story.when('Workloads.observe', () => story.conductor.cancelSoon());
      await story.migrate();
      expect(story.closed()).toBe('cancelled');
      expect(story.world.calls.filter((c) => changes.test(c.call))).toEqual([]);
    }));

  test('during the swap takes effect when the roles turn out unchanged', () =>
    told({}, async (story) => {
      story.world.roles.next.push('rolls-back');
      story.when('Replication.migrate', () => story.decideSoon('cancel'));
      await story.migrate();
      expect((await story.status()).phase).toBe('undone');
      expect(story.faults('east')).toEqual([]);
      expect(story.world.calls.filter((c) => c.call === 'Replication.migrate')).toHaveLength(1);
    }));

  test('while paused undoes, and nothing waits for a resume any more', () =>
    told({}, async (story) => {
      story.world.fault({ call: 'Objects.ensureUnstaged', when: 'before', error: new ChangeoverError('Forbidden', 'not allowed') });
      story.when('Workloads.ensureFrozen', () => story.decideSoon('pause'));
      await story.migrate();
      await story.decide('cancel');
      await story.goOn();
      expect((await story.status()).waiting).toBeNull();
      expect((await story.status()).held?.step).toBe('stage-target');
    }));
});

describe('A pause', () => {
  test('asked for in the last step before the outage keeps the application serving, and the resume looks at everything again', () =>
    told({}, async (story) => {
      story.when('Workloads.ensureFrozen', () => story.decideSoon('pause'));
      expect(await story.migrate()).toBe('blocked');
      expect(await story.status()).toMatchObject({ phase: 'paused', outage: null });
      expect(story.world.writers()).toEqual(['east']);
      const observed = story.world.calls.filter((c) => c.call === 'Workloads.observe').length;
      await story.decide('resume');
      await story.goOn();
      expect(story.world.calls.filter((c) => c.call === 'Workloads.observe').length).toBeGreaterThan(observed);
      expect(story.faults('west')).toEqual([]);
    }));

  test('asked for while the last snapshot is taken holds before the outage', () =>
    told({}, async (story) => {
      let captures = 0;
      story.world.on('Objects.capture', () => {
        captures += 1;
        if (captures === 2) story.decideSoon('pause');
      });
      expect(await story.migrate()).toBe('blocked');
      expect((await story.status()).outage).toBeNull();
      expect(story.world.writers()).toEqual(['east']);
    }));

  test('inside the outage and after the line has no effect, and is refused with the reason', () =>
    told({}, async (story) => {
      story.when('Workloads.ensureStopped', () => story.decideSoon('pause'));
      story.world.fault({ call: 'Traffic.ensureReverse', when: 'before', error: new ChangeoverError('RecordChanged', 'A PTR is not ours.') });
      expect(await story.migrate()).toBe('blocked');
      expect((await story.status()).decisions).toEqual([]);
      expect((await story.decide('pause')).kind).toBe('rejected');
      await story.decide('retry');
      await story.goOn();
      expect(story.faults('west')).toEqual([]);
    }));
});
