import { createWorld, type World } from '../../src/drivers/memory/world.js';
import { recordKey } from '../../src/drivers/memory/state.js';
import { keyOf, specOf, textAt } from '../../src/drivers/memory/raw.js';
import { isFenced, mayLabel } from '../../src/drivers/memory/fence.js';
import type { UnitRef } from '../../src/domain/request.js';
import type { RawObject } from '../../src/ports/objects.js';
import { aPlan, aWork } from '../harness/builders.js';
import { fenceContract } from './fence.contract.js';
import { journalContract } from './journal.contract.js';
import { objectsContract } from './objects.contract.js';
import { ownershipContract } from './ownership.contract.js';
import { plansContract } from './plans.contract.js';
import { replicationContract } from './replication.contract.js';
import { snapshotsContract } from './snapshots.contract.js';
import { trafficContract } from './traffic.contract.js';
import { workloadsContract } from './workloads.contract.js';

const name = 'the memory world';

/** The replication of a site, which the seeded world always has. */
function replicationAt(world: World, site: string) {
  const { replication } = world.ports.site(site);
  if (replication === null) throw new Error(`${site} has no replication`);
  return replication;
}

/** Scales the application, as kubectl would. */
function scale(world: World, site: string, replicas: number): void {
  const workload = world.site(site).objects.get('Deployment/orders');
  if (workload !== undefined) world.happens('a scale', () => (specOf(workload)['replicas'] = replicas));
}

ownershipContract(name, async () => {
  let units = 0;
  return { ownership: createWorld({ adopted: false }).ports.site('east').ownership, unit: () => `unit-${(units += 1)}` };
});

journalContract(name, async () => {
  const { journal } = createWorld().ports;
  if (journal === null) throw new Error('the world has no journal');
  let runs = 0;
  return { journal, again: () => journal, run: () => `orders-${(runs += 1)}` };
});

fenceContract(name, async () => {
  const east = createWorld({ adopted: false });
  const { namespaces } = east.site('east');
  let count = 0;
  const fresh = () => `namespace-${(count += 1)}`;
  return {
    fence: east.ports.site('east').fence,
    namespace: async () => {
      const namespace = fresh();
      namespaces.set(namespace, { terminating: false, labels: {} });
      return namespace;
    },
    absentNamespace: fresh,
    admits: async (namespace, pod) => !isFenced(east.site('east'), namespace, { labels: pod.labels ?? {}, claims: pod.claims ?? [] }),
    namespaceLabels: async (namespace) => namespaces.get(namespace)?.labels ?? null,
    otherLabels: async (_namespace, labels) => mayLabel(labels),
  };
});

workloadsContract(name, async () => {
  const world = createWorld({ adopted: false });
  const east = world.site('east');
  return {
    workloads: world.ports.site('east').workloads,
    plan: aPlan(world),
    work: aWork,
    pods: async () => east.pods.length,
    holdPods: async (hold) => world.happens('pods held', () => (east.holdPods = hold)),
    edit: async (kind, object, spec) => {
      const found = east.objects.get(`${kind}/${object}`);
      if (found !== undefined) world.happens('someone else', () => Object.assign(specOf(found), spec));
    },
    suspended: async () => [...east.objects.values()].filter((o) => o.kind === 'CronJob' && specOf(o)['suspend'] === true).map((o) => o.metadata.name),
  };
});

objectsContract(name, async () => {
  const world = createWorld({ adopted: false });
  const policyOf = (o: RawObject) => textAt(o, 'spec', 'persistentVolumeReclaimPolicy') ?? '';
  return {
    source: world.ports.site('east'),
    target: world.ports.site('west'),
    plan: aPlan(world),
    work: aWork,
    atTarget: async (kind, object) => structuredClone(world.site('west').objects.get(`${kind}/${object}`) ?? null),
    dropAtTarget: async (kind, object) => world.happens('someone else', () => world.site('west').objects.delete(`${kind}/${object}`)),
    putAtTarget: async (object) => world.happens('someone else', () => world.site('west').objects.set(keyOf(object), structuredClone(object))),
    policies: async (site) => Object.fromEntries([...world.site(site === 'source' ? 'east' : 'west').objects.values()].filter((o) => o.kind === 'PersistentVolume').map((o) => [o.metadata.name, policyOf(o)])),
    setPolicy: async (site, volume, policy) => {
      const pv = world.site(site === 'source' ? 'east' : 'west').objects.get(`PersistentVolume/${volume}`);
      if (pv !== undefined) world.happens('someone else', () => (specOf(pv)['persistentVolumeReclaimPolicy'] = policy));
    },
  };
});

snapshotsContract(name, async () => {
  const world = createWorld();
  return {
    source: { site: 'east', snapshots: world.ports.site('east').snapshots },
    target: { site: 'west', snapshots: world.ports.site('west').snapshots },
    damage: async (site, ref) => {
      const stored = world.site(site === 'source' ? 'east' : 'west').snapshots.get(ref.id);
      if (stored !== undefined) stored.damaged = true;
    },
  };
});

replicationContract(name, async () => {
  const world = createWorld({ adopted: false });
  scale(world, 'east', 0);
  return {
    source: replicationAt(world, 'east'),
    target: replicationAt(world, 'west'),
    plan: aPlan(world),
    work: aWork,
    openVolume: async (open) => scale(world, 'east', open ? 1 : 0),
    lag: async (lags) => {
      world.link.lags = lags;
      if (!lags) return world.happens('the link catches up', () => {});
      scale(world, 'east', 1);
      world.writeSomewhere();
      scale(world, 'east', 0);
    },
    roles: async (now) =>
      world.happens('someone at the storage', () => {
        for (const site of ['east', 'west']) for (const group of world.site(site).groups.values()) Object.assign(group, { role: now === 'both' ? 'primary' : 'secondary', needsResync: false });
        if (now === 'both') world.site('west').groups.forEach(({ data }) => data.push(`stray-${data.length}`));
      }),
    hasStray: async (site) => [...world.site(site === 'source' ? 'east' : 'west').groups.values()].some(({ data }) => data.some((id) => id.startsWith('stray'))),
  };
});

trafficContract(name, async () => {
  const world = createWorld();
  const { traffic } = world.ports;
  if (traffic === null) throw new Error('the world has no names');
  const plan = aPlan(world).names;
  if (plan === null) throw new Error('the plan has no names');
  return {
    traffic,
    plan,
    work: aWork,
    tamper: async (record, value) => {
      const master = world.names.servers[0];
      world.happens('someone else', () => master?.records.set(recordKey(record.name, record.type), { name: record.name, type: record.type, ttlSeconds: 30, values: [value] }));
    },
  };
});

plansContract(name, async () => {
  const world = createWorld({ adopted: false });
  const east = world.site('east');
  const planAt = (unit: UnitRef) => {
    const found = east.plans.get(unit.name);
    if (found === undefined) throw new Error(`there is no plan ${unit.name}`);
    return found;
  };
  let units = 0;
  return {
    plans: world.ports.site('east').plans,
    unit: async () => {
      const unit = `unit-${(units += 1)}`;
      const { object } = planAt({ namespace: '', name: 'orders' });
      east.plans.set(unit, { object: { ...object, statusPrimary: null, dataReplicationPointer: `${unit}-datarep`, dnsPointer: `${unit}-dns` }, transient: {} });
      east.dataReplications.set(`${unit}-datarep`, { name: `${unit}-datarep`, specPrimary: 'east', statusPrimary: 'east', namespace: 'orders', labels: [], force: false, configErrors: '', rvg: 'orders_rvg', diskGroup: 'vrts_kube_dg-east' });
      east.dnsObjects.set(`${unit}-dns`, { name: `${unit}-dns`, domain: 'example.test', records: { orders: '127.10.0.80', shop: 'orders' }, ttlSeconds: 20, createPtr: true, masters: ['127.0.53.1'] });
      return { namespace: 'infoscale-vtas', name: unit };
    },
    status: async (unit) => {
      const { object, transient } = planAt(unit);
      return { ...(object.statusPrimary === null ? {} : { primaryCluster: object.statusPrimary }), ...transient };
    },
    managed: async (unit) => void (planAt(unit).object.managedBy = ['argocd-controller', 'Argo CD (tracking-id)']),
  };
});
