import type { Plan } from '../domain/plan.js';
import type { Work } from './work.js';

/** A Kubernetes object as it came over the wire. Never a typed model: those lose fields. */
export type RawObject = {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; annotations?: Record<string, string>; [field: string]: unknown };
  [field: string]: unknown;
};

/** A capture in memory: cleaned objects (restore rules applied), in no order. Holds secrets; never crosses the wire unsealed. */
export interface Capture {
  readonly namespace: string;
  readonly objects: readonly RawObject[];
  /** Cluster-scoped things referred to but not carried, `Kind/name`. */
  readonly references: readonly string[];
}

export interface Staged {
  readonly created: number;
  readonly unchanged: number;
  /** Objects left alone because they stand here without our mark and are equal, `Kind/name`. */
  readonly adopted: readonly string[];
}

/** What somebody did to a capture that was staged, `Kind/name`. */
export interface Strays {
  /** Stands neither staged nor alive. */
  readonly missing: readonly string[];
  /** Stands inert with other content than was staged. Empty once any of it is alive: what is edited then is edited at its writer. */
  readonly changed: readonly string[];
}

/** The volumes behind the application's claims on one site: that none is deleted with its claim, and that they are those of the plan. */
export interface Volumes {
  /** Every PV of the application here is `Retain`, read back; the original policy is kept on the object. */
  ensureVolumesRetained(plan: Plan, work: Work): Promise<readonly string[]>;
  /** Each PV has its original policy back, but where someone else set one meanwhile. Returns the PVs, and a sentence for each that was left. */
  ensureVolumePoliciesRestored(plan: Plan, work: Work): Promise<readonly string[]>;
  /** The plan's claims here are bound to PVs with the plan's handles; throws `ObjectChanged` otherwise. */
  assertVolumesBound(plan: Plan): Promise<void>;
}

/** The application's objects on one site: capture, stage inert, remove what a run made. */
export interface ApplicationObjects {
  /** Every namespaced object the selector names, and the PVs bound to its claims, as they were before this run touched them. */
  capture(plan: Plan, work: Work): Promise<Capture>;
  /** All objects of the capture exist here, inert: workloads at zero, CronJobs suspended, PVs pre-bound to the plan's handles, Retain. */
  ensureStaged(plan: Plan, capture: Capture, work: Work): Promise<Staged>;
  /** What of the capture does not stand here, and what stands otherwise than staged. Looks; changes nothing. */
  compareStaged(plan: Plan, capture: Capture): Promise<Strays>;
  /** Removes what this run created and only that; PVs and PVCs only with `Retain` read in the same breath. Returns what was left, with why. */
  ensureUnstaged(plan: Plan, work: Work): Promise<{ removed: number; left: readonly string[] }>;
  /** Marks of the run are settled: staged marks removed at the new writer. */
  ensureSettled(plan: Plan, work: Work): Promise<void>;
}

/** What of the application stands on one site, its volumes included. */
export type Objects = ApplicationObjects & Volumes;
