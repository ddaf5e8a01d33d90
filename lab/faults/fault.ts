import type { ScenarioOptions } from '../scenario/scenario.js';
import type { Stage } from './stage.js';

/** How a run may close; held is a waiting state, never an end. */
export type Ending = 'refused' | 'undone' | 'completed' | 'completed-with-debts';

/** A test that shows the same without the lab, or with it in more detail. */
export interface Shown {
  /** `test/…/x.test.ts`. */
  readonly file: string;
  /** The title, or the part of it that stands in the file. */
  readonly title: string;
}

/** One thing that goes wrong around a run, how the lab makes it, and what the product must do. */
export interface Fault {
  /** Kebab-case; `npm run demo -- --fault NAME`. */
  readonly name: string;
  /** What goes wrong, one phrase. */
  readonly title: string;
  /** How it is made here. */
  readonly how: string;
  /** What the product must do, one sentence. */
  readonly must: string;
  /** Every way in which a run under this fault may close. */
  readonly ends: readonly Ending[];
  /** What the lab is set to for it. */
  readonly options?: Pick<ScenarioOptions, 'outageBudgetMs' | 'commandTimeoutMs'>;
  /** Asks for the migration, makes the fault, decides where a person must, heals what would stay. The run is over when it returns. */
  play(stage: Stage): Promise<void>;
  readonly tests: readonly Shown[];
}
