import type { Result } from './results.js';

/** What is to be kept of one lab, and what must be played again since nobody knows whether it went well. */
export interface Blame {
  readonly kept: readonly Result[];
  /** Names. */
  readonly again: readonly string[];
}

/**
 * Whom the judge's reasons concern, of what was played in one lab in this order; null: the judge could not be asked.
 * A failed play is the last one there, and what it left behind is looked at together with all that came before it:
 * only itself is blamed, the others have shown nothing. Where none failed any of them may have done it.
 */
export function blame(played: readonly Result[], reasons: readonly string[] | null): Blame {
  if (reasons?.length === 0) return { kept: played, again: [] };
  const failed = played.filter(({ ok }) => !ok);
  const others = played.filter(({ ok }) => ok).map(({ name }) => name);
  if (reasons === null) return { kept: failed, again: others };
  const blamed = failed.length > 0 ? failed : played;
  const told = `the judge, of ${blamed.map(({ name }) => name).join(', ')}: ${reasons.join('; ')}`;
  return { kept: blamed.map((one) => ({ ...one, ok: false, reasons: [...one.reasons, told] })), again: failed.length > 0 ? others : [] };
}
