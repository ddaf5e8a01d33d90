import type { Drained, SourceOffline } from '../../domain/proofs.js';
import { defineStep } from '../step.js';

/** Read at the Primary, after the fence, two readings agree: the target has every write the source ever acknowledged. */
export const drainReplication = defineStep<SourceOffline, Drained>({
  name: 'drain-replication',
  title: 'Waiting until the target has every write',
  do: ({ at, source }, offline) => at(source).awaitDrained({ offline }),
  note: (drained) => drained.readings.join('; '),
});
