import { join } from 'node:path';
import { drObjects, ordersManifests, standbyManifests } from '../orders/manifests.js';
import { updateKeyPath } from '../names/names.js';
import { repositoryRoot } from '../paths.js';
import { hasIpv6 } from '../process/loopback.js';
import { waitFor } from '../process/wait.js';
import { siteNames, sites, type LabSettings, type SiteName } from '../settings.js';
import { ApiClient, type KubernetesObject } from '../site/api-client.js';

export interface ApplicationOptions {
  readonly settings: LabSettings;
  /** The sabotaged application: it acknowledges before anything is on disk. */
  readonly noFsync: boolean;
}

/** Installs the sample application at east with its DR objects on both sites, and waits until it serves. */
export async function installApplication({ settings, noFsync }: ApplicationOptions): Promise<void> {
  const program = (name: string): string => join(repositoryRoot(), 'dist', 'lab', 'orders', name);
  const programs = { nodePath: process.execPath, serverPath: program('server.js'), reportPath: program('report.js'), noFsync };
  await Promise.all(
    siteNames.map((name) =>
      withApi(name, async (api) => {
        await api.applyAll(name === 'east' ? ordersManifests(programs) : standbyManifests());
        for (const object of drObjects(name, { tsigKeyFile: updateKeyPath(), ipv6: hasIpv6(), ttlSeconds: settings.ttlSeconds })) {
          await api.apply(object);
          if ('status' in object) await api.apply(object, 'status');
        }
      }),
    ),
  );
  await awaitReady('east', 1);
}

/** Waits until the application has this many Ready pods at a site. */
export async function awaitReady(site: SiteName, wanted: number, deadlineMs = 30_000): Promise<void> {
  await withApi(site, (api) =>
    waitFor(async () => ((await api.read(deployment))?.['status'] as { readyReplicas?: number } | undefined)?.readyReplicas === wanted, {
      what: `orders to have ${wanted} Ready pods at ${site}`,
      deadlineMs,
    }),
  );
}

/** Lets the application run again after `stopApplication`. */
export async function startApplication(site: SiteName): Promise<void> {
  await withApi(site, (api) => scale(api, 1));
  await awaitReady(site, 1);
}

async function scale(api: ApiClient, replicas: number): Promise<void> {
  await api.request('PATCH', `${await api.pathOf(deployment)}/scale`, { value: { spec: { replicas } }, type: 'application/merge-patch+json' });
}

/** Takes the application away from wherever it runs, so that its volumes can be read in peace. */
export async function stopApplication(): Promise<void> {
  await Promise.all(
    siteNames.map((name) =>
      withApi(name, async (api) => {
        if ((await api.read(deployment)) === undefined) return;
        await scale(api, 0);
        await waitFor(async () => (await podsOf(api)).length === 0, { what: `the pods of orders to be gone at ${name}`, deadlineMs: 60_000 });
      }),
    ),
  );
}

/** Pods of the application at a site, by name. */
export async function podsOf(api: ApiClient): Promise<readonly string[]> {
  const list = (await api.request('GET', '/api/v1/namespaces/orders/pods?labelSelector=app.kubernetes.io%2Fname%3Dorders')) as { items: { metadata: { name: string } }[] };
  return list.items.map((pod) => pod.metadata.name);
}

/** Whether a site's nodes take new pods: without, an application can be staged there and never starts. */
export async function setSchedulable(site: SiteName, schedulable: boolean): Promise<void> {
  await withApi(site, async (api) => {
    const nodes = (await api.request('GET', '/api/v1/nodes')) as { items: { metadata: { name: string } }[] };
    for (const { metadata } of nodes.items) {
      await api.request('PATCH', `/api/v1/nodes/${metadata.name}`, { value: { spec: { unschedulable: !schedulable } }, type: 'application/merge-patch+json' });
    }
  });
}

/** The DR plan of the sample application, as it is at a site. */
export async function readPlan(site: SiteName): Promise<{ spec: { primaryCluster: string }; status?: { primaryCluster?: string; [field: string]: unknown } } | undefined> {
  return withApi(site, async (api) => (await api.read(plan)) as never);
}

/** Runs a piece of work with the lab's own admin client of a site. */
export async function withApi<T>(site: SiteName, work: (api: ApiClient) => Promise<T>): Promise<T> {
  const api = new ApiClient(sites[site]);
  try {
    return await work(api);
  } finally {
    await api.close();
  }
}

const deployment: KubernetesObject = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'orders', namespace: 'orders' } };
const plan: KubernetesObject = { apiVersion: 'infoscale.veritas.com/v1', kind: 'DisasterRecoveryPlan', metadata: { name: 'orders', namespace: 'infoscale-vtas' } };
