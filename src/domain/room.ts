/** What the pods of the application need, and what a target has for them. Amounts are in base units: cores, bytes, objects. */

export type Amounts = Readonly<Record<string, number>>;

export interface ContainerDemand {
  readonly name: string;
  readonly image: string;
  /** An init container runs before the others and needs its share only then. */
  readonly init: boolean;
  readonly requests: Amounts;
  readonly limits: Amounts;
}

export interface Toleration {
  /** Empty: every key. */
  readonly key: string;
  readonly operator: string;
  readonly value: string;
  /** Empty: every effect. */
  readonly effect: string;
}

/** The pods of one workload, as its template says. */
export interface PodDemand {
  /** `Deployment/orders`. */
  readonly workload: string;
  /** How many run at once; 0: now and then (a CronJob). */
  readonly replicas: number;
  /** One on each node, so no node has to be found for them. */
  readonly everywhere: boolean;
  readonly containers: readonly ContainerDemand[];
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
}

/** Everything the application needs of a cluster, as its source has it. */
export interface Demand {
  readonly pods: readonly PodDemand[];
  /** Objects by resource, `configmaps`, `deployments.apps`. */
  readonly objects: Amounts;
  /** Of all claims together, bytes. */
  readonly storage: number;
  /** Processor architectures of the nodes its pods run on, `amd64`. Absent: it is not known. */
  readonly architectures?: readonly string[];
}

export interface Quota {
  readonly name: string;
  /** Which pods it is for; empty: everything. */
  readonly scopes: readonly string[];
  readonly hard: Amounts;
  readonly used: Amounts;
}

export interface LimitRange {
  readonly name: string;
  readonly type: string;
  readonly min: Amounts;
  readonly max: Amounts;
  /** Limits of a container that has none. */
  readonly defaultLimits: Amounts;
  readonly defaultRequests: Amounts;
}

export interface NodeRoom {
  readonly name: string;
  /** Neither cordoned nor known not to be Ready. */
  readonly takesPods: boolean;
  /** `amd64`, `arm64`. Absent: it does not say. */
  readonly architecture?: string;
  /** Only those that somebody's nodeSelector asks for. */
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly { readonly key: string; readonly value: string; readonly effect: string }[];
  /** What is allocatable and not requested by pods that are there. A resource that the node does not report is not limited. */
  readonly free: Amounts;
  /** Those of the asked images that it has; null: it does not say all that it has. */
  readonly images: readonly string[] | null;
}

/** What one cluster has for the application. */
export interface Room {
  readonly quotas: readonly Quota[];
  readonly limitRanges: readonly LimitRange[];
  readonly nodes: readonly NodeRoom[];
  /** Objects of the application that stand there already, counted as in a demand; they are not needed again. */
  readonly standing: Pick<Demand, 'objects' | 'storage'>;
}

/** An admission webhook that would be asked about our objects, and whose silence would deny them. */
export interface Webhook {
  /** `ValidatingWebhookConfiguration/policy: check.policy.example`. */
  readonly name: string;
  /** `service ns/name`, or `an address outside the cluster`. */
  readonly where: string;
  /** Whether somebody answers there; null: it cannot be seen from here. */
  readonly answers: boolean | null;
  /** False: its selectors or conditions may leave our objects out. */
  readonly isCertain: boolean;
}
