import { ChangeoverError } from '../../../../src/domain/errors.js';
import { createObjects } from '../../../../src/drivers/kubernetes/objects/index.js';
import { createWorkloads } from '../../../../src/drivers/kubernetes/workloads/index.js';
import { writerSite } from './application.js';
import { paths, plan, refusal, spec, work } from './world.js';

describe('a capture', () => {
  test('holds what a person made and the volumes, and leaves out what controllers and the cluster made', async () => {
    const { objects, references } = await createObjects(writerSite('east')).capture(plan, work);
    expect(objects.map((object) => `${object.kind}/${object.metadata.name}`).toSorted()).toEqual([
      'ConfigMap/settings', 'CronJob/report', 'Deployment/orders', 'Greeting/hello', 'HorizontalPodAutoscaler/orders', 'Namespace/orders', 'PersistentVolume/ledger-pv', 'PersistentVolumeClaim/ledger', 'Service/orders',
    ]);
    expect(references).toEqual(['CustomResourceDefinition/greetings.example.test', 'StorageClass/infoscale']);
  });

  test('is the same before and after the run has frozen and stopped the application', async () => {
    const source = writerSite('east');
    const before = await createObjects(source).capture(plan, work);
    await createObjects(source).ensureVolumesRetained(plan, work);
    await createWorkloads(source).ensureFrozen(plan, work);
    await createWorkloads(source).ensureStopped(plan, work);
    expect(await spec(source, paths.deployment)).toMatchObject({ replicas: 0 });
    expect((await createObjects(source).capture(plan, work)).objects).toEqual(before.objects);
  });

  test('fails naming the kind that cannot be listed', async () => {
    const source = writerSite('east');
    const list = source.list.bind(source);
    source.list = (path, query) => (path.includes('greetings') ? Promise.reject(new ChangeoverError('Unreachable', 'no answer')) : list(path, query));
    expect((await refusal(createObjects(source).capture(plan, work))).message).toContain('greetings.example.test on east');
  });

  test('fails when a claim of the plan is not bound', async () => {
    const source = writerSite('east');
    source.put({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'ledger', namespace: 'orders' }, spec: {}, status: { phase: 'Lost' } });
    expect(await refusal(createObjects(source).capture(plan, work))).toMatchObject({ code: 'NotReady' });
  });
});
