import type { KubernetesObject } from './kubernetes-object.js';

export type Site = 'east' | 'west';

export interface DrOptions {
  /** Absolute path of the TSIG key file the sites' DNS objects name. */
  readonly tsigKeyFile?: string;
  /** False where the machine has no IPv6: the records then hold IPv4 only. */
  readonly ipv6?: boolean;
  /** TTL of the records, seconds; 20 where nothing is said. */
  readonly ttlSeconds?: number;
}

const apiVersion = 'infoscale.veritas.com/v1';
const namespace = 'infoscale-vtas';
const sites: readonly Site[] = ['east', 'west'];
const controllerPort = '14155';

/** Addresses of each site: load balancer (both families) and VVR host. */
const addresses = {
  east: { ipv4: '127.10.0.80', ipv6: 'fd00:ea57::80', vvrHost: 'east-vvr.example.test' },
  west: { ipv4: '127.20.0.80', ipv6: 'fd00:3e57::80', vvrHost: 'west-vvr.example.test' },
} as const;

const other = (site: Site): Site => (site === 'east' ? 'west' : 'east');

function membership(site: Site): KubernetesObject {
  return {
    apiVersion,
    kind: 'GlobalClusterMembership',
    metadata: { name: 'global-cluster-membership' },
    spec: {
      localClusterName: site,
      globalMemberClusters: sites.map((clusterID) => ({
        clusterID,
        drControllerAddress: addresses[clusterID].ipv4,
        drControllerPort: controllerPort,
      })),
      counterMissTolerance: 5,
      metadataBackupInterval: 15,
    },
    status: { phase: 'RUNNING', peerClusterLinkState: { east: 'CONNECTED', west: 'CONNECTED' } },
  };
}

/** Both sites start with east as the replication's Primary; names follow `vradmin -l repstatus`. */
function dataReplication(site: Site): KubernetesObject {
  return {
    apiVersion,
    kind: 'DataReplication',
    metadata: { name: 'orders-datarep', namespace },
    spec: {
      currentPrimary: 'east',
      force: false,
      selector: { namespace: 'orders' },
      localHostAddress: addresses[site].vvrHost,
      remoteClusterDetails: [
        {
          clusterName: other(site),
          remoteHostAddress: addresses[other(site)].vvrHost,
          replicationType: 'async',
          replicationState: 'start',
          networkTransportProtocol: 'TCP',
          logProtection: 'autodcm',
          latencyProtection: 'disable',
        },
      ],
    },
    status: {
      currentPrimary: 'east',
      volumesUnderReplication: 'orders-ledger-vol,orders-index-vol',
      primaryStatus: {
        primaryHost: addresses.east.vvrHost,
        rvgName: 'orders_rvg',
        dgName: 'vrts_kube_dg-east',
        srlName: 'orders_srl',
      },
      secondaryStatus: [{ secondaryHost: addresses.west.vvrHost, rvgName: 'orders_rvg', srlName: 'orders_srl' }],
    },
  };
}

function dns(site: Site, { tsigKeyFile, ipv6 = true, ttlSeconds = 20 }: DrOptions): KubernetesObject {
  const own = addresses[site];
  const state = site === 'east' ? 'ONLINE' : 'OFFLINE';
  return {
    apiVersion,
    kind: 'DNS',
    metadata: { name: 'orders-dns', namespace },
    spec: {
      domain: 'example.test',
      // A key stands once; several addresses share a value, parted by a blank.
      resRecord: { orders: ipv6 ? `${own.ipv4} ${own.ipv6}` : own.ipv4, shop: 'orders' },
      ttl: ttlSeconds,
      stealthMasters: ['127.0.53.1'],
      createPTR: true,
      cleanRRKeys: true,
      ...(tsigKeyFile === undefined ? {} : { tsigKeyFile }),
    },
    status: { dnsState: state, groupid: 'orders-dns' },
  };
}

function recoveryPlan(): KubernetesObject {
  return {
    apiVersion,
    kind: 'DisasterRecoveryPlan',
    metadata: { name: 'orders', namespace },
    spec: {
      primaryCluster: 'east',
      preferredClusterList: ['east', 'west'],
      clusterFailOverPolicy: 'Manual',
      selector: { namespace: 'orders' },
      dataReplicationPointer: 'orders-datarep',
      dnsPointer: 'orders-dns',
      force: false,
    },
  };
}

/**
 * The DR objects of one site in the documented order of creation (membership, replication, DNS, plan).
 * A `status` in them is not taken by the main resource: who applies them writes it to /status.
 * The plan has none: its first status is the product's to write, when it adopts the application.
 */
export function drObjects(site: Site, options: DrOptions = {}): KubernetesObject[] {
  return [membership(site), dataReplication(site), dns(site, options), recoveryPlan()];
}
