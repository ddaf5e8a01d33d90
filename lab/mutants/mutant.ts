import type { CircumstanceName } from './circumstances.js';

/** One exact replacement in a compiled file of the product. */
export interface Edit {
  /** Below the build's folder: `src/activities/outage.js`. */
  readonly file: string;
  /** Must stand there exactly once, and as well in the source it is compiled from: a fast test looks there. White space may differ. */
  readonly find: string;
  readonly replace: string;
}

/** A sabotage that the demo's judgement must notice. */
export interface Mutant {
  readonly name: string;
  /** What is sabotaged, in words. */
  readonly sabotage: string;
  /** What happens around the run; the unsabotaged product must be green under the same. */
  readonly circumstance: CircumstanceName;
  /** Empty where the application is sabotaged, not the product. */
  readonly edits: readonly Edit[];
  /** The application acknowledges before anything is on disk. */
  readonly noFsync?: boolean;
}
