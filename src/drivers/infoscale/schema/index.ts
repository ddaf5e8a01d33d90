import type { RawObject } from '../../../ports/objects.js';
import { dataReplication } from './data-replication.js';
import { definitionObject, type Definition } from './definition.js';
import { disasterRecoveryPlan } from './disaster-recovery-plan.js';
import { dns } from './dns.js';
import { globalClusterMembership } from './global-cluster-membership.js';

/** Every kind of the group, in the order of their names. */
export const definitions: readonly Definition[] = [dataReplication, disasterRecoveryPlan, dns, globalClusterMembership];

/** The CRDs, in the same order. */
export const definitionObjects = (): readonly RawObject[] => definitions.map(definitionObject);
