/**
 * `dr-manager`: a small stand-in for InfoScale's own DR manager, for tests in which there must not be two masters. It leaves the traces
 * by which the real one is known (its Deployment, and the Lease of its leader election), and answers a patched DR plan as the guide
 * says: application offline at the source, role swap by vradmin, `status.primaryCluster` at last. It restores nothing at the target.
 */
import { waitFor } from '../process/wait.js';
import { podsOf, readPlan, withApi } from '../scenario/application.js';
import { siteNames, sites, type SiteName } from '../settings.js';
import type { KubernetesObject } from '../site/api-client.js';
import { askVvrd } from '../site/vvrd-client.js';

const namespace = 'infoscale-vtas';
const plan = `/apis/infoscale.veritas.com/v1/namespaces/${namespace}/disasterrecoveryplans/orders`;
const merge = 'application/merge-patch+json';

/** Names from InfoScale's operator manifests (8.0.95 to 9.2.1). No pod runs: the lab's manager is this process. */
function traces(holder: string): readonly KubernetesObject[] {
  const labels = { 'control-plane': 'infoscale-dr-manager' };
  return [
    {
      apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'infoscale-dr-manager', namespace, labels },
      spec: { replicas: 0, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'manager', image: 'arctera/infoscale-dr-operator' }] } } },
    },
    {
      apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: '27b483ca.veritas.com', namespace },
      spec: { holderIdentity: holder, leaseDurationSeconds: 15, renewTime: new Date().toISOString().replace('Z', '000Z') },
    },
  ];
}

async function setStatus(site: SiteName, primaryCluster: string): Promise<void> {
  await withApi(site, (api) => api.request('PATCH', `${plan}/status?fieldManager=infoscale-dr-manager`, { value: { status: { primaryCluster } }, type: merge }));
}

/** One plan that was patched where the application runs. */
async function move(from: SiteName, to: SiteName): Promise<void> {
  console.log(`moving orders from ${from} to ${to}`);
  await withApi(from, async (api) => {
    await api.request('PATCH', '/apis/apps/v1/namespaces/orders/deployments/orders/scale', { value: { spec: { replicas: 0 } }, type: merge });
    await waitFor(async () => (await podsOf(api)).length === 0, { what: 'the pods of orders to be gone', deadlineMs: 20_000 });
  });
  const vradmin = (...argv: readonly string[]): Promise<Record<string, unknown>> => askVvrd(from, { op: 'vradmin', node: `${from}-1`, argv: ['-g', sites[from].diskGroup, ...argv] }, 20_000);
  // The guide's precondition of a migrate, so that the command is given once.
  await waitFor(async () => String((await vradmin('-l', 'repstatus', 'orders_rvg'))['stdout']).includes('consistent, up-to-date'), { what: 'the Secondary to be up to date', deadlineMs: 30_000 });
  const answer = await vradmin('-s', 'migrate', 'orders_rvg', `${to}-vvr.example.test`);
  if (answer['exitCode'] !== 0) throw new Error(`vradmin migrate: ${JSON.stringify(answer)}`);
  for (const site of [to, from]) await setStatus(site, to);
  console.log(`moved orders to ${to}`);
}

async function watchFor(signal: AbortSignal): Promise<void> {
  for (const site of siteNames) await withApi(site, (api) => api.applyAll(traces(`lab-${process.pid}`)));
  console.log('dr-manager ready');
  while (!signal.aborted) {
    const [source, target] = await waitFor(async () => {
      for (const site of siteNames) {
        const { spec, status } = (await readPlan(site)) ?? {};
        const to = siteNames.find((one) => one === spec?.primaryCluster);
        if (status?.primaryCluster === site && to !== undefined && to !== site) return [site, to] as const;
      }
      return undefined;
    }, { what: 'a plan that was patched', deadlineMs: 24 * 3_600_000, intervalMs: 200, signal });
    await move(source, target);
  }
}

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort(new Error('stopped')));
try {
  await watchFor(stop.signal);
} catch (error) {
  if (!stop.signal.aborted) throw error;
}
