import type { LimitValues } from '../domain/limit-table.js';
import type { SiteIdentity } from '../domain/observation.js';
import type { Fence } from './fence.js';
import type { Journal } from './journal.js';
import type { Objects } from './objects.js';
import type { Ownership } from './ownership.js';
import type { Plans } from './plans.js';
import type { Replication } from './replication.js';
import type { Snapshots } from './snapshots.js';
import type { Traffic } from './traffic.js';
import type { Workloads } from './workloads.js';

/** What we need from one site. */
export interface SitePorts {
  readonly site: string;
  /** Limits that the configuration of this site's worker sets; absent: none. */
  readonly limits?: LimitValues;
  /** The cluster's identity, read now, and how long it knows us. */
  identity(): Promise<SiteIdentity>;
  /** The UID of `kube-system` alone, read now: what stands before every change. */
  clusterUid(): Promise<string>;
  /** Rights of the product's own account that are missing here to move objects of these kinds (`apiVersion/Kind`), each as `verb resource.group in namespace`. */
  missingRights(namespace: string, kinds: readonly string[]): Promise<readonly string[]>;
  readonly workloads: Workloads;
  readonly objects: Objects;
  readonly fence: Fence;
  readonly ownership: Ownership;
  readonly plans: Plans;
  readonly snapshots: Snapshots;
  /** Null for sites without replicated storage. */
  readonly replication: Replication | null;
  /** RVG settings of this site by DataReplication name, where the CR does not say. */
  groupOf(dataReplication: string): { rvg: string; diskGroup: string } | null;
}

/** Everything outside. */
export interface Ports {
  site(id: string): SitePorts;
  readonly traffic: Traffic | null;
  /** Null where no journal is written: workers of sites. */
  readonly journal: Journal | null;
}

export type { Fence, Journal, Objects, Ownership, Plans, Replication, Snapshots, Traffic, Workloads };
