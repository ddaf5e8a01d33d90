import type { Check, Severity } from './check.js';
import type { WayBackFacts } from './facts.js';

/** A finding with everything a person needs: which check, how bad, where and when it was read, what would mend it. */
export interface Reason {
  readonly check: string;
  readonly severity: Severity;
  /** Null: not read at a site. */
  readonly site: string | null;
  /** ISO 8601 UTC. */
  readonly readAt: string;
  readonly says: string;
  readonly fix: string;
  /** Who goes on nevertheless, and why; null: nobody. */
  readonly overridden: { readonly by: string; readonly reason: string } | null;
}

/** Every reason at once, without repetition; empty when all checks hold. */
export function judge<F extends WayBackFacts>(checks: readonly Check<F>[], facts: F): readonly Reason[] {
  const reasons = checks.flatMap((check) =>
    check.find(facts).map(({ site, says, fix }): Reason => ({ check: check.name, severity: check.severity, site, readAt: readAt(facts, site), says, fix: (fix ?? check.fix).replaceAll('UNIT', facts.request.unit.name), overridden: overriddenBy(check, facts) })),
  );
  const first = new Map(reasons.toReversed().map((reason) => [reason.says, reason]));
  return reasons.filter((reason) => first.get(reason.says) === reason);
}

/** Those that stand in the way. */
export function refusing(reasons: readonly Reason[]): readonly Reason[] {
  return reasons.filter(({ severity, overridden }) => severity === 'refuse' && overridden === null);
}

export function sentenceOf({ says, fix }: Reason): string {
  return `${says} ${fix}`;
}

/** What is wrong with the overrides of a request, each a sentence: only a known check that allows it can be overridden, and with a reason. */
export function overrideProblems(checks: readonly Check[], overrides: Readonly<Record<string, string>>): readonly string[] {
  const open = checks.filter(({ overriding }) => overriding !== null);
  return Object.entries(overrides).flatMap(([name, reason]) => {
    if (open.some((check) => check.name === name)) return reason.trim() === '' ? [`The override of ${name} needs a reason.`] : [];
    const is = checks.some((check) => check.name === name) ? `${name} cannot be overridden` : `There is no check ${name}`;
    return [`${is}. Those that can be: ${open.map((check) => `${check.name} (${check.overriding})`).join('; ')}.`];
  });
}

function readAt({ source, target, others, names }: WayBackFacts, site: string | null): string {
  const from = [source, target, ...others].find((o) => o.site === site);
  return from?.at ?? names?.observed.at ?? source.at;
}

function overriddenBy({ name, overriding }: Pick<Check, 'name' | 'overriding'>, { request }: Pick<WayBackFacts, 'request'>): Reason['overridden'] {
  const reason = request.overrides?.[name];
  return overriding === null || reason === undefined ? null : { by: request.requestedBy.name, reason };
}
