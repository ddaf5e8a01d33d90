import { z } from 'zod';
import type { Definition } from './definition.js';
import { clusterId } from './parts.js';

const within = (least: number, most: number) => z.int().min(least).max(most);

const spec = z.object({
  localClusterName: clusterId('Which of the members this cluster is.'),
  globalMemberClusters: z.array(
    z.object({
      clusterID: clusterId('The name by which every other object means this cluster.'),
      drControllerAddress: z.string(),
      drControllerPort: z.string().default('14155'),
    }),
  ),
  globalClusterOperation: z.enum(['none', 'localbuild']).default('none'),
  globalClusterProtocol: z.int().optional(),
  counterMissTolerance: within(3, 10).default(5),
  metadataBackupInterval: within(5, 60).default(15).meta({ description: 'Minutes.' }),
  maximumMetadataCopies: within(5, 20).default(5),
  datarepRefreshStatusFrequency: within(5, 30).default(10).meta({ description: 'Minutes.' }),
  backupClusterScopeCRD: z.boolean().default(true),
});

const status = z
  .object({
    phase: z.enum(['UNKNOWN', 'DISCOVER_WAIT', 'ADMIN_WAIT', 'RUNNING', 'EXITING', 'EXITED']),
    globalClusterProtocol: z.int(),
    licenseCRCreationTimestamp: z.string().max(100),
    peerClusterLinkState: z.record(z.string(), z.enum(['UNKNOWN', 'DISCOVER', 'HB_ALIVE', 'CONNECTED', 'HB_DOWN_CONNECTED', 'FAULTED', 'EXITING', 'EXITED'])),
  })
  .partial();

export const globalClusterMembership: Definition = {
  names: { kind: 'GlobalClusterMembership', plural: 'globalclustermemberships', short: 'gcm' },
  scope: 'Cluster',
  description: 'The clusters that protect each other, and which of them this one is.',
  spec,
  status,
  columns: [
    { name: 'Cluster Name', jsonPath: '.spec.localClusterName' },
    { name: 'Cluster State', jsonPath: '.status.phase' },
    { name: 'Protocol', jsonPath: '.status.globalClusterProtocol', type: 'integer' },
    { name: 'Peer Link State', jsonPath: '.status.peerClusterLinkState' },
  ],
};
