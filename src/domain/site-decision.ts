import type { DecisionKind, Status } from './status.js';

/** Decisions that a person takes about a site by its name. Which side of the run it is, only the run can say: a way back turns them around. */
export const siteVerbs = ['attest', 'promote'] as const;
export type SiteVerb = (typeof siteVerbs)[number];

export const isSiteVerb = (kind: string): kind is SiteVerb => siteVerbs.some((verb) => verb === kind);

/** What the decision is in this run; a sentence where the site takes no part in it. */
export function kindAt(verb: SiteVerb, site: string, { unit, source, target }: Pick<Status, 'unit' | 'source' | 'target'>): { readonly kind: DecisionKind } | { readonly problem: string } {
  const side = site === source ? 'source' : site === target ? 'target' : null;
  if (side === null) return { problem: `${site} takes no part in the run of ${unit} (${source ?? '?'} → ${target}).` };
  return { kind: verb === 'attest' ? `attest-${side}-off` : `promote-${side}` };
}
