import type { Edit } from '../mutant.js';

/** A sabotage of the sources that a test without a lab must notice. */
export interface Sabotage {
  /** The article of the law that it breaks. */
  readonly law: number;
  readonly name: string;
  /** What is sabotaged, in words. */
  readonly sabotage: string;
  /** In files below `src/`. */
  readonly edits: readonly Edit[];
  /** The test file that must turn red, and nothing but a failed assertion counts. */
  readonly test: string;
  /** A pattern for the titles to run; left out: the whole file. */
  readonly titles?: string;
}
