import type { NamesObservation, SiteObservation } from '../observation.js';
import type { NamesPlan } from '../plan.js';
import type { MigrationRequest } from '../request.js';

/** Everything gathered for a planned migration. Checks judge it and look at nothing else. */
export interface Facts {
  readonly request: MigrationRequest;
  readonly source: SiteObservation;
  readonly target: SiteObservation;
  /** Sites other than source and target. */
  readonly others: readonly SiteObservation[];
  /** Null for an application without DNS. */
  readonly names: { readonly plan: NamesPlan; readonly observed: NamesObservation } | null;
  /** The run that may already hold the unit: null at preflight, this run at the recheck. */
  readonly holder: string | null;
}

/** Source, target, and every other site that has the plan: all of them carry the lock. */
export function members(facts: Facts): readonly SiteObservation[] {
  return [facts.source, facts.target, ...facts.others.filter((o) => o.plan !== null)];
}

export function bothSites(facts: Facts): readonly SiteObservation[] {
  return [facts.source, facts.target];
}
