import { ChangeoverError } from './errors.js';
import type { OwnershipRecord } from './ownership.js';

/** Who may command the roles of a volume group on one site. Two units that share a volume group by mistake cannot both swap it. */
export interface GroupHolder {
  readonly unit: string;
  readonly run: string;
  readonly epoch: number;
}

/**
 * Throws unless the lock is free, ours already, or of a run that no longer holds its unit: `record` is the holder's unit's record on
 * this site. A holder whose record is gone may still be at work: an unknown is a no.
 */
export function assertTakeable(group: string, lock: { held: GroupHolder; by: GroupHolder; record: OwnershipRecord | null }): void {
  const { held, by, record } = lock;
  if (held.run === by.run) return;
  const isOver = record !== null && (record.run !== held.run || record.epoch !== held.epoch);
  if (!isOver) throw new ChangeoverError('StillRunning', `The roles of ${group} are in the hands of run ${held.run} of ${held.unit}.`);
}
