import { readFileSync } from 'node:fs';
import { ChangeoverError } from '../domain/errors.js';
import { ioLimits } from '../domain/limits.js';
import type { Config, SiteConfig } from '../config.js';
import type { Ports, SitePorts } from '../ports/index.js';
import { createTraffic, zoneSettings } from './dns/index.js';
import { createPlans } from './infoscale/plans.js';
import { openJournal } from './journal/index.js';
import { createFence } from './kubernetes/fence.js';
import { createKube, type OwnedKube } from './kubernetes/client.js';
import { readIdentity } from './kubernetes/identity.js';
import { createObjects } from './kubernetes/objects/index.js';
import { createOwnership } from './kubernetes/ownership.js';
import { missingRights } from './kubernetes/rights.js';
import { createWorkloads } from './kubernetes/workloads/index.js';
import { createFileStore, createSecretStore, createSnapshots, type SnapshotStore } from './snapshots/index.js';
import { createVvr, vvrDefaults } from './vvr/index.js';

/** The real drivers, chosen by the configuration. `sites`: those whose activities this process runs; `journal`: whether it writes the record. */
export async function createDrivers(config: Config, sites: readonly string[], { journal: writes }: { journal: boolean } = { journal: false }): Promise<{ ports: Ports; close: () => Promise<void> }> {
  const unknown = sites.filter((site) => config.sites[site] === undefined);
  if (unknown.length > 0) throw new ChangeoverError('Invalid', `No such site: ${unknown.join(', ')}. Sites are: ${Object.keys(config.sites).join(', ')}.`);
  const kubes = new Map<string, OwnedKube>();
  // Opened when first needed: a worker reaches its own cluster always, another site's only to leave it a copy of a snapshot.
  const kubeOf = (site: string): OwnedKube => {
    const known = kubes.get(site);
    if (known !== undefined) return known;
    const made = createKube({ site, kubeconfig: settingsOf(config, site).kubeconfig, timeoutMs: settingsOf(config, site).limits['kubernetesCallMs'] ?? ioLimits.kubernetesCallMs });
    kubes.set(site, made);
    return made;
  };
  for (const site of sites) kubeOf(site);
  const stores: Record<string, SnapshotStore> = {};
  const publicKeys: Record<string, string> = {};
  for (const [site, settings] of sites.length === 0 ? [] : Object.entries(config.sites)) {
    stores[site] = settings.snapshots.store === 'secrets' ? lazyStore(() => createSecretStore(kubeOf(site))) : createFileStore(settings.snapshots.store.folder);
    publicKeys[site] = readFileSync(settings.snapshots.publicKey, 'utf8');
  }
  const built = new Map<string, SitePorts>();
  for (const site of sites) {
    built.set(site, sitePorts({ site, settings: settingsOf(config, site), kube: kubeOf(site), stores, publicKeys }));
  }
  const journal = writes ? openJournal(config.journal) : null;
  const ports: Ports = {
    site(id) {
      const found = built.get(id);
      if (found === undefined) throw new ChangeoverError('Invalid', `This worker does not serve site ${id}.`);
      return found;
    },
    traffic: config.zones.length === 0 || sites.length === 0 ? null : createTraffic({ zones: config.zones.map(zoneSettings), timeoutMs: ioLimits.nameServerMs }),
    journal,
  };
  return { ports, close: async () => void (await Promise.all([...[...kubes.values()].map((kube) => kube.close()), journal?.close()])) };
}

interface SiteParts {
  readonly site: string;
  readonly settings: SiteConfig;
  readonly kube: OwnedKube;
  readonly stores: Readonly<Record<string, SnapshotStore>>;
  readonly publicKeys: Readonly<Record<string, string>>;
}

function sitePorts({ site, settings, kube, stores, publicKeys }: SiteParts): SitePorts {
  const { replication } = settings;
  const store = stores[site];
  if (store === undefined) throw new ChangeoverError('Bug', `Site ${site} has no snapshot store.`);
  return {
    site,
    limits: settings.limits,
    identity: () => readIdentity(kube),
    clusterUid: () => kube.clusterUid(),
    missingRights: (namespace, kinds) => missingRights(kube, { namespace, kinds, storageNamespace: replication.driver === 'none' ? null : replication.namespace }),
    workloads: createWorkloads(kube),
    objects: createObjects(kube),
    fence: createFence(kube, { user: settings.user }),
    ownership: createOwnership(kube),
    plans: createPlans(kube),
    snapshots: createSnapshots({ site, store, privateKey: privateKeyOf(site, settings), publicKeys, peers: stores }),
    replication:
      replication.driver === 'none'
        ? null
        : createVvr(kube, { ...vvrDefaults, site, readTimeoutMs: settings.limits['storageReadingMs'] ?? ioLimits.storageReadingMs, namespace: replication.namespace, podSelector: replication.podSelector, container: replication.container }),
    groupOf: (dataReplication) => (replication.driver === 'none' ? null : (replication.volumeGroups[dataReplication] ?? null)),
  };
}

function settingsOf(config: Config, site: string): SiteConfig {
  const settings = config.sites[site];
  if (settings === undefined) throw new ChangeoverError('Bug', `Site ${site} has no settings.`);
  return settings;
}

/** A store that is made with its first use; what is wrong with its kubeconfig is said to whoever uses it. */
function lazyStore(make: () => SnapshotStore): SnapshotStore {
  let made: SnapshotStore | null = null;
  const store = (): SnapshotStore => (made ??= make());
  return {
    read: async (id) => store().read(id),
    write: async (snapshot) => store().write(snapshot),
    readTag: async (tag) => store().readTag(tag),
    writeTag: async (tag, ref) => store().writeTag(tag, ref),
    removeTag: async (tag) => store().removeTag(tag),
  };
}

function privateKeyOf(site: string, settings: SiteConfig): string {
  try {
    return readFileSync(settings.snapshots.privateKey, 'utf8');
  } catch {
    throw new ChangeoverError('Invalid', `sites.${site}.snapshots.privateKey: ${settings.snapshots.privateKey} cannot be read. The worker of ${site} needs it to open snapshots; make one with: changeover keys`);
  }
}
