import type { DataReplicationObject, DnsObject, Membership, PlanObject, RecordSet } from '../../domain/observation.js';
import type { GroupHolder } from '../../domain/group-lock.js';
import type { OwnershipRecord } from '../../domain/ownership.js';
import type { Plan } from '../../domain/plan.js';
import type { Room, Webhook } from '../../domain/room.js';
import type { TransientStatus } from '../../ports/plans.js';
import type { Capture, RawObject } from '../../ports/objects.js';

/** What the world is made of. Mutable on purpose: tests reach in, as the real world does. */

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface Pod {
  readonly name: string;
  readonly workload: string;
  readonly claims: readonly string[];
  /** Volumes are mounted, so the kernel holds them open, whatever the role says by now. */
  mounted: boolean;
  ready: boolean;
  terminating: boolean;
}

/** A volume group at one site. */
export interface Group {
  readonly rvg: string;
  readonly diskGroup: string;
  readonly host: string;
  role: 'primary' | 'secondary';
  readonly volumes: readonly { readonly name: string; sectors: number; dcm: boolean }[];
  /** The ids of the writes its data holds, in order. */
  data: string[];
  configErrors: string[];
  liveCommands: number;
  /** Of a Primary: it took over, or another gave up for it; nothing is sent to the others until somebody asks for it. */
  needsResync?: boolean;
}

/** What the fence of a unit denies while it is on: pods with one of the label entries (none: every pod) or one of the claims. */
export interface FenceRule {
  on: boolean;
  readonly namespace: string;
  readonly labels: readonly string[];
  readonly claims: readonly string[];
}

export interface StoredSnapshot {
  readonly capture: Capture;
  readonly recipients: readonly string[];
  readonly at: string;
  damaged: boolean;
}

export interface SiteState {
  readonly site: string;
  clusterUid: string;
  kubernetesVersion: string;
  /** The API server answers. */
  reachable: boolean;
  /** The storage answers, locally and over the replication link. */
  storageReachable: boolean;
  /** Nodes have power; without it nothing runs, and bound pods come back with it, unasked. */
  powered: boolean;
  /** Entry addresses, IPv4 and IPv6. */
  readonly addresses: readonly string[];
  entryPointDown: string | null;
  missingRights: string[];
  membership: Mutable<Membership> | null;
  foreignManagers: string[];
  readonly ownership: Map<string, OwnershipRecord>;
  /** Plans of runs that hold their unit, by run. */
  readonly keptPlans: Map<string, Plan>;
  /** Per volume group, `diskGroup/rvg`: the run that may command its roles. */
  readonly groupLocks: Map<string, GroupHolder>;
  readonly plans: Map<string, { object: Mutable<PlanObject>; transient: TransientStatus }>;
  readonly dataReplications: Map<string, Mutable<DataReplicationObject>>;
  readonly dnsObjects: Map<string, Mutable<DnsObject>>;
  readonly namespaces: Map<string, { terminating: boolean; labels: Record<string, string> }>;
  /** Application objects and their PVs by `Kind/name`. */
  readonly objects: Map<string, RawObject>;
  pods: Pod[];
  /** Pods stay, terminating, until this is false again. */
  holdPods: boolean;
  /** Why started pods do not become Ready; null: they do. */
  notReady: string | null;
  foreignMounters: string[];
  servedKinds: string[];
  references: string[];
  /** What the cluster has for the application, and who is asked about its objects. */
  room: Room;
  webhooks: Webhook[];
  fenceSupported: boolean;
  readonly fences: Map<string, FenceRule>;
  /** Creations the fence denied. */
  denied: number;
  readonly snapshots: Map<string, StoredSnapshot>;
  /** `unit/run` → snapshot id. */
  readonly tags: Map<string, string>;
  readonly groups: Map<string, Group>;
}

export interface NameServer {
  readonly server: string;
  readonly updatable: boolean;
  reachable: boolean;
  /** Why it refuses signed updates; null: it takes them. */
  refuses: string | null;
  /** A secondary that does not follow while true. */
  lags: boolean;
  records: Map<string, RecordSet>;
}

export interface NameState {
  readonly zones: readonly { readonly zone: string; readonly reverse: boolean }[];
  /** The update master first. */
  readonly servers: readonly NameServer[];
}

export interface LinkState {
  connected: boolean;
  /** Writes reach the Secondary's log but are not applied while true. */
  lags: boolean;
  /** Whether `migrate` refuses while a Secondary is behind, as documented. False gives a storage that would lose the rest. */
  migrateChecksBacklog: boolean;
}

/** The one application of the world. */
export interface ApplicationSpec {
  readonly unit: string;
  readonly namespace: string;
  /** Label that selects its objects, `app=orders`. */
  readonly label: string;
  readonly claims: readonly string[];
  readonly rvg: string;
  readonly zone: string;
  readonly host: string;
  readonly ttlSeconds: number;
}

export function recordKey(name: string, type: string): string {
  return `${name} ${type}`;
}
