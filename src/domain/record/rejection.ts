import { LONGEST } from '../decisions.js';
import type { Decision } from '../status.js';
import type { ChainedEntry } from './chain.js';
import type { Entry, Fact } from './fact.js';

/** Most rejected decisions in the record of one run: who may send decisions must not be able to fill it. */
export const MOST_REJECTED = 100;

/** Longest text of each field, in characters; what is refused may be of any length. */
const longest = { kind: 80, by: LONGEST.by, step: LONGEST.step, reason: LONGEST.reason, why: 1_024 } as const;

/** A decision that its sender saw rejected, as an entry of the run's record. `entryId` must be the same for the same decision. */
export function rejectionEntry({ kind, by, verified, via, step, reason }: Decision, of: { readonly entryId: string; readonly run: string; readonly unit: string; readonly why: string; readonly at: string }): Entry {
  const cut = (text: string, field: keyof typeof longest): string => text.slice(0, longest[field]);
  const fact: Fact = { kind: 'rejected-decision', decision: cut(kind, 'kind'), by: cut(by, 'by'), why: cut(of.why, 'why'), verified, via, step: step === null ? null : cut(step, 'step'), reason: cut(reason, 'reason') };
  return { id: of.entryId, run: of.run, unit: of.unit, at: of.at, fact };
}

/** Whether there is nothing to add: the rejection stands there, or the decision was taken after all when it came before, under the same id. */
export function isKnown(decision: Decision, entryId: string, entries: readonly ChainedEntry[]): boolean {
  return entries.some(({ id, fact }) => id === entryId || (fact.kind === 'decision' && fact.decision.id === decision.id));
}
