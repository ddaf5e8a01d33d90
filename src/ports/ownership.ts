import type { GroupHolder } from '../domain/group-lock.js';
import type { OwnershipRecord, Turn } from '../domain/ownership.js';
import type { Plan } from '../domain/plan.js';
import type { VolumeGroup } from './replication.js';

/** The record of who may write, on one site; every change is a compare-and-swap. */
export interface OwnershipRecords {
  /** Null when the unit was never adopted here. */
  read(unit: string): Promise<OwnershipRecord | null>;
  /** Creates the record; throws `Conflict` when one exists. */
  create(record: OwnershipRecord): Promise<void>;
  /**
   * Reads, applies `change` and writes with the version it read; tries again when another writer was faster.
   * What `change` throws is thrown. A change that returns its argument unchanged writes nothing.
   */
  update(unit: string, change: (record: OwnershipRecord) => OwnershipRecord): Promise<OwnershipRecord>;
  /** Takes the step for this attempt (law 8). */
  take(unit: string, turn: Turn): Promise<OwnershipRecord>;
}

/** The lock of a volume group on one site: plans that share a group are never moved at once. */
export interface GroupLocks {
  /** Takes the lock of a volume group on this site; again is fine. Throws `StillRunning` while another run that holds its unit has it. */
  takeGroup(group: VolumeGroup, by: GroupHolder): Promise<void>;
  /** Gives the lock back, if the run has it. */
  freeGroup(group: VolumeGroup, run: string): Promise<void>;
}

/** The plans of open runs, kept beside their records. */
export interface KeptPlans {
  /** Keeps the sealed plan of a run beside its record until the run is over, so that it can be recovered without its workflow. The newest epoch wins. */
  keepPlan(plan: Plan): Promise<void>;
  /** The plan that is kept for a run, or null. Throws `Invalid` for one that cannot be understood. */
  keptPlan(run: string): Promise<Plan | null>;
  /** The run is over here. Absent is fine. */
  dropPlan(run: string): Promise<void>;
}

/** Who may write, on one site, and what a run needs beside it to hold a unit and to be recovered. */
export type Ownership = OwnershipRecords & GroupLocks & KeptPlans;
