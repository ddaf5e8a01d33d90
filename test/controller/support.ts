import type { WatchedPlan } from '../../src/domain/watched-plan.js';

/** The plan of an application that rests at east. */
export function aWatchedPlan(of: Partial<WatchedPlan> = {}): WatchedPlan {
  return {
    unit: { namespace: 'infoscale-vtas', name: 'orders' }, uid: 'u', generation: 1, resourceVersion: '1', specPrimary: 'east', statusPrimary: 'east',
    force: false, preferred: ['east', 'west'], namespace: 'orders', labels: [], dataReplicationPointer: null, dnsPointer: null, managedBy: [], proposedBy: null, measured: null, terminating: false,
    writer: { manager: 'kubectl-patch', operation: 'Update' }, requestedBy: null, answered: null, decision: null, decisionAnswer: null, conditions: [], ...of,
  };
}
