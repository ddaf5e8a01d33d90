import { setTimeout as pause } from 'node:timers/promises';
import { sites, type SiteName } from '../lab/settings.js';
import { kubeconfigPath } from '../lab/site/kubeconfig.js';
import type { Role } from '../src/domain/roles.js';
import { createKube } from '../src/drivers/kubernetes/client.js';
import { pathOf, type Query } from '../src/drivers/kubernetes/kube.js';
import { ownRole, parsePrintrvg } from '../src/drivers/vvr/printrvg.js';
import { vvrDefaults } from '../src/drivers/vvr/settings.js';
import type { RawObject } from '../src/ports/objects.js';

/** A watch that stands; `reached` settles when what it looks for is so. */
export interface StandingWatch {
  readonly reached: Promise<void>;
}

/** The few things that the bare script does at one site. */
export interface FloorSite {
  readonly name: SiteName;
  /** Resolves when the watch stands. */
  watchGone(signal: AbortSignal): Promise<StandingWatch>;
  watchReady(signal: AbortSignal): Promise<StandingWatch>;
  scale(replicas: number): Promise<void>;
  migrate(signal: AbortSignal): Promise<void>;
  readRole(signal: AbortSignal): Promise<Role>;
  close(): Promise<void>;
}

const RVG = 'orders_rvg';
const COMMAND_WITHIN_MS = 30_000;
/** Between two tries of a migrate that is refused because data is still on its way. */
const AGAIN_AFTER_MS = 20;

const deployments = pathOf({ group: 'apps', version: 'v1', plural: 'deployments' }, 'orders');
const pods = pathOf({ group: '', version: 'v1', plural: 'pods' }, 'orders');
const storagePods = pathOf({ group: '', version: 'v1', plural: 'pods' }, vvrDefaults.namespace);

/** Opens connections to a site's API server, directly and as its admin: nothing stands between that the script could blame. */
export async function openFloorSite(name: SiteName): Promise<FloorSite> {
  const kube = createKube({ site: name, kubeconfig: kubeconfigPath(sites[name], 'admin') });
  const group = sites[name].diskGroup;
  const commanders = await storagePodsOf(name, () => kube.list(storagePods, { labelSelector: vvrDefaults.podSelector }));
  const execIn = (pod: string, argv: readonly string[], signal: AbortSignal) => kube.exec({ namespace: vvrDefaults.namespace, name: pod, container: vvrDefaults.container }, argv, { timeoutMs: COMMAND_WITHIN_MS, signal });
  let owner = 0;
  const exec = async (argv: readonly string[], signal: AbortSignal) => execIn(commanders[owner % commanders.length] ?? '', argv, signal);

  const stand = async (path: string, query: Query, { signal, until }: { signal: AbortSignal; until: (objects: readonly RawObject[]) => boolean }): Promise<StandingWatch> => {
    let listed = (): void => {};
    const standing = new Promise<void>((resolve) => (listed = resolve));
    const reached = kube.watchUntil(path, query, {
      signal,
      seen: (objects) => {
        listed();
        return until([...objects.values()]) ? true : undefined;
      },
    }).then(() => {});
    // Whoever waits for it hears of its failure; until then nobody listens.
    reached.catch(() => {});
    await Promise.race([standing, reached]);
    return { reached };
  };

  return {
    name,
    watchGone: (signal) => stand(pods, { labelSelector: 'app.kubernetes.io/name=orders' }, { signal, until: (there) => there.length === 0 }),
    watchReady: (signal) => stand(deployments, { fieldSelector: 'metadata.name=orders' }, { signal, until: ([deployment]) => deployment !== undefined && isReady(deployment) }),

    async scale(replicas) {
      await kube.patch(`${deployments}/orders`, { spec: { replicas } }, 'merge');
    },

    async migrate(signal) {
      for (;;) {
        const { exitCode, stderr } = await exec(['vradmin', '-g', group, '-s', 'migrate', RVG], signal);
        if (exitCode === 0) return;
        if (exitCode === null || signal.aborted) throw new Error(`vradmin migrate at ${name}: ${stderr.trim()}`);
        if (exitCode === vvrDefaults.notLogOwnerExitCode) owner += 1;
        else await pause(AGAIN_AFTER_MS);
      }
    },

    async readRole(signal) {
      const { exitCode, stdout } = await exec(['vradmin', '-g', group, '-l', 'printrvg', RVG], signal);
      const report = exitCode === 0 ? parsePrintrvg(stdout, RVG) : null;
      return report === null ? 'unreadable' : ownRole(report);
    },

    close: () => kube.close(),
  };
}

/** Names of the InfoScale pods in the order of their nodes: the first node is the log owner in the lab. */
async function storagePodsOf(site: SiteName, list: () => Promise<readonly RawObject[]>): Promise<readonly string[]> {
  const nodeOf = (pod: RawObject): string => (pod['spec'] as { nodeName?: string } | undefined)?.nodeName ?? '';
  const found = (await list()).toSorted((a, b) => (nodeOf(a) < nodeOf(b) ? -1 : 1)).map((pod) => pod.metadata.name);
  if (found.length === 0) throw new Error(`no InfoScale pod at ${site}`);
  return found;
}

function isReady({ metadata, spec, status }: RawObject & { spec?: { replicas?: number }; status?: { observedGeneration?: number; readyReplicas?: number } }): boolean {
  const wanted = spec?.replicas ?? 0;
  return wanted > 0 && (status?.observedGeneration ?? 0) >= Number(metadata['generation']) && (status?.readyReplicas ?? 0) >= wanted;
}
