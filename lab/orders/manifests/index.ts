import { appNamespace, clusterScoped } from './kubernetes-object.js';
import type { KubernetesObject } from './kubernetes-object.js';
import { ledgerPolicy, ledgerPolicyDefinition, ledgerPolicyRights } from './ledger-policy.js';
import { surroundings } from './surroundings.js';
import { volumes } from './volumes.js';
import { workloads } from './workloads.js';
import type { Programs } from './workloads.js';

/**
 * The whole application in an order in which it can be applied one by one. The CRD comes first and
 * its kind last, so that it is served by then; who applies them still waits for its Established condition.
 */
export function ordersManifests(programs: Programs): KubernetesObject[] {
  return [
    ledgerPolicyDefinition(),
    ledgerPolicyRights(),
    { apiVersion: 'v1', kind: 'Namespace', metadata: clusterScoped(appNamespace) },
    ...surroundings(),
    ...volumes(),
    ...workloads(programs),
    ledgerPolicy(),
  ];
}

/** What the other site holds at set-up: the CRD and the right to move its kind, nothing else, not even the namespace. */
export function standbyManifests(): KubernetesObject[] {
  return [ledgerPolicyDefinition(), ledgerPolicyRights()];
}
