import type { ChainedEntry, Head } from './chain.js';
import type { Fact, FactKind, Outcome } from './fact.js';

/** One line of the list of past runs. Times are ISO 8601 UTC. */
export interface PastRun {
  readonly run: string;
  readonly unit: string;
  readonly procedure: string;
  /** Null: refused before it was known. */
  readonly source: string | null;
  readonly target: string;
  /** Null: no outcome is recorded yet. */
  readonly outcome: Outcome['outcome'] | null;
  readonly headline: string;
  readonly requestedBy: string;
  readonly verified: boolean;
  readonly via: string;
  readonly reason: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly outageSeconds: number | null;
  readonly debts: readonly string[];
  readonly head: Head;
}

type Of<K extends FactKind> = Extract<Fact, { kind: K }>;

/** The last fact of a kind. */
export function lastOf<K extends FactKind>(entries: readonly ChainedEntry[], kind: K): Of<K> | null {
  return allOf(entries, kind).at(-1) ?? null;
}

export function allOf<K extends FactKind>(entries: readonly ChainedEntry[], kind: K): readonly Of<K>[] {
  return entries.map(({ fact }) => fact).filter((fact): fact is Of<K> => fact.kind === kind);
}

/** What the record of a run says in one line. */
export function pastRunOf(run: string, entries: readonly ChainedEntry[], head: Head): PastRun {
  const asked = lastOf(entries, 'request');
  const request = asked?.request;
  const plan = lastOf(entries, 'plan')?.plan;
  const outcome = lastOf(entries, 'outcome');
  const ended = entries.findLast(({ fact }) => fact.kind === 'outcome')?.at ?? null;
  return {
    run,
    unit: entries[0]?.unit ?? '?',
    procedure: lastOf(entries, 'continued')?.procedure ?? asked?.procedure ?? '?',
    source: outcome?.source ?? plan?.source ?? null,
    target: outcome?.target ?? request?.target ?? '?',
    outcome: outcome?.outcome ?? null,
    headline: outcome?.headline ?? 'no outcome is recorded yet',
    requestedBy: request?.requestedBy.name ?? '?',
    verified: request?.requestedBy.verified ?? false,
    via: request?.requestedBy.via ?? '?',
    reason: request?.reason ?? '',
    startedAt: entries[0]?.at ?? '',
    endedAt: ended,
    outageSeconds: outageOf(entries),
    debts: outcome?.debts ?? [],
    head,
  };
}

/** All outages of the run together, a way back included; null: none has ended. */
function outageOf(entries: readonly ChainedEntry[]): number | null {
  const ended = allOf(entries, 'outage-ended');
  return ended.length === 0 ? null : Math.round(1000 * ended.reduce((sum, { seconds }) => sum + seconds, 0)) / 1000;
}
