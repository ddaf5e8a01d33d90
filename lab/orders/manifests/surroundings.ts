import { appPort, namespaced, podLabels } from './kubernetes-object.js';
import type { KubernetesObject } from './kubernetes-object.js';

function identity(): KubernetesObject[] {
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: namespaced('orders') },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: namespaced('orders'),
      rules: [
        { apiGroups: [''], resources: ['configmaps'], resourceNames: ['orders'], verbs: ['get'] },
        { apiGroups: ['orders.example.test'], resources: ['ledgerpolicies'], verbs: ['get', 'list', 'watch'] },
      ],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: namespaced('orders'),
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'orders' },
      subjects: [{ kind: 'ServiceAccount', name: 'orders', namespace: 'orders' }],
    },
  ];
}

function settings(): KubernetesObject[] {
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: namespaced('orders'), data: { greeting: 'orders are welcome' } },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: namespaced('orders'),
      type: 'Opaque',
      // data and not stringData: what is applied is then exactly what is stored and compared.
      data: { 'api-token': Buffer.from('lab-only-orders-token').toString('base64') },
    },
  ];
}

function traffic(): KubernetesObject[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: namespaced('orders'),
      spec: {
        type: 'LoadBalancer',
        selector: podLabels,
        ports: [{ name: 'http', port: appPort, targetPort: appPort, protocol: 'TCP' }],
      },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: namespaced('orders'),
      spec: {
        rules: [
          {
            host: 'orders.example.test',
            http: {
              paths: [
                { path: '/', pathType: 'Prefix', backend: { service: { name: 'orders', port: { number: appPort } } } },
              ],
            },
          },
        ],
      },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: namespaced('orders'),
      spec: {
        podSelector: { matchLabels: podLabels },
        policyTypes: ['Ingress'],
        ingress: [{ ports: [{ port: appPort, protocol: 'TCP' }] }],
      },
    },
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: namespaced('orders'),
      spec: { maxUnavailable: 1, selector: { matchLabels: podLabels } },
    },
  ];
}

/** Identity, settings and traffic: everything around the workload that must come along. */
export function surroundings(): KubernetesObject[] {
  return [...identity(), ...settings(), ...traffic()];
}
