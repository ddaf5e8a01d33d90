import { withApi } from '../../scenario/application.js';
import type { KubernetesObject } from '../../site/api-client.js';
import { changeObject, deleteObject, retried, whenHeld } from '../by-hand.js';
import type { Fault } from '../fault.js';

const deployment = '/apis/apps/v1/namespaces/orders/deployments/orders';
const configMap = '/api/v1/namespaces/orders/configmaps/orders';
const quotas = '/api/v1/namespaces/orders/resourcequotas';
const snapshots = '/api/v1/namespaces/changeover-system/secrets';

/** What people do to what stands staged at the target. */
export const stagedFaults: readonly Fault[] = [
  {
    name: 'target-namespace-deleted',
    title: 'Someone deletes the application\'s namespace at the target inside the outage',
    how: '`kubectl delete namespace orders` at the target when the application stops',
    must: 'Stage everything again once the namespace is gone, on the very volumes; or undo before the line.',
    ends: ['completed', 'undone'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('offline-source');
      await deleteObject(stage, stage.target, '/api/v1/namespaces/orders');
      await retried(stage, async () => {});
    },
    tests: [],
  },
  {
    name: 'snapshot-altered-at-target',
    title: 'Someone alters the snapshot at the target after it was copied',
    how: 'the data of every Secret of the snapshot is changed when the application stops',
    must: 'Take nothing from it: copy it again, or undo.',
    ends: ['completed', 'undone'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('offline-source');
      await withApi(stage.target, async (api) => {
        const { items } = (await api.request('GET', snapshots)) as { items: KubernetesObject[] };
        for (const secret of items.filter(({ type }) => String(type).startsWith('changeover.io/snapshot'))) {
          const data = Object.fromEntries(Object.keys(secret['data'] as object).map((key) => [key, Buffer.from('not what was written').toString('base64')]));
          await deleteObject(stage, stage.target, `${snapshots}/${secret.metadata.name}`);
          const { name, labels, annotations } = secret.metadata as unknown as KubernetesObject['metadata'] & { labels: object; annotations: object };
          await api.request('POST', snapshots, { value: { ...secret, metadata: { name, labels, annotations }, data } });
        }
      });
      await retried(stage, async () => {});
    },
    tests: [],
  },
  {
    name: 'staged-application-edited',
    title: 'Someone edits the application that stands staged at the target',
    how: 'its image is one that does not exist, from the moment the application stops at the source',
    must: 'Start what was captured, not what someone wrote; or say what differs.',
    ends: ['completed', 'undone'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('offline-source');
      const { spec } = (await withApi(stage.target, (api) => api.request('GET', deployment))) as { spec: { template: { spec: { containers: { name: string; image: string }[] } } } };
      const containers = spec.template.spec.containers.map((container) => ({ ...container, command: ['/does/not/exist'] }));
      await changeObject(stage, { site: stage.target, path: deployment, value: { spec: { template: { spec: { containers } } } } });
      await retried(stage, async () => {});
    },
    tests: [{ file: 'test/workflows/planned-migration.test.ts', title: 'starts what was captured when someone edits what stands staged at the target inside the outage, and says so' }],
  },
  {
    name: 'staged-configuration-edited',
    title: 'Someone edits the configuration that stands staged at the target',
    how: 'a key of its ConfigMap at the target is changed when the application stops at the source',
    must: 'Write over nothing silently: say what differs, or start with what was captured.',
    ends: ['completed', 'undone'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('offline-source');
      await changeObject(stage, { site: stage.target, path: configMap, value: { data: { greeting: 'edited at the target' } } });
      await retried(stage, async () => {});
      const { data } = (await withApi(stage.target, (api) => api.request('GET', configMap))) as { data: Record<string, string> };
      stage.say(`the target's ConfigMap says ${JSON.stringify(data)}`);
    },
    tests: [{ file: 'test/workflows/planned-migration.test.ts', title: 'starts what was captured when someone edits what stands staged at the target inside the outage, and says so' }],
  },
  {
    name: 'quota-at-target',
    title: 'A quota that lets no pod in appears at the target inside the outage',
    how: 'a ResourceQuota with `pods: 0` when the application stops; removed when the run says why nothing starts, or is over',
    must: 'Say that the quota keeps the pods out, and go on when it is gone; or undo before the line.',
    ends: ['completed', 'undone'],
    async play(stage) {
      const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none', namespace: 'orders' }, spec: { hard: { pods: '0' } } } as const;
      await stage.migrate();
      await stage.begun('offline-source');
      await withApi(stage.target, (api) => api.request('POST', quotas, { value: quota }));
      await whenHeld(stage, async ({ headline, held }) => {
        stage.say(`it says: ${headline}; ${held?.error ?? 'not held'}`);
        await withApi(stage.target, (api) => api.request('DELETE', `${quotas}/none`)).catch(() => undefined);
      });
      await withApi(stage.target, (api) => api.request('DELETE', `${quotas}/none`)).catch(() => undefined);
    },
    tests: [],
  },
  {
    name: 'volume-policy-delete',
    title: 'Someone gives a volume the reclaim policy Delete inside the outage',
    how: '`persistentVolumeReclaimPolicy: Delete` on a PersistentVolume of the target when the application stops',
    must: 'Give it Retain again or say so; delete nothing.',
    ends: ['completed', 'undone'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('offline-source');
      await changeObject(stage, { site: stage.target, path: '/api/v1/persistentvolumes/orders-ledger-pv', value: { spec: { persistentVolumeReclaimPolicy: 'Delete' } } });
      await retried(stage, async () => {});
    },
    tests: [],
  },
];
