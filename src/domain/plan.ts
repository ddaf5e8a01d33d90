import type { SetLimit } from './limits-set.js';
import type { MigrationRequest, UnitRef, Procedure } from './request.js';
import type { RecordType } from './observation.js';

/**
 * The immutable value a run works from: everything resolved and looked up once.
 * `digest` is the SHA-256 of the plan's canonical JSON without the digest itself.
 */
export interface Plan {
  readonly run: string;
  readonly procedure: Procedure;
  /** Ownership epoch this run claims. */
  readonly epoch: number;
  readonly unit: UnitRef;
  readonly source: string;
  readonly target: string;
  /** Every site that takes part, source and target first. */
  readonly members: readonly string[];
  /** site → UID of its `kube-system` namespace. */
  readonly clusterUids: Readonly<Record<string, string>>;
  readonly application: Application;
  readonly volumes: readonly PlannedVolume[];
  readonly replication: PlannedReplication | null;
  readonly names: NamesPlan | null;
  readonly request: Pick<MigrationRequest, 'reason' | 'requestedBy' | 'requestedAt' | 'options'>;
  /** Limits that the DR plan or a site sets; they do not change while the run is under way. Absent: none, or a plan of an older build. */
  readonly limits?: readonly SetLimit[];
  readonly digest: string;
}

export interface Application {
  readonly namespace: string;
  /** Each element is a comma-separated label list; elements are OR-ed; empty: the whole namespace. */
  readonly labels: readonly string[];
}

/** One volume, followed from claim to RVG on both sites. */
export interface PlannedVolume {
  readonly claim: string;
  readonly capacity: string;
  readonly persistentVolume: string;
  readonly driver: string;
  /** Volume name inside the RVG. */
  readonly volume: string;
  /** site → CSI volume handle. */
  readonly handles: Readonly<Record<string, string>>;
}

export interface PlannedReplication {
  readonly dataReplication: string;
  /** site → RVG and disk group there; the names may differ. */
  readonly groups: Readonly<Record<string, { readonly rvg: string; readonly diskGroup: string }>>;
  /** Host names of all Secondaries that must be up to date. */
  readonly secondaries: readonly string[];
}

export interface NamesPlan {
  readonly dns: string;
  readonly originalTtlSeconds: number;
  readonly zones: readonly ZonePlan[];
  /** The target's addresses with where each came from, for people. */
  readonly addresses: readonly { readonly address: string; readonly from: string }[];
}

export interface ZonePlan {
  readonly zone: string;
  readonly reverse: boolean;
  readonly records: readonly PlannedRecord[];
}

/** A record set and its value on both sides of the change; both by value, so a third value is seen. */
export interface PlannedRecord {
  /** Fully qualified, lower case, trailing dot. */
  readonly name: string;
  readonly type: RecordType;
  /** Values before; empty: the record must be absent. */
  readonly before: readonly string[];
  /** Values after; empty: the record is removed. */
  readonly after: readonly string[];
  readonly ttlSeconds: number;
}

/** A snapshot of the application's metadata, by reference. Content never enters Temporal. */
export interface SnapshotRef {
  readonly id: string;
  /** SHA-256 of the manifest's canonical JSON. */
  readonly digest: string;
  readonly objects: number;
  readonly bytes: number;
  readonly at: string;
}
