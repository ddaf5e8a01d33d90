import type { Role } from './roles.js';

/** Replication as one site reports it; on a Secondary it may be last-known (VVR documents it so). */
export interface ReplicationView {
  readonly site: string;
  readonly at: string;
  readonly rvg: string;
  readonly diskGroup: string;
  /** This site's own role; `unreadable` when its storage did not answer in time. */
  readonly role: Role;
  /** Role words we do not know by heart (`acting secondary`) stay here for people. */
  readonly state: string;
  readonly volumes: readonly ReplicatedVolume[];
  readonly secondaries: readonly SecondaryView[];
  readonly configErrors: readonly string[];
  /** Volumes the kernel holds open here, by name. */
  readonly openVolumes: readonly string[];
  /** Role commands alive for this RVG here. */
  readonly liveCommands: number;
  /** What Cluster Server would do to the role. Absent: nobody asked, or an observation of an older build. */
  readonly vcs?: VcsView;
}

export interface VcsView {
  /** `absent`: it is not installed where the storage's commands run. */
  readonly state: 'read' | 'absent' | 'unreadable';
  /** Groups that change the role of this volume group. */
  readonly groups: readonly VcsGroup[];
}

export interface VcsGroup {
  readonly name: string;
  readonly resource: string;
  /** `RVGPrimary`, `RVGSharedPri`. */
  readonly type: string;
  readonly isFrozen: boolean;
}

export interface ReplicatedVolume {
  /** Name at the Primary and, where the pairing is shown, at the Secondary. */
  readonly name: string;
  readonly peerName: string | null;
  /** Sectors of 512 bytes. */
  readonly sectors: number;
  readonly peerSectors: number | null;
  readonly dcm: boolean;
  readonly peerDcm: boolean | null;
}

export interface SecondaryView {
  readonly host: string;
  readonly dataStatus: string;
  readonly replicationStatus: string;
  readonly loggingTo: string;
  readonly behind: string;
  readonly mode: string;
  /** The limit of the link as VVR prints it, `2.00 Mbps`. Absent: it was not read. */
  readonly bandwidth?: string;
}
