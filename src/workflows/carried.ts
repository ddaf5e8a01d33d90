import type { Entry } from '../domain/record/fact.js';
import type { Status } from '../domain/status.js';

/** What a run takes along when it goes on as another procedure under the same id. */
export interface Carried {
  /** Null: nobody remembers it, the run is recovered. */
  readonly status: Status | null;
  /** Attempts go on from here (law 8). */
  readonly calls: number;
  /** Entries of the record that the journal did not take yet. */
  readonly unrecorded: readonly Entry[];
}
