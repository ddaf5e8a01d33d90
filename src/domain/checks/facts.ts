import { limitsSet, type SetLimit } from '../limits-set.js';
import type { NamesObservation, SiteObservation, WayBackSite } from '../observation.js';
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
  /** The limits of a run whose plan is made; absent: what is set now. */
  readonly limits?: readonly SetLimit[];
}

/** What is gathered for a way back: much less, since people wait for service meanwhile. Its checks cannot look at anything else. */
export interface WayBackFacts extends Pick<Facts, 'request' | 'names' | 'holder'> {
  readonly source: WayBackSite;
  readonly target: WayBackSite;
  readonly others: readonly WayBackSite[];
}

interface Sites<S> {
  readonly source: S;
  readonly target: S;
  readonly others: readonly S[];
}

/** Source, target, and every other site that has the plan: all of them carry the lock. */
export function members<S extends Pick<SiteObservation, 'plan'>>(facts: Sites<S>): readonly S[] {
  return [facts.source, facts.target, ...facts.others.filter((o) => o.plan !== null)];
}

export function bothSites<S>(facts: Pick<Sites<S>, 'source' | 'target'>): readonly S[] {
  return [facts.source, facts.target];
}

/** The limits of the run: those of its plan, before it is made those that the source's DR plan and the sites set and the requester did not name. */
export function limitsOf({ limits, request, source, target }: Pick<Facts, 'limits' | 'request' | 'source' | 'target'>): readonly SetLimit[] {
  return limits ?? limitsSet({ plan: source.plan?.limits?.values ?? {}, sites: { [source.site]: source.limits ?? {}, [target.site]: target.limits ?? {} }, target: target.site, named: request.named ?? [] });
}
