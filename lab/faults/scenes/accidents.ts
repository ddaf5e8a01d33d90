import { withApi } from '../../scenario/application.js';
import type { KubernetesObject } from '../../site/api-client.js';
import { changeObject, createObject, deleteObject, retried, whenHeld } from '../by-hand.js';
import type { Fault } from '../fault.js';

const deployment = '/apis/apps/v1/namespaces/orders/deployments/orders';
const pods = '/api/v1/namespaces/orders/pods';
const plan = '/apis/infoscale.veritas.com/v1/namespaces/infoscale-vtas/disasterrecoveryplans/orders';
const dataReplication = '/apis/infoscale.veritas.com/v1/namespaces/infoscale-vtas/datareplications/orders-datarep';
const dns = '/apis/infoscale.veritas.com/v1/namespaces/infoscale-vtas/dns/orders-dns';
const fencePolicy = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/changeover-fence-orders';

/** What is done by accident at the source, or to what a run works from. */
export const accidentFaults: readonly Fault[] = [
  {
    name: 'workload-deleted-at-source',
    title: 'Someone deletes the Deployment at the source inside the outage',
    how: '`kubectl delete deployment orders` at the source when the application stops',
    must: 'Never cross without it: undo, hold with what is gone, and serve at the source when it stands again.',
    ends: ['undone'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('offline-source');
      const object = await deleteObject(stage, stage.source, deployment);
      await retried(stage, () => createObject(stage.source, deployment, { ...object, spec: { ...(object['spec'] as object), replicas: 1 } }));
    },
    tests: [{ file: 'test/workflows/foreign-changes.test.ts', title: 'inside the outage does not cross without it: it is held in its undo with what is gone, and serves when it stands again' }],
  },
  {
    name: 'data-replication-deleted',
    title: 'Someone deletes the DataReplication at the source while the target is staged',
    how: 'it is deleted, and created again when the run is held or over',
    must: 'Change no role without knowing which volume group it is: hold or undo, and go on when it is back.',
    ends: ['completed', 'undone', 'refused'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('stage-target', stage.target);
      const object = await deleteObject(stage, stage.source, dataReplication);
      await retried(stage, async () => {});
      await createObject(stage.source, dataReplication, object).catch(() => undefined);
    },
    tests: [],
  },
  {
    name: 'dns-object-edited',
    title: 'Someone edits the DNS object at the target after the checks',
    how: 'another host name is written into its records when the target is staged, and taken out when the run is held or over',
    must: 'Work from its sealed plan, or undo before the application stops; never move a name that was not checked.',
    ends: ['completed', 'undone', 'refused'],
    async play(stage) {
      const object = (await withApi(stage.target, (api) => api.request('GET', dns))) as KubernetesObject;
      await stage.migrate();
      await stage.begun('stage-target', stage.target);
      const spec = object['spec'] as Record<string, unknown>;
      await changeObject(stage, { site: stage.target, path: dns, value: { spec: JSON.parse(JSON.stringify(spec).replaceAll('orders.example.test', 'elsewhere.example.test')) as unknown } });
      await retried(stage, async () => {});
      await changeObject(stage, { site: stage.target, path: dns, value: { spec } });
    },
    tests: [],
  },
  {
    name: 'plan-edited-in-outage',
    title: 'Someone patches spec.primaryCluster back inside the outage',
    how: '`spec.primaryCluster` is patched to the source on the plans of both sites when the application stops',
    must: 'Take it for nothing but a wish: end right, with plans that say the truth.',
    ends: ['completed', 'undone'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('offline-source');
      for (const site of [stage.source, stage.target]) await changeObject(stage, { site, path: plan, value: { spec: { primaryCluster: stage.source } } });
      await retried(stage, async () => {});
    },
    tests: [],
  },
  {
    name: 'fence-emptied-in-outage',
    title: 'Someone edits the fence\'s policy so that it lets everything in',
    how: 'its validations say `true` from the moment the application stops',
    must: 'Never cross with it: write it as it must be, or undo.',
    ends: ['completed', 'undone'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('offline-source');
      await changeObject(stage, { site: stage.source, path: fencePolicy, value: { spec: { validations: [{ expression: 'true' }] } } });
      await retried(stage, async () => {});
    },
    tests: [{ file: 'test/lab/fence.test.ts', title: '%s is written again when it is switched on, and denies' }],
  },
  {
    name: 'foreign-pod-opens-the-volume',
    title: 'A pod of somebody else mounts a claim of the application while it is frozen',
    how: 'a Pod without the application\'s labels, on the node of the application, from the moment the controllers are frozen until the run is held or over',
    must: 'Never swap roles while it holds a volume; never delete it; name it.',
    ends: ['completed', 'undone'],
    options: { outageBudgetMs: 15_000 },
    async play(stage) {
      const { items } = (await withApi(stage.source, (api) => api.request('GET', `${pods}?labelSelector=app.kubernetes.io%2Fname%3Dorders`))) as { items: { spec: Record<string, unknown> & { nodeName: string; containers: Record<string, unknown>[]; volumes: { name: string }[] } }[] };
      const [own] = items;
      if (own === undefined) throw new Error('the application has no pod');
      const [container] = own.spec.containers;
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'backup', namespace: 'orders' }, spec: { nodeName: own.spec.nodeName, containers: [{ name: 'backup', image: container?.['image'], command: ['/bin/sleep', '3600'], volumeMounts: [{ name: 'ledger', mountPath: '/ledger' }] }], volumes: [{ name: 'ledger', persistentVolumeClaim: { claimName: 'orders-ledger' } }] } };
      await stage.migrate();
      await stage.begun('stage-target', stage.target);
      await withApi(stage.source, (api) => api.request('POST', pods, { value: pod }));
      stage.say('kubectl apply of a Pod that mounts orders-ledger');
      await whenHeld(stage, async ({ headline, held }) => {
        stage.say(`it says: ${headline}; ${held?.error ?? 'not held'}`);
        await deleteObject(stage, stage.source, `${pods}/backup`).catch(() => undefined);
      });
      await deleteObject(stage, stage.source, `${pods}/backup`).catch(() => undefined);
    },
    tests: [],
  },
];
