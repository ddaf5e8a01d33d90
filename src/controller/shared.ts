import type { Adoptions } from './adoptions.js';
import type { DecisionTaker } from './decisions.js';
import type { Log } from './log.js';
import type { Masters } from './masters.js';
import type { RequestSettings } from './requests.js';
import type { Runs } from './runs.js';
import type { Verbs } from './verbs.js';

/** What all sites' controllers have in common. */
export interface Shared {
  readonly sites: readonly string[];
  readonly settings: RequestSettings;
  readonly verbs: Verbs;
  readonly runs: Runs;
  readonly adoptions: Adoptions;
  readonly decisions: DecisionTaker;
  readonly masters: Masters;
  readonly log: Log;
}
