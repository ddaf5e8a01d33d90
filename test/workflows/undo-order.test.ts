import { ChangeoverError } from '../../src/domain/errors.js';
import { told, type Story } from '../harness/story.js';

/** The target is lost while the source is already offline: nobody knows whether it became Primary. */
const targetLostInTheOutage = (story: Story) => story.when('Replication.awaitDrained', () => story.world.partition('west'));

describe('An undo inside the outage whose target cannot be read', () => {
  test('is held, and leaves the source fenced, frozen and protected until a person decides', () =>
    told({}, async (story) => {
      targetLostInTheOutage(story);
      expect(await story.migrate({ options: { outageBudgetMs: 20_000 } })).toBe('blocked');
      expect((await story.status()).held).toMatchObject({ step: 'offline-source', choices: [{ choice: 'retry' }, { choice: 'attest-target-off' }] });
      expect(story.world.site('east').fences.get('orders')?.on).toBe(true);
      expect(story.world.law()).toEqual([]);
      expect(story.world.site('west').objects.size).toBeGreaterThan(0);
    }));

  test('goes on by itself nowhere, and ends undone when the target is back and a person retries', () =>
    told({}, async (story) => {
      targetLostInTheOutage(story);
      await story.migrate({ options: { outageBudgetMs: 20_000 } });
      story.world.restore('west');
      await story.decide('retry', { step: 'offline-source' });
      await story.goOn();
      expect((await story.status()).phase).toBe('undone');
      expect(story.faults('east')).toEqual([]);
    }));

  test('starts the source when a person attests that the target is off', () =>
    told({}, async (story) => {
      targetLostInTheOutage(story);
      await story.migrate({ options: { outageBudgetMs: 20_000 } });
      await story.decide('attest-target-off', { statement: 'west is off' });
      await story.goOn();
      const { outage, writer } = await story.status();
      expect(outage?.endedAt).not.toBeNull();
      expect(writer).toBe('east');
      expect(story.world.writers()).toEqual(['east']);
      expect(story.world.law()).toEqual([]);
    }));

  test('does not believe an attestation that a reading contradicts', () =>
    told({}, async (story) => {
      targetLostInTheOutage(story);
      await story.migrate({ options: { outageBudgetMs: 20_000 } });
      story.world.restore('west');
      story.world.happens('someone takes over by hand', () => {
        for (const [site, role] of [['west', 'primary'], ['east', 'primary']] as const) for (const group of story.world.site(site).groups.values()) group.role = role;
      });
      await story.decide('attest-target-off', { statement: 'west is off' });
      await story.goOn();
      expect((await story.status()).held).toMatchObject({ step: 'offline-source', code: 'RoleChanged' });
      expect(story.world.site('east').ownership.get('orders')?.writer).toBeNull();
    }));

  test('says while it is held that nobody knows who can write', () =>
    told({}, async (story) => {
      targetLostInTheOutage(story);
      await story.migrate({ options: { outageBudgetMs: 20_000 } });
      expect((await story.status()).writer).not.toBe('east');
    }));
});

describe('An undo', () => {
  test('ends the outage when the source serves again, not when the last clean-up is done', () =>
    told({}, async (story) => {
      story.world.link.lags = true;
      story.world.fault({ call: 'Objects.ensureUnstaged', when: 'before', error: new ChangeoverError('Forbidden', 'not allowed') });
      await story.migrate({ options: { outageBudgetMs: 20_000 } });
      const status = await story.status();
      expect(status.held?.step).toBe('stage-target');
      expect(status.outage?.endedAt).not.toBeNull();
      expect(status.writer).toBe('east');
    }));

  test('says what it had to leave behind', () =>
    told({}, async (story) => {
      story.world.fault({ call: 'Workloads.ensureFrozen', when: 'before', error: new ChangeoverError('Forbidden', 'not allowed') });
      story.when('Workloads.ensureFrozen', () => {
        for (const object of story.world.site('west').objects.values()) if (object.kind === 'PersistentVolume') (object['spec'] as Record<string, unknown>)['persistentVolumeReclaimPolicy'] = 'Delete';
      });
      await story.migrate();
      expect((await story.status()).steps.find((s) => s.name === 'stage-target')?.note).toMatch(/PersistentVolume\/pv-orders-ledger: its volume is not Retain/);
    }));
});
