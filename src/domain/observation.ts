import type { CredentialLife } from './credential-life.js';
import type { LimitValues, PlanLimits } from './limit-table.js';
import type { OwnershipRecord } from './ownership.js';
import type { Measured } from './outage-times.js';
import type { Demand, Room, Webhook } from './room.js';
import type { ReplicationView } from './replication-view.js';

export type { ReplicatedVolume, ReplicationView, SecondaryView, VcsGroup, VcsView } from './replication-view.js';

/** Which cluster it is, and how long it knows us. */
export interface SiteIdentity {
  /** UID of the `kube-system` namespace: the cluster's identity. */
  readonly clusterUid: string;
  readonly kubernetesVersion: string;
  /** How long our credentials are accepted there, as far as they say so. Absent: an observation of an older build. */
  readonly credentials?: readonly CredentialLife[];
}

/** What one site looks like now: gathered once, judged purely. Everything a check needs and nothing secret. */
export interface SiteObservation extends SiteIdentity {
  readonly site: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly membership: Membership | null;
  /** Names of Deployments, Leases and webhooks of InfoScale's own DR manager found here. */
  readonly foreignManagers: readonly string[];
  readonly plan: PlanObject | null;
  readonly dataReplication: DataReplicationObject | null;
  readonly dns: DnsObject | null;
  readonly ownership: OwnershipRecord | null;
  readonly application: ApplicationObservation;
  readonly replication: ReplicationView | null;
  /** Rights the product lacks here, each as `verb resource.group in namespace`. */
  readonly missingRights: readonly string[];
  /** Whether admission policies are served, so that a fence can be built. */
  readonly fence: FenceState;
  /** What this cluster has for the application; absent: it was not asked, or an observation of an older build. */
  readonly room?: Room | null;
  /** Admission webhooks that would be asked about the application's objects; absent: as above. */
  readonly webhooks?: readonly Webhook[];
  /** Limits that the configuration of this site's worker sets. Absent: none. */
  readonly limits?: LimitValues;
  /** What could not be read, each a sentence. Anything here refuses (unknown is a no). */
  readonly unknowns: readonly string[];
}

export interface Membership {
  readonly localCluster: string;
  readonly members: readonly string[];
  readonly phase: string;
  /** clusterID → link state, e.g. `CONNECTED`. */
  readonly links: Readonly<Record<string, string>>;
}

/** A `DisasterRecoveryPlan` reduced to what decides. */
export interface PlanObject {
  readonly uid: string;
  readonly generation: number;
  readonly specPrimary: string;
  readonly statusPrimary: string | null;
  readonly force: boolean;
  readonly preferred: readonly string[];
  readonly namespace: string;
  /** Each element is a comma-separated label list; elements are OR-ed; empty: the whole namespace. */
  readonly labels: readonly string[];
  readonly dataReplicationPointer: string | null;
  readonly dnsPointer: string | null;
  /** Field managers other than ours, kubectl's and InfoScale's that own `spec.primaryCluster`, and tracking marks of GitOps. */
  readonly managedBy: readonly string[];
  /** The run that proposed the primary now in spec, from our annotation. */
  readonly proposedBy: string | null;
  /** What the last migration took inside its outage, from our annotation. */
  readonly measured: Measured | null;
  /** What our annotation sets, and what is wrong with it. Absent: it sets nothing. */
  readonly limits?: PlanLimits;
  readonly terminating: boolean;
}

export interface DataReplicationObject {
  readonly name: string;
  readonly specPrimary: string;
  readonly statusPrimary: string | null;
  /** The application namespace whose volumes it replicates. */
  readonly namespace: string;
  readonly labels: readonly string[];
  readonly force: boolean;
  readonly configErrors: string;
  readonly rvg: string | null;
  readonly diskGroup: string | null;
}

export interface DnsObject {
  readonly name: string;
  readonly domain: string;
  /** Key and value exactly as in `spec.resRecord`. */
  readonly records: Readonly<Record<string, string>>;
  readonly ttlSeconds: number;
  readonly createPtr: boolean;
  readonly masters: readonly string[];
}

export interface ApplicationObservation {
  readonly namespaceExists: boolean;
  readonly namespaceTerminating: boolean;
  /** Why a namespace that is being deleted is still there, as its API server says it. Absent: it says nothing, or is not being deleted. */
  readonly namespaceHeldBy?: readonly string[];
  /** The Pod Security level that the namespace enforces; null: its cluster's. Absent: an observation of an older build. */
  readonly podSecurity?: string | null;
  /** How many namespaced objects the selector names. */
  readonly objectCount: number;
  readonly workloads: readonly WorkloadObservation[];
  readonly claims: readonly ClaimObservation[];
  /** Pods that mount one of the claims and do not belong to a selected workload: `namespace/name`. */
  readonly foreignMounters: readonly string[];
  /** Marks of GitOps tools on selected objects, each a sentence. */
  readonly managedBy: readonly string[];
  /** `apiVersion/Kind` of every selected object, without repetition. */
  readonly kinds: readonly string[];
  /** `apiVersion/Kind` this cluster serves among those asked for; null when not asked. */
  readonly servedKinds: readonly string[] | null;
  /**
   * Things the objects refer to that do not move along, `Kind/name`: cluster-scoped ones (`StorageClass/infoscale`), and Secrets,
   * ConfigMaps and ServiceAccounts of the application's namespace that are not part of the application.
   */
  readonly references: readonly string[];
  /** Of the references asked for, those that exist here; null when not asked. */
  readonly presentReferences: readonly string[] | null;
  /** Objects that stand here without our mark although this site is not the writer: `Kind/name`. */
  readonly strangers: readonly string[];
  /** From creation to Ready, the slowest of the pods that are Ready and never restarted, milliseconds; null: there is none. The API server keeps whole seconds. */
  readonly slowestStartMs: number | null;
  /** The longest wait that a preStop hook of its pods says, milliseconds; null: none says one. Absent: an observation of an older build. */
  readonly declaredStopMs?: number | null;
  /** What it needs of a cluster. Absent: an observation of an older build. */
  readonly demand?: Demand;
}

/** Whether an application stands at a site: its workloads that are held at zero, and its claims. */
export interface StandingApplication extends Pick<ApplicationObservation, 'namespaceExists' | 'namespaceTerminating'> {
  readonly workloads: readonly Pick<WorkloadObservation, 'kind' | 'name' | 'treatment' | 'desired' | 'ready'>[];
  readonly claims: readonly Pick<ClaimObservation, 'name' | 'phase'>[];
}

/** One site as the checks of a way back see it: a `SiteObservation` without everything that they do not judge. */
export interface WayBackSite extends Pick<SiteObservation, 'site' | 'at' | 'clusterUid' | 'foreignManagers' | 'plan' | 'ownership' | 'fence' | 'unknowns'> {
  readonly application: StandingApplication;
  readonly replication: Pick<ReplicationView, 'rvg' | 'role' | 'liveCommands' | 'secondaries' | 'configErrors'> | null;
}

export interface WorkloadObservation {
  readonly kind: string;
  readonly name: string;
  /** How the kinds table treats it; `refused` with the reason in `note`. */
  readonly treatment: 'scale' | 'suspend' | 'park' | 'follows' | 'refused';
  readonly note: string;
  readonly desired: number;
  readonly ready: number;
  /** Claims its pod template mounts. */
  readonly claims: readonly string[];
  /** Whether the fence would deny its pods: they mount a claim of the plan or carry the labels of its selector. */
  readonly fenceable: boolean;
}

export interface ClaimObservation {
  readonly name: string;
  readonly phase: string;
  readonly volumeMode: string;
  readonly storageClass: string | null;
  readonly capacity: string;
  readonly persistentVolume: string | null;
  readonly driver: string | null;
  readonly handle: string | null;
  readonly reclaimPolicy: string | null;
}

export interface FenceState {
  readonly supported: boolean;
  readonly installed: boolean;
  readonly on: boolean;
}

/** The names a run would change, as every authoritative server answers them. */
export interface NamesObservation {
  readonly at: string;
  readonly servers: readonly ServerObservation[];
  /** What the target's addresses answered: address → null when it accepts connections, else why not. */
  readonly reachable: Readonly<Record<string, string | null>>;
  readonly unknowns: readonly string[];
}

export interface ServerObservation {
  readonly server: string;
  readonly zone: string;
  readonly updatable: boolean;
  /** Why a signed no-op update is refused; null when it is accepted or not asked of this server. */
  readonly updateRefused: string | null;
  readonly answers: readonly RecordSet[];
}

export type RecordType = 'A' | 'AAAA' | 'CNAME' | 'PTR' | 'TXT';

export interface RecordSet {
  /** Fully qualified, lower case, trailing dot. */
  readonly name: string;
  readonly type: RecordType;
  readonly ttlSeconds: number;
  readonly values: readonly string[];
}
