import { faultComponent } from '../../fault.js';
import { waitFor } from '../../process/wait.js';
import { withApi } from '../../scenario/application.js';
import { nodeNames, sites, type SiteName } from '../../settings.js';
import { ApiError } from '../../site/api-client.js';
import type { KubernetesObject } from '../../site/api-client.js';
import { askVvrd } from '../../site/vvrd-client.js';
import { createObject, deleteObject, retried } from '../by-hand.js';
import type { Fault } from '../fault.js';
import type { Stage } from '../stage.js';

const RESTART_MS = 20_000;

/** The role goes from one site to the other by the storage's own command, typed until it is taken. */
async function migrateByHand(stage: Stage, from: SiteName, to: SiteName): Promise<void> {
  const argv = ['-g', sites[from].diskGroup, '-s', 'migrate', 'orders_rvg', `${to}-vvr.example.test`];
  await waitFor(async () => (await askVvrd(from, { op: 'vradmin', node: nodeNames(sites[from])[0], argv }, 20_000))['exitCode'] === 0, { what: 'a role swap by hand', deadlineMs: RESTART_MS, intervalMs: 20 });
  stage.say(`vradmin ${argv.join(' ')}`);
}

const fenceBinding = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/changeover-fence-orders';
const rights = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/changeover-applications';
const claims = '/api/v1/namespaces/orders/persistentvolumeclaims';

/** What other people do while a run is at work. */
export const peopleFaults: readonly Fault[] = [
  {
    name: 'fence-removed-in-outage',
    title: 'Someone removes the fence at the source inside the outage',
    how: 'the binding of its policy is deleted when the application stops',
    must: 'Never cross without it: put it up again, or undo.',
    ends: ['completed', 'undone'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('offline-source');
      await deleteObject(stage, stage.source, fenceBinding);
      await retried(stage, async () => {});
    },
    tests: [],
  },
  {
    name: 'rights-withdrawn-in-outage',
    title: 'The product loses its rights on the application at the target inside the outage',
    how: 'a ClusterRoleBinding of its account is deleted when the application stops, and made again when the run is held or over',
    must: 'Undo before the line; after it hold, name the right, and go on when it is given back.',
    ends: ['completed', 'undone'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('offline-source');
      const binding = await deleteObject(stage, stage.target, rights);
      let given = false;
      const give = async (): Promise<void> => {
        if (!given) await createObject(stage.target, rights, binding);
        given = true;
      };
      await retried(stage, give);
      await give();
    },
    tests: [],
  },
  {
    name: 'snapshot-deleted-at-target',
    title: 'Someone deletes the snapshot at the target after it was copied',
    how: 'every Secret of the snapshot in the product\'s namespace is deleted when the target is staged',
    must: 'Copy it again; nothing of the source stops without it.',
    ends: ['completed', 'undone', 'refused'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('stage-target', stage.target);
      const path = '/api/v1/namespaces/changeover-system/secrets';
      await withApi(stage.target, async (api) => {
        const { items } = (await api.request('GET', path)) as { items: KubernetesObject[] };
        for (const { metadata } of items.filter((secret) => String(secret['type']).startsWith('changeover.io/snapshot'))) {
          stage.say(`kubectl delete secret ${metadata.name} at ${stage.target}`);
          await api.request('DELETE', `${path}/${metadata.name}`);
        }
      });
      await retried(stage, async () => {});
    },
    tests: [{ file: 'test/workflows/planned-migration.test.ts', title: 'has a snapshot at the target again before the outage when someone deleted it there' }],
  },
  {
    name: 'staged-claim-deleted',
    title: 'Someone deletes a claim that stands staged at the target',
    how: 'a PersistentVolumeClaim of the application is deleted at the target when the application stops at the source',
    must: 'Stage it again from the target\'s own snapshot, on the very volume, and go on.',
    ends: ['completed', 'undone'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('offline-source');
      await withApi(stage.target, async (api) => {
        const [first] = ((await api.request('GET', claims)) as { items: KubernetesObject[] }).items;
        if (first !== undefined) await deleteObject(stage, stage.target, `${claims}/${first.metadata.name}`);
      });
      await stage.ended();
    },
    tests: [{ file: 'test/workflows/planned-migration.test.ts', title: 'stages again what someone deleted at the target inside the outage, and serves with all of it' }],
  },
  {
    name: 'staged-application-started',
    title: 'Someone starts the staged application at the target while it serves at the source',
    how: 'its Deployment at the target is scaled to 1 when the controllers are frozen',
    must: 'Keep its pods out by the fence, and go on.',
    ends: ['completed', 'undone'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('freeze-controllers');
      stage.say(`kubectl scale deployment orders --replicas 1 at ${stage.target}`);
      await withApi(stage.target, (api) => api.request('PATCH', '/apis/apps/v1/namespaces/orders/deployments/orders/scale', { value: { spec: { replicas: 1 } }, type: 'application/merge-patch+json' }));
      await retried(stage, async () => {});
    },
    tests: [],
  },
  {
    name: 'roles-swapped-by-hand',
    title: 'Someone swaps the roles by hand inside the outage, before the run does',
    how: '`vradmin migrate` is typed at the source until it is taken, from the moment the application stops; it is typed again the other way when the run is held',
    must: 'Believe the roles as they are: start nothing where the role is not, hold with what is, and go on when the role is back.',
    ends: ['completed', 'undone'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('offline-source');
      await migrateByHand(stage, stage.source, stage.target);
      await retried(stage, () => migrateByHand(stage, stage.target, stage.source));
    },
    tests: [],
  },
  {
    name: 'roles-swapped-by-hand-and-kept',
    title: 'Someone swaps the roles by hand inside the outage, and a person goes on from there',
    how: '`vradmin migrate` is typed at the source until it is taken, from the moment the application stops; `changeover go-forward` when the run is held in its undo',
    must: 'Start the application at the target by a named decision, with every write.',
    ends: ['completed'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('offline-source');
      await migrateByHand(stage, stage.source, stage.target);
      const { endedAt, held } = await stage.until('the run to be over or held', (status) => status.endedAt !== null || status.held !== null);
      if (endedAt === null) await stage.decide('go-forward', 'the target has the role, and the link was up to date', '--step', held?.step ?? '');
      await stage.ended();
    },
    tests: [{ file: 'test/workflows/roles-by-hand.test.ts', title: 'are gone on with where a person says so: the source is stopped again, its objects are compared, and the application serves at the target' }],
  },
  {
    name: 'ownership-record-deleted',
    title: 'Someone deletes the ownership record at the source while the target is staged',
    how: 'its ConfigMap is deleted, and put back as it was when the run is held',
    must: 'Change nothing without it: hold with what is missing, and go on when it is back.',
    ends: ['completed', 'undone', 'refused'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('stage-target', stage.target);
      const path = '/api/v1/namespaces/changeover-system/configmaps/ownership-orders';
      const record = await deleteObject(stage, stage.source, path);
      await retried(stage, async () => {
        await createObject(stage.source, path, record).catch((error: unknown) => {
          if (!(error instanceof ApiError) || error.status !== 409) throw error;
        });
      });
    },
    tests: [],
  },
  {
    name: 'nodes-dead-at-source',
    title: 'The kubelets of the source die inside the outage',
    how: 'both are killed when the application stops, and started again once the run undoes itself',
    must: 'Start nothing at the target while a pod may still run at the source: undo by itself at the end of the outage budget.',
    ends: ['undone'],
    options: { outageBudgetMs: 15_000 },
    async play(stage) {
      await stage.migrate();
      await stage.begun('offline-source');
      const kubelets = ['kubelet-1', 'kubelet-2'].map((name) => `${name}-${stage.source}`);
      for (const id of kubelets) stage.say(await faultComponent('crash', id));
      await stage.until('the run to undo itself', ({ phase }) => phase === 'undoing');
      for (const id of kubelets) stage.say(await waitFor(() => faultComponent('restart', id), { what: `${id} to start again`, deadlineMs: RESTART_MS, intervalMs: 200 }));
      await retried(stage, async () => {});
    },
    tests: [],
  },
  {
    name: 'storage-daemon-killed-in-swap',
    title: 'The storage daemon of the target dies in the middle of the role swap',
    how: '`vvrd` of the target is killed once the swap has begun, and started again two seconds later',
    must: 'Settle by the roles of both sites once they can be read; never start the application twice.',
    ends: ['completed', 'undone'],
    options: { commandTimeoutMs: 2_500 },
    async play(stage) {
      await stage.vvr(stage.source, { migrateMs: 1_000 });
      await stage.migrate();
      await stage.begun('swap-roles');
      stage.say(await faultComponent('crash', `vvrd-${stage.target}`));
      await stage.until('the swap to be unclear or over', ({ line, endedAt, headline }) => endedAt !== null || line === 'before' || /unclear|cannot be read/.test(headline));
      stage.say(await waitFor(() => faultComponent('restart', `vvrd-${stage.target}`), { what: 'the storage daemon to start again', deadlineMs: RESTART_MS, intervalMs: 200 }));
      await stage.vvr(stage.source, { migrateMs: 0 });
      await retried(stage, async () => {});
    },
    tests: [],
  },
];
