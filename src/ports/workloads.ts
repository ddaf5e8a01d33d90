import type { ApplicationObservation, StandingApplication } from '../domain/observation.js';
import type { Application, Plan } from '../domain/plan.js';
import type { Demand, Room, Webhook } from '../domain/room.js';
import type { Work } from './work.js';

/** The application's workloads on one site: what runs, and how each kind stops and comes back. */
export interface Workloads {
  /** `against`: kinds and references of the source to look for on this site. */
  observe(application: Application, against: Against | null): Promise<ApplicationObservation>;
  /** What of `observe` tells whether the application stands here, and nothing else: it is asked inside an outage. */
  standing(application: Application): Promise<StandingApplication>;
  /** What this cluster has for an application that needs so much. */
  room(application: Application, demand: Demand): Promise<Room>;
  /** Admission webhooks that would be asked about these kinds (`apiVersion/Kind`) in the application's namespace, and whose silence would deny them. */
  webhooks(application: Application, kinds: readonly string[]): Promise<readonly Webhook[]>;
  /** CronJobs suspended, autoscalers that act at zero paused; originals written on the objects, once. Returns what was frozen, as `Kind/name`. */
  ensureFrozen(plan: Plan, work: Work): Promise<readonly string[]>;
  /**
   * Gives every frozen object its original back. True even if nothing was frozen. Returns what was given back, as `Kind/name`; at the
   * plan's source, where this is an undo, also a sentence for each value that someone else set meanwhile: it stays.
   */
  ensureThawed(plan: Plan, work: Work): Promise<readonly string[]>;
  /** Stops workloads by kind, then waits until no pod anywhere mounts the claims and, where the driver attaches, attachments are gone. */
  ensureStopped(plan: Plan, work: Work): Promise<readonly string[]>;
  /** Gives workloads their recorded scale and waits until they are Ready. Returns as `ensureThawed` does. */
  ensureStarted(plan: Plan, work: Work): Promise<readonly string[]>;
}

export interface Against {
  readonly kinds: readonly string[];
  readonly references: readonly string[];
  /** What the application needs; absent: the room for it is not asked for. */
  readonly demand?: Demand;
}
