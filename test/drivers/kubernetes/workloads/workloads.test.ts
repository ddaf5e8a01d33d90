import { mark, PREFIX } from '../../../../src/domain/names.js';
import { createWorkloads } from '../../../../src/drivers/kubernetes/workloads/index.js';
import type { RawObject } from '../../../../src/ports/objects.js';
import { workOf } from '../../../contracts/plan-of.js';
import type { FakeKube } from '../../../harness/fake-kube.js';
import { ordersPlan, podOf, writerSite } from '../objects/application.js';

const plan = ordersPlan();
const application = plan.application;
const deployment = '/apis/apps/v1/namespaces/orders/deployments/orders';
const cronJob = '/apis/batch/v1/namespaces/orders/cronjobs/report';
const pod = (name: string): string => `/api/v1/namespaces/orders/pods/${name}`;
const spec = async (kube: FakeKube, path: string): Promise<Record<string, unknown>> => ((await kube.get(path))?.['spec'] ?? {}) as Record<string, unknown>;

describe('an observation', () => {
  test('says what runs, what it mounts, where the claims lead and what it leans on', async () => {
    const found = await createWorkloads(writerSite('east')).observe(application, null);
    expect(found).toMatchObject({ namespaceExists: true, namespaceTerminating: false, objectCount: 7, foreignMounters: [], managedBy: [], servedKinds: null, presentReferences: null });
    expect(found.workloads.map((workload) => [workload.kind, workload.treatment, workload.desired, workload.ready, workload.claims])).toEqual([
      ['Deployment', 'scale', 2, 2, ['ledger']],
      ['CronJob', 'suspend', 0, 0, []],
      ['HorizontalPodAutoscaler', 'follows', 0, 0, []],
    ]);
    expect(found.claims).toEqual([
      { name: 'ledger', phase: 'Bound', volumeMode: 'Filesystem', storageClass: 'infoscale', capacity: '', persistentVolume: 'ledger-pv', driver: 'org.veritas.infoscale', handle: 'ledger-vol', reclaimPolicy: 'Delete' },
    ]);
    expect(found.kinds).toContain('example.test/v1/Greeting');
    expect(found.references).toEqual(['CustomResourceDefinition/greetings.example.test', 'StorageClass/infoscale']);
  });

  test('answers what of the other site is served and present here, and no more', async () => {
    const kube = writerSite('east');
    kube.put({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'infoscale' } });
    const found = await createWorkloads(kube).observe(application, { kinds: ['apps/v1/Deployment', 'apps/v1beta1/Deployment'], references: ['StorageClass/infoscale', 'StorageClass/other', 'Unknown/x'] });
    expect(found.servedKinds).toEqual(['apps/v1/Deployment']);
    expect(found.presentReferences).toEqual(['StorageClass/infoscale']);
  });

  test('of a site without the namespace is empty', async () => {
    expect(await createWorkloads(writerSite('east')).observe({ namespace: 'absent', labels: [] }, null)).toMatchObject({ namespaceExists: false, objectCount: 0, workloads: [] });
  });

  test('names strangers and takes what carries our mark for ours', async () => {
    const kube = writerSite('east');
    kube.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'ours', namespace: 'orders', labels: { [mark.run]: 'old' } }, data: {} });
    const { strangers } = await createWorkloads(kube).observe(application, null);
    expect(strangers).toContain('ConfigMap/settings');
    expect(strangers).not.toContain('ConfigMap/ours');
    expect(strangers).not.toContain('ServiceAccount/default');
  });

  test.each<[string, RawObject, RegExp]>([
    ['a bare pod', podOf('alone', { owner: '' }), /bare pod/],
    ['a workload that an operator owns', { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db', namespace: 'orders', ownerReferences: [{ apiVersion: 'example.test/v1', kind: 'Cluster', name: 'main', uid: 'u', controller: true }] }, spec: {} }, /Cluster\/main \(example\.test\/v1\)/],
    ['an unknown kind that can be scaled', { apiVersion: 'example.test/v1', kind: 'Cluster', metadata: { name: 'main', namespace: 'orders' }, spec: { replicas: 3 } }, /not known here/],
  ])('refuses %s', async (_, object, note) => {
    const kube = writerSite('east');
    kube.put(object);
    const { workloads } = await createWorkloads(kube).observe(application, null);
    const refused = workloads.filter((workload) => workload.treatment === 'refused');
    expect(refused).toHaveLength(1);
    expect(refused[0]?.note).toMatch(note);
  });

  test('names pods that mount a claim without being part of the application', async () => {
    const kube = writerSite('east');
    kube.put(podOf('orders-1-a', { claim: 'ledger' }));
    kube.put(podOf('backup', { owner: 'uid-of-someone', labels: { app: 'backup' }, claim: 'ledger' }));
    kube.put(podOf('backup-over', { owner: 'uid-of-someone', labels: { app: 'backup' }, claim: 'ledger', phase: 'Succeeded' }));
    const labelled = { namespace: 'orders', labels: ['app=orders'] };
    expect((await createWorkloads(kube).observe(labelled, null)).foreignMounters).toEqual(['orders/backup']);
  });

  test('names the tools that would put things back', async () => {
    const kube = writerSite('east');
    await kube.patch(deployment, { metadata: { labels: { 'argocd.argoproj.io/instance': 'shop' } } }, 'merge');
    expect((await createWorkloads(kube).observe(application, null)).managedBy).toEqual(['Argo CD ("shop") manages 1 object of the application, Deployment/orders among them.']);
  });

  test.each([
    ['an empty namespace', { namespace: '', labels: [] }],
    ['an empty label entry', { namespace: 'orders', labels: [''] }],
  ])('refuses %s', async (_, wrong) => {
    await expect(createWorkloads(writerSite('east')).observe(wrong, null)).rejects.toMatchObject({ code: 'Invalid' });
  });
});

describe('freezing', () => {
  test('suspends schedules, writes the original once, and thaws to what it was', async () => {
    const kube = writerSite('east');
    const workloads = createWorkloads(kube);
    expect(await workloads.ensureFrozen(plan, workOf())).toEqual(['CronJob/report']);
    await workloads.ensureFrozen(ordersPlan({ run: 'run-2' }), workOf());
    expect(await spec(kube, cronJob)).toMatchObject({ suspend: true });
    expect(JSON.parse((await kube.get(cronJob))?.metadata.annotations?.[mark.original] ?? '')).toEqual({ run: 'run-1', value: { '/spec/suspend': false }, set: { '/spec/suspend': true } });
    expect(await workloads.ensureThawed(plan, workOf())).toEqual(['CronJob/report']);
    expect(await spec(kube, cronJob)).toMatchObject({ suspend: false });
    expect((await kube.get(cronJob))?.metadata.labels).toEqual({ app: 'orders' });
  });

  test('leaves a schedule suspended that a person had suspended', async () => {
    const kube = writerSite('east');
    await kube.patch(cronJob, { spec: { suspend: true } }, 'merge');
    const workloads = createWorkloads(kube);
    await workloads.ensureFrozen(plan, workOf());
    await workloads.ensureThawed(plan, workOf());
    expect(await spec(kube, cronJob)).toMatchObject({ suspend: true });
  });

  test('is undone where nothing was frozen without changing anything', async () => {
    const kube = writerSite('east');
    expect(await createWorkloads(kube).ensureThawed(plan, workOf())).toEqual([]);
    expect(kube.calls).toEqual([]);
  });

  test('pauses an autoscaler that acts at zero', async () => {
    const kube = writerSite('east');
    kube.put({ apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', metadata: { name: 'orders', namespace: 'orders' }, spec: {} });
    expect(await createWorkloads(kube).ensureFrozen(plan, workOf())).toContain('ScaledObject/orders');
    expect((await kube.get('/apis/keda.sh/v1alpha1/namespaces/orders/scaledobjects/orders'))?.metadata.annotations).toMatchObject({ 'autoscaling.keda.sh/paused': 'true' });
  });
});

describe('stopping', () => {
  test('waits for every pod that holds the application and says which are still there', async () => {
    const kube = writerSite('east');
    kube.put(podOf('orders-1-a', { claim: 'ledger' }));
    kube.put(podOf('helper', { owner: 'uid-of-someone', labels: {}, claim: 'ledger' }));
    kube.put(podOf('over', { phase: 'Failed', claim: 'ledger' }));
    const work = workOf();
    let done = false;
    const stopping = createWorkloads(kube).ensureStopped(plan, work).then((stopped) => ((done = true), stopped));
    await reported(work, 'orders-1-a on node-1');
    expect(await spec(kube, deployment)).toMatchObject({ replicas: 0 });
    kube.drop(pod('orders-1-a'));
    await reported(work, 'end: helper on node-1');
    expect(done).toBe(false);
    kube.drop(pod('helper'));
    expect(await stopping).toEqual(['Deployment/orders']);
  });

  test('holds again at zero what something else scaled up before its controller saw the zero', async () => {
    const kube = writerSite('east');
    kube.put(podOf('orders-1-a', { claim: 'ledger' }));
    const work = workOf();
    const stopping = createWorkloads(kube).ensureStopped(plan, work);
    await reported(work, 'orders-1-a on node-1');
    // The controller of the Deployment acts on the next zero that it sees.
    kube.reactions.push((object) => {
      if (object.kind === 'Deployment' && (object['spec'] as { replicas?: number }).replicas === 0) kube.drop(pod('orders-1-a'));
    });
    await kube.patch(deployment, { spec: { replicas: 1 } }, 'merge');
    expect(await stopping).toEqual(['Deployment/orders']);
    expect(await spec(kube, deployment)).toMatchObject({ replicas: 0 });
  });

  test('waits for attachments where the driver attaches, and does not ask where it does not', async () => {
    const kube = writerSite('east');
    const attachment: RawObject = { apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttachment', metadata: { name: 'a' }, spec: { nodeName: 'node-1', source: { persistentVolumeName: 'ledger-pv' } } };
    kube.put(attachment);
    const work = workOf();
    const stopping = createWorkloads(kube).ensureStopped(plan, work);
    await reported(work, 'ledger-pv from node-1');
    kube.drop('/apis/storage.k8s.io/v1/volumeattachments/a');
    await stopping;

    kube.put(attachment);
    kube.put({ apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', metadata: { name: 'org.veritas.infoscale' }, spec: { attachRequired: false } });
    expect(await createWorkloads(kube).ensureStopped(plan, workOf())).toEqual(['Deployment/orders']);
  });

  test('suspends the running job of a schedule and leaves a finished one', async () => {
    const kube = writerSite('east');
    const cron = await kube.get(cronJob);
    const owned = { ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'report', uid: cron?.metadata['uid'], controller: true }] };
    kube.put({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'report-1', namespace: 'orders', ...owned }, spec: {}, status: { active: 1 } });
    kube.put({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'report-0', namespace: 'orders', ...owned }, spec: {}, status: { completionTime: 'x' } });
    expect(await createWorkloads(kube).ensureStopped(plan, workOf())).toEqual(['Deployment/orders', 'Job/report-1']);
    expect(await spec(kube, '/apis/batch/v1/namespaces/orders/jobs/report-0')).toEqual({});
  });

  test('ends with the signal', async () => {
    const kube = writerSite('east');
    kube.put(podOf('orders-1-a', { claim: 'ledger' }));
    const ended = new AbortController();
    const work = workOf({ signal: ended.signal });
    const stopping = createWorkloads(kube).ensureStopped(plan, work);
    await reported(work, 'waiting for pods');
    ended.abort(new Error('the deadline passed'));
    await expect(stopping).rejects.toThrow('the deadline passed');
  });

  test('changes nothing when the run no longer holds the unit', async () => {
    const kube = writerSite('east');
    const guard = (): Promise<void> => Promise.reject(new Error('another run'));
    await expect(createWorkloads(kube).ensureStopped(plan, workOf({ guard }))).rejects.toThrow('another run');
    expect(kube.calls).toEqual([]);
  });

  test('wins against controllers that write status meanwhile', async () => {
    const kube = writerSite('east');
    let races = 3;
    kube.deny = (call) => {
      const now = kube.peek(deployment);
      if (call !== `PATCH ${deployment}` || races === 0 || now === undefined) return;
      races -= 1;
      kube.put({ ...now, status: { touched: races } });
    };
    await createWorkloads(kube).ensureStopped(plan, workOf());
    expect(await spec(kube, deployment)).toMatchObject({ replicas: 0 });
    expect(races).toBe(0);
  });
});

describe('starting', () => {
  test('gives workloads their scale back and waits until their controller reports them Ready', async () => {
    const kube = writerSite('east');
    const workloads = createWorkloads(kube);
    await workloads.ensureStopped(plan, workOf());
    const work = workOf();
    const starting = workloads.ensureStarted(plan, work);
    await reported(work, 'starting on east: Deployment/orders: not yet seen by its controller');
    const now = await kube.get(deployment);
    expect(now?.['spec']).toMatchObject({ replicas: 2 });
    expect(now?.metadata.annotations ?? {}).not.toHaveProperty([mark.original]);
    expect(now?.metadata.labels).toEqual({ app: 'orders' });
    const generation = now?.metadata['generation'];
    kube.put({ ...(now as RawObject), status: { observedGeneration: generation, readyReplicas: 1, updatedReplicas: 2 } });
    await reported(work, '1 of 2 pods Ready');
    kube.put({ ...(now as RawObject), status: { observedGeneration: generation, readyReplicas: 2, updatedReplicas: 2 } });
    expect(await starting).toEqual(['Deployment/orders']);
  });

  test('wakes a workload whose scale someone else gave back behind the fence: its pods were denied, and its controller waits', async () => {
    const kube = writerSite('east');
    const workloads = createWorkloads(kube);
    const stopped = async (replicas: number): Promise<RawObject> => {
      const now = kube.peek(deployment) as RawObject;
      kube.put({ ...now, spec: { ...(now['spec'] as object), replicas }, status: { observedGeneration: now.metadata['generation'], readyReplicas: 0, updatedReplicas: 0 } });
      return kube.peek(deployment) as RawObject;
    };
    await workloads.ensureStopped(plan, workOf());
    await stopped(2);
    const nudges: unknown[] = [];
    for (const isReady of [false, true]) {
      const ended = new AbortController();
      const work = workOf({ signal: ended.signal });
      const starting = workloads.ensureStarted(plan, work).catch(() => 'over');
      await reported(work, 'starting on east');
      const now = await stopped(2);
      expect(now.metadata.annotations).not.toHaveProperty([mark.original]);
      nudges.push(now.metadata.annotations?.[`${PREFIX}/nudged`]);
      if (isReady) kube.put({ ...now, status: { observedGeneration: now.metadata['generation'], readyReplicas: 2, updatedReplicas: 2 } });
      else ended.abort(new Error('over'));
      expect(await starting).toEqual(isReady ? ['Deployment/orders'] : 'over');
    }
    expect(nudges).toEqual([expect.any(String), expect.any(String)]);
    expect(nudges[0]).not.toBe(nudges[1]);
    expect((await kube.get(deployment))?.metadata.annotations).not.toHaveProperty([`${PREFIX}/nudged`]);
  });

  test('says why a container cannot start and goes on waiting', async () => {
    const kube = writerSite('east');
    const workloads = createWorkloads(kube, { troublesAfterMs: 0 });
    await workloads.ensureStopped(plan, workOf());
    const ended = new AbortController();
    const work = workOf({ signal: ended.signal });
    const starting = workloads.ensureStarted(plan, work);
    await reported(work, 'starting on east');
    kube.put({ ...podOf('orders-1-b'), status: { phase: 'Pending', containerStatuses: [{ name: 'orders', state: { waiting: { reason: 'ImagePullBackOff', message: 'no such image' } } }] } });
    await reported(work, 'pod orders-1-b, container orders: ImagePullBackOff (no such image)');
    ended.abort(new Error('over'));
    await expect(starting).rejects.toThrow('over');
  });

  test('of a running application changes nothing', async () => {
    const kube = writerSite('east');
    expect(await createWorkloads(kube).ensureStarted(plan, workOf())).toEqual(['Deployment/orders']);
    expect(kube.calls).toEqual([]);
  });
});

/** Resolves when a report contains the words; each turn lets everything that is ready happen first. */
async function reported(work: { reports: readonly string[] }, words: string): Promise<void> {
  for (const until = performance.now() + 2_000; performance.now() < until; ) {
    if (work.reports.some((report) => report.includes(words))) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  throw new Error(`Never reported: ${words}. Reported: ${work.reports.join(' | ')}`);
}
