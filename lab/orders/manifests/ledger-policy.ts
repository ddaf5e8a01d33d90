import { appLabels, clusterScoped, namespaced } from './kubernetes-object.js';
import type { KubernetesObject } from './kubernetes-object.js';

const group = 'orders.example.test';

/** The application's own CRD; it stands on both sites from the start, because no snapshot carries CRDs. */
export function ledgerPolicyDefinition(): KubernetesObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: clusterScoped(`ledgerpolicies.${group}`),
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind: 'LedgerPolicy', listKind: 'LedgerPolicyList', plural: 'ledgerpolicies', singular: 'ledgerpolicy' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                spec: {
                  type: 'object',
                  required: ['keepDays'],
                  properties: {
                    keepDays: { type: 'integer', minimum: 1 },
                    currency: { type: 'string' },
                  },
                },
              },
            },
          },
        },
      ],
    },
  };
}

/** What an owner of kinds gives the product, as deploy/applications.yaml says: the right to move them. */
export function ledgerPolicyRights(): KubernetesObject {
  const metadata = clusterScoped('changeover-applications-orders');
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { ...metadata, labels: { ...appLabels, 'changeover.io/aggregate-to-applications': 'true' } },
    rules: [{ apiGroups: [group], resources: ['ledgerpolicies'], verbs: ['get', 'create', 'update', 'patch', 'delete'] }],
  };
}

export function ledgerPolicy(): KubernetesObject {
  return {
    apiVersion: `${group}/v1`,
    kind: 'LedgerPolicy',
    metadata: namespaced('orders'),
    spec: { keepDays: 3650, currency: 'EUR' },
  };
}
