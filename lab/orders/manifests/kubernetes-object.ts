/** A raw Kubernetes object as it is sent to an API server. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

export const appNamespace = 'orders';
export const appLabels = { 'app.kubernetes.io/part-of': 'orders' } as const;
/** Labels of the serving pods; Service, PDB, NetworkPolicy and the Deployment select by them. */
export const podLabels = { ...appLabels, 'app.kubernetes.io/name': 'orders' } as const;
export const appPort = 8080;

/** Metadata of an object of the application inside its namespace. */
export function namespaced(name: string): KubernetesObject['metadata'] {
  return { name, namespace: appNamespace, labels: appLabels };
}

/** Metadata of an object of the application that no namespace holds. */
export function clusterScoped(name: string): KubernetesObject['metadata'] {
  return { name, labels: appLabels };
}
