import { z } from 'zod';
import type { Definition } from './definition.js';
import { clusterId, selector, texts } from './parts.js';

const cloudVendor = z.enum(['Local', 'Azure', 'Aws']).default('Local');

const remoteCluster = z.object({
  clusterName: clusterId('clusterID of the remote cluster.'),
  remoteHostAddress: z.string(),
  remoteNetMask: z.string().optional(),
  remoteNIC: z.string().optional(),
  remoteNICList: texts().optional(),
  remoteLbEnabled: z.boolean().default(false),
  remoteCloudVendor: cloudVendor,
  remoteRouteTableResourceIds: texts().optional(),
  replicationType: z.enum(['async', 'sync']).default('async'),
  replicationState: z.enum(['start', 'stop', 'pause', 'resume', 'resync']).default('start'),
  force: z.boolean().default(false),
  networkTransportProtocol: z.enum(['TCP', 'UDP']).default('TCP'),
  bandwidthLimit: z.string().optional(),
  logProtection: z.enum(['autodcm', 'dcm', 'fail', 'disable', 'override']).optional(),
  latencyProtection: z.enum(['fail', 'override', 'disable']).optional(),
});

const spec = z.object({
  currentPrimary: clusterId('clusterID of the cluster that is to be primary.'),
  force: z.boolean().default(false).meta({ description: 'With a changed currentPrimary this is a takeover.' }),
  selector,
  localHostAddress: z.string(),
  localNetMask: z.string().optional(),
  localNIC: z.string().optional(),
  localNICList: texts().optional(),
  lbEnabled: z.boolean().default(false),
  cloudVendor,
  routeTableResourceIds: texts().optional(),
  refreshStatus: z.boolean().optional(),
  remoteClusterDetails: z.array(remoteCluster),
});

/** Every leaf of the documented status is text, with the two exceptions below. */
const leaves = <const Name extends string>(...names: readonly Name[]): Readonly<Record<Name, z.ZodString>> => Object.fromEntries(names.map((name) => [name, z.string()])) as Record<Name, z.ZodString>;

const status = z
  .object({
    ...leaves('currentPrimary', 'phase', 'internalStatus', 'summaryOfReplication', 'replicationConfigErrors', 'lastRefreshed'),
    ...leaves('volumesUnderReplication', 'volumesTotalSizeBytes', 'addVolumesInProgress', 'snapshotVolumes'),
    volumeTasks: z.record(z.string(), z.string()),
    encrypted: z.boolean(),
    errorDetails: z.object(leaves('errorCode', 'errorMessage')).partial(),
    primaryStatus: z.object(leaves('dgName', 'primaryHost', 'rvgName', 'rvgState', 'rvgSgName', 'sgName', 'srlName', 'srlSize', 'logownerresName')).partial(),
    secondaryStatus: z.array(
      z
        .object({
          ...leaves('secondaryHost', 'rvgName', 'rvgSgName', 'sgName', 'srlName', 'logownerresName', 'replicationState', 'replicationStatus', 'replicationMode', 'dataStatus', 'loggingTo'),
          ...leaves('timestampInfo', 'logProtection', 'latencyProtection', 'bandwidthLimit', 'networkTransportProtocol'),
          force: z.boolean(),
        })
        .partial(),
    ),
  })
  .partial();

export const dataReplication: Definition = {
  names: { kind: 'DataReplication', plural: 'datareplications', short: 'datarep' },
  scope: 'Namespaced',
  description: "The replication of an application's volumes from the primary cluster to the others.",
  spec,
  status,
  columns: [
    { name: 'Proposed Primary', jsonPath: '.spec.currentPrimary' },
    { name: 'Current Primary', jsonPath: '.status.currentPrimary' },
    { name: 'App Namespace', jsonPath: '.spec.selector.namespace' },
    { name: 'Labels', jsonPath: '.spec.selector.labels' },
    { name: 'Replication Summary', jsonPath: '.status.summaryOfReplication', wide: true },
  ],
};
