import { reverseName } from '../../domain/dns.js';
import type { RecordSet } from '../../domain/observation.js';
import type { RawObject } from '../../ports/objects.js';
import { keyOf } from './raw.js';
import { recordKey, type ApplicationSpec, type NameState, type SiteState } from './state.js';

/** How a fresh world looks: one application, serving at the first site, replicated to the others. */

const storageClass = 'infoscale';
const driver = 'org.veritas.infoscale';
const sectorsOf64Mi = 131_072;

export const handleFor = (claim: string) => `${claim}-vol`;
export const volumeNameFor = (claim: string) => `pv-${claim}`;

export function seedSite(site: string, index: number, seed: { application: ApplicationSpec; sites: readonly string[]; primary: string }): SiteState {
  const { application, sites, primary } = seed;
  const objects = site === primary ? applicationObjects(application) : [];
  const peers = sites.filter((s) => s !== site);
  const octet = 10 * (index + 1);
  const addresses = [`127.${octet}.0.80`, `fd00:${octet}::80`];
  const stateful = application.claims.length > 0;
  return {
    site,
    clusterUid: `uid-of-${site}`,
    kubernetesVersion: 'v1.35.4',
    reachable: true,
    storageReachable: true,
    powered: true,
    addresses,
    entryPointDown: null,
    missingRights: [],
    membership: { localCluster: site, members: [...sites], phase: 'RUNNING', links: Object.fromEntries(peers.map((p) => [p, 'CONNECTED'])) },
    foreignManagers: [],
    ownership: new Map(),
    keptPlans: new Map(),
    groupLocks: new Map(),
    plans: new Map([[application.unit, { object: planObject(application, { site, sites, primary }), transient: {} }]]),
    dataReplications: new Map(
      stateful
        ? [[`${application.unit}-data`, { name: `${application.unit}-data`, specPrimary: primary, statusPrimary: primary, namespace: application.namespace, labels: [application.label], force: false, configErrors: '', rvg: application.rvg, diskGroup: `vrts_kube_dg-${site}` }]]
        : [],
    ),
    dnsObjects: new Map([
      [
        `${application.unit}-dns`,
        { name: `${application.unit}-dns`, domain: application.zone.replace(/\.$/, ''), records: { [application.host.split('.')[0] ?? '']: addresses.join(' ') }, ttlSeconds: application.ttlSeconds, createPtr: true, masters: ['ns1'] },
      ],
    ]),
    namespaces: new Map(site === primary ? [[application.namespace, { terminating: false, labels: {} }]] : []),
    objects: new Map(objects.map((o) => [keyOf(o), o])),
    pods: [],
    holdPods: false,
    notReady: null,
    foreignMounters: [],
    servedKinds: [...new Set(applicationObjects(application).map((o) => `${o.apiVersion}/${o.kind}`))],
    references: [`StorageClass/${storageClass}`],
    room: { quotas: [], limitRanges: [], nodes: [{ name: `${site}-1`, takesPods: true, labels: {}, taints: [], free: { cpu: 4, memory: 2 ** 33, pods: 110 }, images: null }], standing: { objects: {}, storage: 0 } },
    webhooks: [],
    fenceSupported: true,
    fences: new Map(),
    denied: 0,
    snapshots: new Map(),
    tags: new Map(),
    groups: new Map(
      stateful
        ? [
            [
              application.rvg,
              {
                rvg: application.rvg,
                diskGroup: `vrts_kube_dg-${site}`,
                host: `${site}-1`,
                role: site === primary ? ('primary' as const) : ('secondary' as const),
                volumes: application.claims.map((c) => ({ name: handleFor(c), sectors: sectorsOf64Mi, dcm: true })),
                data: [],
                configErrors: [],
                liveCommands: 0,
              },
            ],
          ]
        : [],
    ),
  };
}

function planObject(application: ApplicationSpec, where: { site: string; sites: readonly string[]; primary: string }): NonNullable<ReturnType<SiteState['plans']['get']>>['object'] {
  return {
    uid: `plan-of-${where.site}`,
    generation: 1,
    specPrimary: where.primary,
    statusPrimary: where.primary,
    force: false,
    preferred: [...where.sites],
    namespace: application.namespace,
    labels: [application.label],
    dataReplicationPointer: application.claims.length > 0 ? `${application.unit}-data` : null,
    dnsPointer: `${application.unit}-dns`,
    managedBy: [],
    proposedBy: null,
    measured: null,
    terminating: false,
  };
}

function applicationObjects(application: ApplicationSpec): readonly RawObject[] {
  const { namespace, claims } = application;
  const [key = 'app', value = ''] = application.label.split('=');
  const named = (apiVersion: string, kind: string, of: { name: string } & Record<string, unknown>): RawObject => {
    const { name, ...rest } = of;
    return { apiVersion, kind, metadata: { name, namespace, labels: { [key]: value } }, ...rest };
  };
  const template = { metadata: { labels: { [key]: value } }, spec: { containers: [{ name: 'orders' }], volumes: claims.map((c) => ({ name: c, persistentVolumeClaim: { claimName: c } })) } };
  return [
    named('v1', 'ConfigMap', { name: 'orders-config', data: { greeting: 'hello' } }),
    named('v1', 'Secret', { name: 'orders-secret', data: { token: 'czNjcjN0' } }),
    named('v1', 'Service', { name: 'orders', spec: { ports: [{ port: 80 }] } }),
    named('apps/v1', 'Deployment', { name: 'orders', spec: { replicas: 1, template } }),
    named('batch/v1', 'CronJob', { name: 'orders-report', spec: { schedule: '0 * * * *', suspend: false } }),
    ...claims.map((c) => named('v1', 'PersistentVolumeClaim', { name: c, spec: { volumeName: volumeNameFor(c), storageClassName: storageClass, volumeMode: 'Filesystem', resources: { requests: { storage: '64Mi' } } } })),
    ...claims.map(
      (c): RawObject => ({
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name: volumeNameFor(c) },
        spec: { csi: { driver, volumeHandle: handleFor(c) }, persistentVolumeReclaimPolicy: 'Delete', storageClassName: storageClass, claimRef: { namespace, name: c } },
      }),
    ),
  ];
}

export function seedNames(application: ApplicationSpec, sites: ReadonlyMap<string, SiteState>, primary: string): NameState {
  const records = new Map<string, RecordSet>();
  const put = (name: string, type: RecordSet['type'], value: string) => records.set(recordKey(name, type), { name, type, ttlSeconds: application.ttlSeconds, values: [value] });
  for (const address of sites.get(primary)?.addresses ?? []) {
    put(application.host, address.includes(':') ? 'AAAA' : 'A', address);
    put(reverseName(address), 'PTR', application.host);
  }
  const reverse = [...sites.values()].flatMap((s) => s.addresses.map(reverseZone));
  return {
    zones: [{ zone: application.zone, reverse: false }, ...reverse.map((zone) => ({ zone, reverse: true }))],
    servers: ['ns1', 'ns2'].map((server, i) => ({ server, updatable: i === 0, reachable: true, refuses: null, lags: false, records: new Map(records) })),
  };
}

/** The /16 of an IPv4 address, the /32 of an IPv6 one. */
export function reverseZone(address: string): string {
  return reverseName(address)
    .split('.')
    .slice(address.includes(':') ? 24 : 2)
    .join('.');
}
