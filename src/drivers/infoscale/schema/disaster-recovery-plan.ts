import { z } from 'zod';
import { clusterId, selector, texts } from './parts.js';
import type { Definition } from './definition.js';

const spec = z.object({
  primaryCluster: clusterId('clusterID of the cluster that is to run the application. Changing it asks for a migration.'),
  force: z.boolean().meta({ description: 'The local cluster takes over because its peers cannot be reached.' }).optional(),
  preferredClusterList: texts('Failover targets in order of preference.').optional(),
  clusterFailOverPolicy: z.enum(['Manual', 'AutoFailOver']).default('Manual'),
  selector,
  dataReplicationPointer: z.string().meta({ description: 'Name of the DataReplication of a stateful application.' }).optional(),
  dnsPointer: z.string().meta({ description: 'Name of the DNS object.' }).optional(),
  existingResourcePolicy: z.string().default('update').meta({ description: 'What a restore does with objects that exist: none or update.' }),
  metadataSyncDetails: z.array(z.object({ clusterID: z.string(), backupName: z.string(), syncLag: z.boolean() })).meta({ description: 'Written by the DR manager.' }).optional(),
  veleroBkpName: z.string().meta({ description: 'Written by the DR manager.' }).optional(),
});

const backupRequestState = z.object({
  phase: z.enum(['New', 'InProgress', 'ValidationFailed', 'Completed', 'PartiallyFailed', 'Failed']),
  attributes: z.object({ totalItems: z.int(), itemsBackedUp: z.int(), warningCount: z.int(), errorCount: z.int() }).partial(),
  errorDetails: z
    .object({ errors: z.string(), validationErrors: z.array(z.string()).meta({ nullable: true }), additionalErrorMessages: z.record(z.string(), z.array(z.string())).meta({ nullable: true }) })
    .partial(),
});

const restoreRequestState = z.object({
  phase: z.enum(['New', 'Queued', 'InProgress', 'Completed', 'Failed', 'BackupNotFound', 'PartiallyFailed']),
  backupName: z.string(),
  retryCount: z.int(),
  errorDetails: z.object({ errCode: z.int(), errMessage: z.string(), additionalErrorInfo: z.array(z.object({ level: z.string(), msg: z.string() }).partial()) }).partial(),
});

/** As every Kubernetes condition (metav1.Condition). One owner a type, so that several writers share one list. */
const condition = z.object({
  type: z.string().max(316),
  status: z.enum(['True', 'False', 'Unknown']),
  observedGeneration: z.int().meta({ format: 'int64', minimum: 0 }).optional(),
  lastTransitionTime: z.string().meta({ format: 'date-time' }),
  reason: z.string().max(1024),
  message: z.string().max(32_768),
});

const status = z
  .object({
    primaryCluster: z.string().meta({ description: 'clusterID of the cluster that runs the application. Changes last.' }),
    phase: z.string().meta({ description: "Changeover's own words: the documents name the field, and no values." }),
    backupRequestState: backupRequestState.partial(),
    restoreRequestState: restoreRequestState.partial(),
    scheduleStatus: z.enum(['SCHEDULE_STARTED', 'SCHEDULE_STOPPED']),
    dataReplicationStatus: z.string(),
    metadataSyncStatus: z.string(),
    lastBackupName: z.string().meta({ description: 'The last backup that was asked for by name.' }),
    conditions: z
      .array(condition)
      .meta({ description: "Changeover's own; the documented CRD has no such field, and drops it.", 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] }),
  })
  .partial();

export const disasterRecoveryPlan: Definition = {
  names: { kind: 'DisasterRecoveryPlan', plural: 'disasterrecoveryplans', short: 'drplan' },
  scope: 'Namespaced',
  description: 'Names an application, its replication and its DNS, and the cluster that is to run it.',
  spec,
  status,
  columns: [
    { name: 'Proposed Primary', jsonPath: '.spec.primaryCluster' },
    { name: 'Current Primary', jsonPath: '.status.primaryCluster' },
    { name: 'Data Replication Pointer', jsonPath: '.spec.dataReplicationPointer', wide: true },
    { name: 'DNS Pointer', jsonPath: '.spec.dnsPointer', wide: true },
    { name: 'App Namespace', jsonPath: '.spec.selector.namespace' },
    { name: 'Labels', jsonPath: '.spec.selector.labels' },
    { name: 'Preferred Cluster List', jsonPath: '.spec.preferredClusterList', wide: true },
    { name: 'Status', jsonPath: '.status.phase', wide: true },
  ],
};
