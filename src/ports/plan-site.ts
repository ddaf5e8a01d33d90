import type { OwnershipRecord } from '../domain/ownership.js';
import type { UnitRef } from '../domain/request.js';
import type { Condition, PlanEvent, WatchedPlan } from '../domain/watched-plan.js';
import type { Vouched } from './vouching.js';

/** What a watch of a site's DR plans tells. */
export interface PlanListener {
  /** All plans, read at once: at the start, and again when events were lost. What differs from before was not seen to change. */
  listed(plans: readonly WatchedPlan[]): void;
  /** One event. `deleted`: as the plan was last. */
  changed(event: 'added' | 'modified' | 'deleted', plan: WatchedPlan): void;
  /** The site does not answer; it is tried again by itself. */
  lost(reason: string): void;
  /** It answers again. */
  found(): void;
}

/** What the controller needs of one site: the DR plans as they change, and the few places where it answers. */
export interface PlanSite {
  readonly site: string;
  /** Lists and watches until the signal aborts; survives everything else. */
  watch(listener: PlanListener, signal: AbortSignal): Promise<void>;
  /** The plan, read now. */
  read(unit: UnitRef): Promise<WatchedPlan | null>;
  ownership(unit: UnitRef): Promise<OwnershipRecord | null>;
  /** Traces of InfoScale's own DR manager, read now; nothing is written on any site where one is found on any. */
  foreignManagers(): Promise<readonly string[]>;
  /** Sets (text) or removes (null) annotations of exactly the version that was read. Throws `Conflict`. */
  annotate(plan: WatchedPlan, annotations: Readonly<Record<string, string | null>>): Promise<void>;
  /** The conditions are these and no others of ours. */
  showConditions(plan: WatchedPlan, conditions: readonly Condition[]): Promise<void>;
  /** Tells it where `kubectl describe` shows it. Repeated ones are counted, too many are left out. */
  tell(plan: WatchedPlan, event: PlanEvent): Promise<void>;
  /** Whether the API server vouches that the name in this annotation is that of who wrote it. */
  vouched(plan: WatchedPlan, annotation: { readonly name: string; readonly value: string }): Promise<Vouched>;
}

/** Who of several controllers acts at a site. Nothing depends on it: two at once do no harm. */
export interface Leadership {
  /** Holds it whenever it can, until the signal aborts; tells each change. */
  hold(changed: (leading: boolean) => void, signal: AbortSignal): Promise<void>;
}
