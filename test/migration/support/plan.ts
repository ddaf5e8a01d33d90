import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { scopeFolder } from '../../../lab/paths.js';
import { waitFor } from '../../../lab/process/wait.js';
import { withApi } from '../../../lab/scenario/application.js';
import { sites, temporalPorts, type SiteName } from '../../../lab/settings.js';
import { kubeconfigPath } from '../../../lab/site/kubeconfig.js';
import { connect } from '../../../src/client/connect.js';
import { listRuns, type RunSummary } from '../../../src/client/status.js';
import type { Condition } from '../../../src/domain/watched-plan.js';
import type { RawObject } from '../../../src/ports/objects.js';

const exec = promisify(execFile);

/** The real kubectl, as the cluster's admin. */
export async function kubectl(site: SiteName, ...args: readonly string[]): Promise<string> {
  return (await exec('kubectl', ['--kubeconfig', kubeconfigPath(sites[site], 'admin'), '-n', 'infoscale-vtas', ...args])).stdout;
}

/** What a person types to ask for a migration, or to take it back. */
export async function patchPrimary(site: SiteName, primary: string): Promise<void> {
  await kubectl(site, 'patch', 'drplan', 'orders', '--type', 'merge', '-p', JSON.stringify({ spec: { primaryCluster: primary } }));
}

export async function planObject(site: SiteName): Promise<RawObject> {
  return withApi(site, async (api) => (await api.request('GET', '/apis/infoscale.veritas.com/v1/namespaces/infoscale-vtas/disasterrecoveryplans/orders')) as RawObject);
}

/** A file with the plan as somebody keeps it in a repository or a backup, naming this primary. */
export async function manifestOf(site: SiteName, primary: string): Promise<string> {
  const { apiVersion, kind, metadata, spec } = await planObject(site);
  const file = join(scopeFolder('product'), `plan-${site}-${primary}.yaml`);
  writeFileSync(file, stringify({ apiVersion, kind, metadata: { name: metadata.name, namespace: metadata.namespace }, spec: { ...(spec as object), primaryCluster: primary } }));
  return file;
}

export function conditionsOf(plan: RawObject): Readonly<Record<string, Condition>> {
  const { conditions = [] } = (plan['status'] ?? {}) as { conditions?: readonly Condition[] };
  return Object.fromEntries(conditions.map((one) => [one.type, one]));
}

/** Waits until the plan's conditions at a site are as asked. */
export async function untilConditions(site: SiteName, what: string, holds: (conditions: Readonly<Record<string, Condition>>, plan: RawObject) => boolean): Promise<Readonly<Record<string, Condition>>> {
  return waitFor(async () => {
    const plan = await planObject(site);
    const conditions = conditionsOf(plan);
    return holds(conditions, plan) ? conditions : undefined;
  }, { what: `the plan at ${site}: ${what}`, deadlineMs: 40_000, intervalMs: 100 });
}

/** All migrations that Temporal ever knew in this lab, newest first. */
export async function allRuns(): Promise<readonly RunSummary[]> {
  const client = await connect({ address: `127.0.0.1:${temporalPorts.grpc}`, namespace: 'default' });
  try {
    return await listRuns(client, 100);
  } finally {
    await client.connection.close();
  }
}

interface EventObject {
  readonly reason: string;
  readonly message: string;
  readonly type: string;
}

/** Events about the plan at a site, oldest first, as `Reason: message`. */
export async function eventsAt(site: SiteName): Promise<readonly string[]> {
  const path = '/api/v1/namespaces/infoscale-vtas/events?fieldSelector=involvedObject.kind%3DDisasterRecoveryPlan';
  const { items } = await withApi(site, async (api) => (await api.request('GET', path)) as { items: readonly (EventObject & { firstTimestamp: string })[] });
  return items.toSorted((a, b) => a.firstTimestamp.localeCompare(b.firstTimestamp)).map(({ reason, message }) => `${reason}: ${message}`);
}
