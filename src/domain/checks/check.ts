import type { SiteObservation } from '../observation.js';
import type { Facts } from './facts.js';

/** `refuse`: the run does not begin, or is undone at the recheck. `warn`: it is shown, and the run goes on. */
export type Severity = 'refuse' | 'warn';

/** One reason why a check does not hold. */
export interface Finding {
  /** Where it was read; null: not at a site (name servers, the request). */
  readonly site: string | null;
  /** What is, one sentence. */
  readonly says: string;
  /** What would mend just this; the check's own advice otherwise. */
  readonly fix: string | null;
}

/** One question to what was observed. Pure: it looks at the facts (`F`: all of them, or those of a way back) and at nothing else. */
export interface Check<F = Facts> {
  /** Kebab-case and stable: it stands in requests, records and documents. */
  readonly name: string;
  /** What must be true, one clause. */
  readonly asks: string;
  readonly severity: Severity;
  /** What would mend it, one sentence; `UNIT` stands for the unit's name. */
  readonly fix: string;
  /** What somebody takes upon themselves who overrides it; null: nobody can. */
  readonly overriding: string | null;
  /** Every reason why not; empty: it holds. */
  readonly find: (facts: F) => readonly Finding[];
}

export function defineCheck<F = Facts>(check: Omit<Check<F>, 'severity' | 'overriding'> & Partial<Pick<Check<F>, 'severity' | 'overriding'>>): Check<F> {
  return { severity: 'refuse', overriding: null, ...check };
}

export function found(where: Pick<SiteObservation, 'site'> | null, says: string, fix: string | null = null): Finding {
  return { site: where?.site ?? null, says, fix };
}
