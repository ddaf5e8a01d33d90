import { ChangeoverError } from '../../src/domain/errors.js';
import { specOf } from '../../src/drivers/memory/raw.js';
import type { RawObject } from '../../src/ports/objects.js';
import { told, type Story } from '../harness/story.js';

/** The last step before the line fails for good, so everything is undone. */
const failsInTheOutage = (story: Story) => story.world.fault({ call: 'Replication.awaitDrained', when: 'before', error: new ChangeoverError('Forbidden', 'not allowed') });

const noteOf = async (story: Story, step: string) => (await story.status()).steps.find(({ name }) => name === step)?.note ?? '';

/** Someone else changes a field of an object at the source while the volumes drain. */
function edits(story: Story, key: string, spec: Readonly<Record<string, unknown>>): void {
  story.when('Replication.awaitDrained', () => {
    const found = story.world.site('east').objects.get(key);
    if (found === undefined) throw new Error(`there is no ${key}`);
    story.world.happens('someone else', () => Object.assign(specOf(found), spec));
  });
}

const at = (story: Story, key: string, field: string) => specOf(story.world.site('east').objects.get(key) ?? { apiVersion: '', kind: '', metadata: { name: '' } })[field];

describe('An undo gives back what this run changed and nothing else', () => {
  test('a scale that someone else set stays, and is said', () =>
    told({}, async (story) => {
      failsInTheOutage(story);
      edits(story, 'Deployment/orders', { replicas: 3 });
      await story.migrate();
      expect((await story.status()).phase).toBe('undone');
      expect(at(story, 'Deployment/orders', 'replicas')).toBe(3);
      expect(await noteOf(story, 'offline-source')).toContain('Deployment/orders: spec.replicas is 3, set by someone else during the run, and was left; before the run it was 1');
      expect(story.world.writers()).toEqual(['east']);
    }));

  test('a reclaim policy that someone else set stays, and is said', () =>
    told({}, async (story) => {
      failsInTheOutage(story);
      edits(story, 'PersistentVolume/pv-orders-ledger', { persistentVolumeReclaimPolicy: 'Recycle' });
      await story.migrate();
      expect((await story.status()).phase).toBe('undone');
      expect(at(story, 'PersistentVolume/pv-orders-ledger', 'persistentVolumeReclaimPolicy')).toBe('Recycle');
      expect(await noteOf(story, 'protect-volumes')).toContain('PersistentVolume/pv-orders-ledger: spec.persistentVolumeReclaimPolicy is Recycle, set by someone else');
    }));

  test('a schedule that someone else woke up meanwhile is as before: nothing is said', () =>
    told({}, async (story) => {
      failsInTheOutage(story);
      edits(story, 'CronJob/orders-report', { suspend: false });
      await story.migrate();
      expect((await story.status()).phase).toBe('undone');
      expect(await noteOf(story, 'freeze-controllers')).toBe('given back: CronJob/orders-report');
      expect(story.faults('east')).toEqual([]);
    }));

  test('a TTL that someone else set stays, and is said', () =>
    told({}, async (story) => {
      failsInTheOutage(story);
      story.when('Replication.awaitDrained', () =>
        story.world.happens('someone else', () => {
          for (const server of story.world.names.servers) for (const [key, record] of server.records) if (record.type === 'A') server.records.set(key, { ...record, ttlSeconds: 300 });
        }),
      );
      await story.migrate();
      expect((await story.status()).phase).toBe('undone');
      expect(await noteOf(story, 'lower-ttl')).toMatch(/^orders\.example\.test\. A: the TTL is 300 s, set by someone else during the run, and was left; before the run it was 30 s$/);
    }));

  test('a record that someone else changed stays, and holds nothing up', () =>
    told({}, async (story) => {
      failsInTheOutage(story);
      story.when('Replication.awaitDrained', () =>
        story.world.happens('someone else', () => {
          for (const server of story.world.names.servers) for (const [key, record] of server.records) if (record.type === 'A') server.records.set(key, { ...record, values: ['192.0.2.99'] });
        }),
      );
      await story.migrate();
      expect((await story.status()).phase).toBe('undone');
      expect(await noteOf(story, 'lower-ttl')).toContain('the record is 192.0.2.99, set by someone else');
    }));

  test('a third site that someone else proposed stays, and is said; the records are free all the same', () =>
    told({}, async (story) => {
      failsInTheOutage(story);
      story.when('Replication.awaitDrained', () =>
        story.world.happens('someone else', () => {
          const plan = story.world.site('east').plans.get('orders');
          if (plan !== undefined) plan.object.specPrimary = 'north';
        }),
      );
      await story.migrate();
      expect((await story.status()).phase).toBe('undone');
      expect(story.world.site('east').plans.get('orders')?.object).toMatchObject({ specPrimary: 'north', proposedBy: null });
      expect(story.world.site('west').plans.get('orders')?.object).toMatchObject({ specPrimary: 'east', proposedBy: null });
      expect(await noteOf(story, 'claim')).toBe('the DR plan on east: spec.primaryCluster is north, set by someone else during the run, and was left; before the run it was east');
      expect(story.world.site('east').ownership.get('orders')?.run).toBeNull();
    }));

  test('and a run that nobody interfered with says only what it gave back', () =>
    told({}, async (story) => {
      failsInTheOutage(story);
      await story.migrate();
      const { steps } = await story.status();
      expect(steps.filter(({ note }) => note?.includes('someone else') === true)).toEqual([]);
      expect(story.faults('east')).toEqual([]);
    }));
});

describe('A planned migration whose workload somebody deletes at the source', () => {
  const deleteAndKeep = (story: Story): RawObject => {
    const { objects } = story.world.site('east');
    const workload = objects.get('Deployment/orders');
    if (workload === undefined) throw new Error('There is no Deployment at east.');
    objects.delete('Deployment/orders');
    return workload;
  };

  test('inside the outage does not cross without it: it is held in its undo with what is gone, and serves when it stands again', () =>
    told({}, async (story) => {
      const deleted: RawObject[] = [];
      story.when('Replication.awaitClosed', () => void deleted.push(deleteAndKeep(story)));
      expect(await story.migrate()).toBe('blocked');
      const { held, line, writer } = await story.status();
      expect(line).toBe('before');
      expect(writer).toBe('unknown');
      expect(held).toMatchObject({ step: 'offline-source', code: 'ObjectChanged', error: expect.stringContaining('Deployment/orders is gone from east') as string });
      expect(story.world.writers()).toEqual([]);
      story.world.happens('it is applied again', () => {
        for (const object of deleted) story.world.site('east').objects.set('Deployment/orders', { ...object, metadata: { name: 'orders', namespace: 'orders', labels: { app: 'orders' } }, spec: { ...(object['spec'] as object), replicas: 1 } });
      });
      await story.decide('retry', { step: 'offline-source' });
      await story.goOn();
      expect((await story.status()).phase).toBe('undone');
      expect(story.faults('east')).toEqual([]);
    }));

  test('before the outage stops nothing more and says what is gone', () =>
    told({}, async (story) => {
      story.when('Workloads.ensureFrozen', () => void deleteAndKeep(story));
      await story.migrate();
      const { phase, headline, outage } = await story.status();
      expect({ phase, outage }).toEqual({ phase: 'undone', outage: null });
      expect(headline).toContain('Deployment/orders stood on east when the application was captured and is gone now');
    }));
});
