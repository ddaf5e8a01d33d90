import type { DataReplicationObject, DnsObject, Membership, PlanObject } from '../domain/observation.js';
import type { Measured } from '../domain/outage-times.js';
import type { UnitRef } from '../domain/request.js';

export type BackupPhase = 'New' | 'InProgress' | 'ValidationFailed' | 'Completed' | 'PartiallyFailed' | 'Failed';
export type RestorePhase = 'New' | 'Queued' | 'InProgress' | 'Completed' | 'Failed' | 'BackupNotFound' | 'PartiallyFailed';

/** The transient status of a DR plan, with the documented names and enums; `phase` is ours. Absent: leave as it is. */
export interface TransientStatus {
  readonly phase?: string;
  readonly backupRequestState?: { readonly phase: BackupPhase; readonly attributes?: { readonly totalItems: number; readonly itemsBackedUp: number } };
  readonly restoreRequestState?: { readonly phase: RestorePhase; readonly backupName: string };
  readonly scheduleStatus?: 'SCHEDULE_STARTED' | 'SCHEDULE_STOPPED';
  readonly dataReplicationStatus?: string;
  readonly metadataSyncStatus?: string;
  readonly lastBackupName?: string;
}

/** InfoScale's DR objects on one site. */
export interface Plans {
  membership(): Promise<Membership | null>;
  /** Names of InfoScale's own DR manager found here; nothing is ever written where one is. */
  foreignManagers(): Promise<readonly string[]>;
  plan(unit: UnitRef): Promise<PlanObject | null>;
  dataReplication(unit: UnitRef, name: string): Promise<DataReplicationObject | null>;
  dns(unit: UnitRef, name: string): Promise<DnsObject | null>;
  /** `spec.primaryCluster` names `primary`, with the run's id beside it; `run` null removes the mark. */
  propose(unit: UnitRef, primary: string, run: string | null): Promise<void>;
  /** Keeps what the outage took on the plan, for the next prediction. */
  remember(unit: UnitRef, measured: Measured): Promise<void>;
  /**
   * Takes a run's proposal back, in one write against the version that was read: `from` becomes `to` again and the mark goes. Without the
   * run's mark nothing is changed. A third site that someone else named meanwhile stays, and is returned; null: none.
   */
  retract(unit: UnitRef, proposal: { readonly run: string; readonly from: string; readonly to: string }): Promise<string | null>;
  /** Shows progress in the plan's status. */
  show(unit: UnitRef, status: TransientStatus): Promise<void>;
  /** Removes every transient field; `primary` not null: sets `status.primaryCluster` in the same write. */
  settle(unit: UnitRef, primary: string | null): Promise<void>;
  /** `spec.currentPrimary` and `status.currentPrimary` of the DataReplication say `primary`. */
  recordDataPrimary(unit: UnitRef, name: string, primary: string): Promise<void>;
}
