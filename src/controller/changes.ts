import type { SeenChange } from '../domain/plan-change.js';
import type { WatchedPlan } from '../domain/watched-plan.js';

interface Remembered {
  readonly plan: WatchedPlan;
  readonly change: (SeenChange & { readonly atMs: number }) | null;
}

/** A change that could not be answered for so long is not answered any more: whoever made it has gone on to something else. */
const FRESH_MS = 5 * 60_000;

export function keyOf(unit: { readonly namespace: string; readonly name: string }): string {
  return `${unit.namespace}/${unit.name}`;
}

/**
 * What one site's watch has told: each plan as it was last, and a change of `spec.primaryCluster` that was seen as an update event
 * of one and the same object. A list tells how things are, never that somebody changed them; so it makes no change, and ends those
 * that it shows to be over.
 */
export class SeenPlans {
  private plans = new Map<string, Remembered>();

  /** `now` counts from anywhere; `clock` is the time of day, milliseconds since 1970. */
  constructor(
    private readonly now: () => number = () => performance.now(),
    private readonly clock: () => number = () => Date.now(),
  ) {}

  listed(plans: readonly WatchedPlan[]): void {
    const before = this.plans;
    this.plans = new Map(
      plans.map((plan) => {
        const old = before.get(keyOf(plan.unit));
        const stillSo = old !== undefined && old.plan.uid === plan.uid && old.change?.to === plan.specPrimary;
        return [keyOf(plan.unit), { plan, change: stillSo ? old.change : null }];
      }),
    );
  }

  /** An object that came new, or came back under its old name, was not changed by anybody. */
  added(plan: WatchedPlan): void {
    this.plans.set(keyOf(plan.unit), { plan, change: null });
  }

  modified(plan: WatchedPlan): void {
    const old = this.plans.get(keyOf(plan.unit));
    if (old === undefined || old.plan.uid !== plan.uid) return this.added(plan);
    const changed = old.plan.specPrimary !== plan.specPrimary;
    this.plans.set(keyOf(plan.unit), { plan, change: changed ? { from: old.plan.specPrimary, to: plan.specPrimary, atMs: this.now() } : old.change });
  }

  deleted(plan: WatchedPlan): void {
    this.plans.delete(keyOf(plan.unit));
  }

  plan(key: string): WatchedPlan | null {
    return this.plans.get(key)?.plan ?? null;
  }

  /** The change of this object that waits for an answer. */
  change(key: string, plan: Pick<WatchedPlan, 'uid' | 'specPrimary'>): SeenChange | null {
    const known = this.plans.get(key);
    if (known?.change == null || known.plan.uid !== plan.uid || known.change.to !== plan.specPrimary) return null;
    if (this.now() - known.change.atMs > FRESH_MS || this.isOld(known.plan)) return null;
    return { from: known.change.from, to: known.change.to };
  }

  /** A watch that was cut off for a while tells late what was written long ago. Where the clocks are that far apart nothing is started, and that is the safe side. */
  private isOld({ writer }: WatchedPlan): boolean {
    return writer?.at !== undefined && this.clock() - Date.parse(writer.at) > FRESH_MS;
  }

  /** Every change is answered once. */
  answered(key: string): void {
    const known = this.plans.get(key);
    if (known !== undefined) this.plans.set(key, { plan: known.plan, change: null });
  }

  keys(): readonly string[] {
    return [...this.plans.keys()];
  }
}
