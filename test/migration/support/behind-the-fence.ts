import { withApi } from '../../../lab/scenario/application.js';
import { waitFor } from '../../../lab/process/wait.js';
import type { SiteName } from '../../../lab/settings.js';
import { kubectl } from './plan.js';

const merge = 'application/merge-patch+json';
const namespace = '/apis/apps/v1/namespaces/orders';

/** A controller that was denied so often waits for twenty seconds before it asks again: 5 ms, doubled each time. */
const DENIALS = 13;
/** How long it waits then; the times before add up to as much. */
export const BACK_OFF_MS = 5 * 2 ** (DENIALS - 1);

const labels = { 'app.kubernetes.io/part-of': 'orders', 'app.kubernetes.io/name': 'orders-agent' };
const agent = (terminationGracePeriodSeconds: number) => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'orders-agent', namespace: 'orders', labels },
  spec: {
    selector: { matchLabels: labels },
    // Deaf to SIGTERM: it lives as long as it is given.
    template: { metadata: { labels }, spec: { terminationGracePeriodSeconds, containers: [{ name: 'agent', image: 'agent.example.test/agent:1.0', command: ['/usr/bin/bash', '-c', "trap '' TERM; while :; do sleep 1; done"] }] } },
  },
});

/** A pod of the application on every node, as agents have it. */
export async function addAgent(site: SiteName, { stopsAfterSeconds = 2 }: { readonly stopsAfterSeconds?: number } = {}): Promise<void> {
  await withApi(site, (api) => api.apply(agent(stopsAfterSeconds)));
  await untilAgentReady(site);
}

export async function untilAgentReady(site: SiteName): Promise<void> {
  await waitFor(async () => (await podsReady(site)).length > 0, { what: `the agent to run at ${site}`, deadlineMs: 30_000 });
}

export async function removeAgent(site: SiteName): Promise<void> {
  await withApi(site, (api) => api.request('DELETE', `${namespace}/daemonsets/orders-agent`));
  await waitFor(async () => (await kubectl(site, '-n', 'orders', 'get', 'pods', '-l', 'app.kubernetes.io/name=orders-agent', '-o', 'name')).trim() === '', { what: 'the agent to be gone', deadlineMs: 20_000 });
}

async function podsReady(site: SiteName): Promise<readonly string[]> {
  const status = JSON.parse(await kubectl(site, '-n', 'orders', 'get', 'daemonset', 'orders-agent', '-o', 'json')) as { metadata: { generation: number }; status: { observedGeneration?: number; numberReady: number; desiredNumberScheduled: number } };
  const { numberReady, desiredNumberScheduled, observedGeneration } = status.status;
  return observedGeneration === status.metadata.generation && desiredNumberScheduled > 0 && numberReady === desiredNumberScheduled ? ['orders-agent'] : [];
}

/** Someone gives the application its scale and the agent its nodes back, behind the fence; waits until both controllers were denied so often that they wait long. */
export async function startedBehindTheFence(site: SiteName): Promise<void> {
  await withApi(site, async (api) => {
    await api.request('PATCH', `${namespace}/deployments/orders/scale`, { value: { spec: { replicas: 1 } }, type: merge });
    await api.request('PATCH', `${namespace}/daemonsets/orders-agent`, { value: { spec: { template: { spec: { nodeSelector: null } } } }, type: merge });
    for (const kind of ['ReplicaSet', 'DaemonSet']) {
      await waitFor(async () => {
        const { items } = (await api.request('GET', `/api/v1/namespaces/orders/events?fieldSelector=${encodeURIComponent(`reason=FailedCreate,involvedObject.kind=${kind}`)}`)) as { items: readonly { count?: number; message: string }[] };
        return items.filter(({ message }) => message.includes('ValidatingAdmissionPolicy')).reduce((sum, { count = 1 }) => sum + count, 0) >= DENIALS;
      }, { what: `the fence to deny pods of the ${kind} ${DENIALS} times`, deadlineMs: 60_000, intervalMs: 100 });
    }
  });
}

/** Whether our account at a site may change volumes. Acts a moment after it was written. */
export async function letChangeVolumes(site: SiteName, may: boolean): Promise<void> {
  const path = '/apis/rbac.authorization.k8s.io/v1/clusterroles/changeover-platform';
  await withApi(site, async (api) => {
    const role = (await api.request('GET', path)) as { rules: readonly { resources: readonly string[] }[] };
    const rules = role.rules.map((rule) => (rule.resources.includes('namespaces') ? { ...rule, resources: may ? ['namespaces', 'persistentvolumes'] : ['namespaces'] } : rule));
    await api.request('PATCH', path, { value: { rules }, type: merge });
  });
  const wanted = may ? 'yes' : 'no';
  await waitFor(async () => (await kubectl(site, '--as', 'system:serviceaccount:changeover-system:changeover', 'auth', 'can-i', 'patch', 'persistentvolumes').catch((error: unknown) => String((error as { stdout?: string }).stdout))).trim() === wanted, { what: `the right to be ${may ? 'back' : 'gone'}`, deadlineMs: 10_000 });
}
