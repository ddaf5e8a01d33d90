import { ChangeoverError } from '../domain/errors.js';
import type { Entry } from '../domain/record/fact.js';
import type { Ports } from '../ports/index.js';
import { looking } from './boundary.js';

/** The record of a run. Runs where the workflows run: the journal belongs to the control worker alone. */
export function record(ports: Ports) {
  return {
    /** Writes these entries of one run, once, however often it is called. */
    async ensureRecorded(input: { run: string; entries: readonly Entry[] }): Promise<{ entries: number; head: string }> {
      return looking(async () => {
        const { journal } = ports;
        if (journal === null) throw new ChangeoverError('NotRecorded', 'This worker writes no journal.');
        const { entries, digest } = await journal.append(input.run, input.entries);
        return { entries, head: digest };
      });
    },
  };
}
