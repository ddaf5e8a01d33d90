import { vvrdSocket } from '../paths.js';
import type { LabSettings, SiteSettings } from '../settings.js';
import type { KubernetesObject } from './api-client.js';

/** The name of the CSI driver, which is the StorageClass's provisioner too. */
export const csiDriver = 'org.veritas.infoscale';

/** The namespace InfoScale runs in. */
export const infoscaleNamespace = 'infoscale-vtas';

export interface SiteObjectsInput {
  readonly site: SiteSettings;
  readonly settings: LabSettings;
  /** The folder that holds `vradmin`, as pods see it. */
  readonly toolFolder: string;
}

/** What a site holds before any application comes: rights of the lab's programs, storage, the InfoScale pods. */
export function siteObjects(input: SiteObjectsInput): readonly KubernetesObject[] {
  return [
    ...rights('nodes', { kind: 'Group', name: 'system:nodes' }, { rules: nodeRules, builtin: 'system:node' }),
    ...rights('load-balancer', { kind: 'User', name: 'changeover-lab:load-balancer' }, { rules: loadBalancerRules }),
    ...rights('provisioner', { kind: 'User', name: 'changeover-lab:provisioner' }, { rules: provisionerRules, builtin: 'system:persistent-volume-provisioner' }),
    {
      apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', metadata: { name: csiDriver },
      spec: { attachRequired: input.settings.attachRequired, podInfoOnMount: false, volumeLifecycleModes: ['Persistent'] },
    },
    {
      apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'infoscale' },
      provisioner: csiDriver, reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate', allowVolumeExpansion: false,
    },
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: infoscaleNamespace } },
    infoscalePods(input),
  ];
}

interface Subject {
  readonly kind: 'User' | 'Group';
  readonly name: string;
}

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const nodeRules: readonly Rule[] = [
  // The lab's kubelet plays attach-detach controller and CSI attacher too.
  { apiGroups: ['storage.k8s.io'], resources: ['volumeattachments', 'volumeattachments/status'], verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'] },
  { apiGroups: ['storage.k8s.io'], resources: ['csidrivers', 'csinodes', 'storageclasses'], verbs: ['get', 'list', 'watch', 'create', 'update', 'patch'] },
  { apiGroups: [''], resources: ['persistentvolumes', 'persistentvolumeclaims', 'configmaps', 'secrets', 'serviceaccounts', 'services', 'namespaces'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: [''], resources: ['pods', 'pods/status', 'nodes', 'nodes/status'], verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'] },
  { apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] },
  { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'update', 'patch'] },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'] },
];

const loadBalancerRules: readonly Rule[] = [
  { apiGroups: [''], resources: ['services', 'endpoints', 'pods', 'nodes'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: [''], resources: ['services/status'], verbs: ['get', 'update', 'patch'] },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'update', 'patch'] },
];

const provisionerRules: readonly Rule[] = [
  { apiGroups: [''], resources: ['persistentvolumes', 'persistentvolumes/status'], verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'] },
  { apiGroups: [''], resources: ['persistentvolumeclaims', 'nodes'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['storage.k8s.io'], resources: ['storageclasses', 'volumeattachments'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'update', 'patch'] },
];

/** A ClusterRole with its binding, and a binding of a role that Kubernetes brings along. */
function rights(name: string, who: Subject, how: { readonly rules: readonly Rule[]; readonly builtin?: string }): KubernetesObject[] {
  const { rules, builtin } = how;
  const bind = (role: string, suffix: string): KubernetesObject => ({
    apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: `changeover-lab:${name}${suffix}` },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', ...who }],
  });
  return [
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: `changeover-lab:${name}` }, rules },
    bind(`changeover-lab:${name}`, ''),
    ...(builtin === undefined ? [] : [bind(builtin, ':builtin')]),
  ];
}

/** One InfoScale pod on each node; `vradmin` is run in them by exec, as on a real site. */
function infoscalePods(input: SiteObjectsInput): KubernetesObject {
  const labels = { 'app.kubernetes.io/name': 'infoscale-sds' };
  return {
    apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'infoscale-sds', namespace: infoscaleNamespace, labels },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 1,
          tolerations: [{ operator: 'Exists' }],
          containers: [{
            name: 'infoscale',
            image: 'changeover.test/infoscale-sds:lab',
            command: ['sleep', 'infinity'],
            env: [
              { name: 'VVRD_SOCKET', value: vvrdSocket(input.site.name) },
              { name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
              { name: 'PATH', value: `${input.toolFolder}:/usr/sbin:/usr/bin:/sbin:/bin` },
            ],
          }],
        },
      },
    },
  };
}
