import * as application from '../../../src/domain/checks/application/index.js';
import type { Check } from '../../../src/domain/checks/check.js';
import { aFacts, aWorkload, said, type FactsChange } from '../facts.js';

const source = (of: NonNullable<NonNullable<FactsChange['source']>['application']>): FactsChange => ({ source: { application: of } });
const target = (of: NonNullable<NonNullable<FactsChange['source']>['application']>): FactsChange => ({ target: { application: of } });

const rows: readonly (readonly [string, Check, FactsChange, RegExp])[] = [
  ['A namespace that does not exist refuses', application.applicationExists, source({ namespaceExists: false }), /Namespace orders does not exist/],
  ['A namespace that is being deleted refuses', application.applicationExists, source({ namespaceTerminating: true }), /being deleted/],
  ['A selector that names nothing refuses', application.applicationExists, source({ objectCount: 0 }), /names no object/],
  ['A workload that is not Ready refuses', application.applicationIsOnline, source({ workloads: [aWorkload({ ready: 0 })] }), /0 of 1 pods Ready/],
  ['A kind that cannot be stopped refuses with the table\'s note', application.everyKindCanBeStopped, source({ workloads: [aWorkload({ kind: 'VirtualMachine', treatment: 'refused', note: 'not supported.' })] }), /cannot be moved: not supported/],
  ['Pods that the fence would not deny refuse', application.everyWorkloadCanBeFenced, source({ workloads: [aWorkload({ fenceable: false })] }), /the fence would not deny them/],
  ['A foreign pod that mounts a claim refuses', application.nobodyElseMounts, source({ foreignMounters: ['orders/backup'] }), /never deleted for you/],
  ['GitOps that would set it back refuses', application.nobodyElseReconciles, source({ managedBy: ['Deployment/orders is managed by Argo CD.'] }), /suspend it first/],
  ['A kind that the target does not serve refuses', application.targetServesEveryKind, source({ kinds: ['shop.io/v1/Till'] }), /west does not serve shop.io\/v1\/Till/],
  ['Not knowing what the target serves refuses', application.targetServesEveryKind, target({ servedKinds: null }), /not known which kinds/],
  ['A reference that the target lacks refuses', application.targetHasEveryReference, source({ references: ['StorageClass/gold'] }), /StorageClass\/gold.* does not exist on west/],
  ['A Secret that the pods need and that does not move along refuses', application.targetHasEveryReference, source({ references: ['Secret/key'] }), /Secret\/key.* does not move along, does not exist on west\. Give it the labels/],
  ['Not knowing what the target has refuses', application.targetHasEveryReference, target({ presentReferences: null }), /not known which cluster-scoped/],
  ['A namespace that is going away at the target refuses', application.targetIsClear, target({ namespaceTerminating: true }), /wait until it is gone/],
  ['A namespace that cannot go at the target refuses, and says what holds it', application.targetIsClear, target({ namespaceTerminating: true, namespaceHeldBy: ['NamespaceFinalizersRemaining: x.'] }), /It is held by: NamespaceFinalizersRemaining: x\./],
  ['An application that runs at the target refuses', application.targetIsClear, target({ workloads: [aWorkload()] }), /Two copies/],
  ['Strangers at the target refuse', application.targetIsClear, target({ strangers: ['ConfigMap/orders'] }), /without our mark/],
];

describe('Checks of the application', () => {
  test.each(rows)('%s', (_, check, change, reason) => {
    expect(said(check, aFacts())).toEqual([]);
    expect(said(check, aFacts(change)).join('\n')).toMatch(reason);
  });

  test('A refused kind is not refused a second time for the fence', () => {
    expect(said(application.everyWorkloadCanBeFenced, aFacts(source({ workloads: [aWorkload({ treatment: 'refused', fenceable: false })] })))).toEqual([]);
  });

  test('What is suspended anyway need not be Ready', () => {
    expect(said(application.applicationIsOnline, aFacts(source({ workloads: [aWorkload({ kind: 'CronJob', treatment: 'suspend', ready: 0 })] })))).toEqual([]);
  });

  test('Objects staged by an earlier run, scaled to nothing, do not make the target unclear', () => {
    expect(said(application.targetIsClear, aFacts(target({ workloads: [aWorkload({ desired: 0, ready: 0 })] })))).toEqual([]);
  });
});
