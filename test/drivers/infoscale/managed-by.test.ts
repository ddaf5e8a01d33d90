import { managersOf } from '../../../src/drivers/infoscale/managed-by.js';
import type { RawObject } from '../../../src/ports/objects.js';

const owned = { 'f:spec': { 'f:primaryCluster': {} } };

function plan(metadata: object): RawObject {
  return { apiVersion: 'infoscale.veritas.com/v1', kind: 'DisasterRecoveryPlan', metadata: { name: 'orders', ...metadata } };
}

describe('who else manages a DR plan', () => {
  test.each(['kubectl-client-side-apply', 'kubectl-patch', 'kubectl', 'changeover', 'infoscale-dr-manager', 'dr-controller', 'oc', 'Mozilla'])('is not %s', (manager) => {
    expect(managersOf(plan({ managedFields: [{ manager, fieldsV1: owned }] }))).toEqual([]);
  });

  test('is a field manager that owns spec.primaryCluster, not one that owns other fields or the status', () => {
    const managedFields = [
      { manager: 'argocd-controller', fieldsV1: owned },
      { manager: 'argocd-controller', fieldsV1: owned },
      { manager: 'terraform', fieldsV1: { 'f:spec': { 'f:force': {} } } },
      { manager: 'someone', subresource: 'status', fieldsV1: owned },
      'nonsense',
    ];
    expect(managersOf(plan({ managedFields }))).toEqual(['field manager argocd-controller owns spec.primaryCluster']);
  });

  test.each([
    [{ annotations: { 'argocd.argoproj.io/tracking-id': 'a' } }, 'Argo CD'],
    [{ labels: { 'argocd.argoproj.io/instance': 'a' } }, 'Argo CD'],
    [{ labels: { 'kustomize.toolkit.fluxcd.io/name': 'a' } }, 'Flux'],
    [{ labels: { 'helm.toolkit.fluxcd.io/name': 'a' } }, 'Flux'],
  ])('is the GitOps tool that left %j', (metadata, tool) => {
    expect(managersOf(plan(metadata))).toEqual([expect.stringContaining(tool)]);
  });
});
