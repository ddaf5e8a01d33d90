import type { Check } from '../../../src/domain/checks/check.js';
import * as planObject from '../../../src/domain/checks/plan-object/index.js';
import { aFacts, said, type FactsChange } from '../facts.js';

const both = (plan: NonNullable<FactsChange['source']>['plan']): FactsChange => (plan === undefined ? {} : { source: { plan }, target: { plan } });

const rows: readonly (readonly [string, Check, FactsChange, RegExp])[] = [
  ['A site without the plan refuses', planObject.planExistsEverywhere, { target: { plan: null } }, /west has no DisasterRecoveryPlan/],
  ['A plan that is being deleted refuses', planObject.planExistsEverywhere, { source: { plan: { terminating: true } } }, /being deleted/],
  ['A status that names another site refuses', planObject.planNamesTheSource, { target: { plan: { statusPrimary: 'west' } } }, /west: status.primaryCluster is west, but east is primary/],
  ['A status that names nobody refuses', planObject.planNamesTheSource, { source: { plan: { statusPrimary: null } } }, /status.primaryCluster is empty/],
  ['A spec that names a third site refuses', planObject.planNamesTheSource, { source: { plan: { specPrimary: 'north' } } }, /spec.primaryCluster is north/],
  ['A spec that names the target on the target, asked for by nobody, refuses', planObject.planNamesTheSource, { target: { plan: { specPrimary: 'west' } } }, /spec.primaryCluster is west/],
  ['Force is never part of a planned migration', planObject.planNamesTheSource, { source: { plan: { force: true } } }, /spec.force is true/],
  ['Plans that select different objects refuse', planObject.plansSayTheSame, { target: { plan: { labels: ['app=other'] } } }, /differ in selector/],
  ['Plans with different data replications refuse', planObject.plansSayTheSame, { target: { plan: { dataReplicationPointer: null } } }, /differ/],
  ['A target that is not preferred refuses', planObject.targetIsPreferred, { source: { plan: { preferred: ['north'] } } }, /west is not in preferredClusterList/],
  ['Somebody else who sets the primary refuses', planObject.nobodyElseSetsThePrimary, { source: { plan: { managedBy: ['argocd-controller'] } } }, /argocd-controller manages spec.primaryCluster/],
  ['An empty namespace refuses', planObject.selectorIsDeliberate, both({ namespace: ' ' }), /selector.namespace is empty/],
  ['An empty label entry refuses', planObject.selectorIsDeliberate, both({ labels: ['app=orders', ''] }), /selector.labels\[1\]/],
  ['An empty part of a label entry refuses', planObject.selectorIsDeliberate, both({ labels: ['app=orders,'] }), /selector.labels\[0\]/],
];

describe('Checks of the plan', () => {
  test.each(rows)('%s', (_, check, change, reason) => {
    expect(said(check, aFacts())).toEqual([]);
    expect(said(check, aFacts(change)).join('\n')).toMatch(reason);
  });

  test('A migration asked for by editing the source\'s plan holds', () => {
    expect(said(planObject.planNamesTheSource, aFacts({ source: { plan: { specPrimary: 'west' } } }))).toEqual([]);
  });

  test('What this run itself proposed does not refuse it', () => {
    expect(said(planObject.planNamesTheSource, aFacts(both({ specPrimary: 'west', proposedBy: 'orders-1' })))).toEqual([]);
  });

  test('No labels means the whole namespace, on purpose', () => {
    expect(said(planObject.selectorIsDeliberate, aFacts(both({ labels: [] })))).toEqual([]);
  });
});
