import { ChangeoverError } from './errors.js';

/**
 * Who may write. One record per unit and site, changed by compare-and-swap; the two records are the lock.
 * A site may run the application only while its own record says `writer` is itself (law 1).
 */
export interface OwnershipRecord {
  readonly unit: string;
  /** Raised by one with every claim. */
  readonly epoch: number;
  /** A site id, or null while nobody may write. */
  readonly writer: string | null;
  /** The run that holds the unit, or null when it is free. */
  readonly run: string | null;
  readonly procedure: string | null;
  readonly phase: OwnershipPhase;
  /** Per step: the newest attempt that took it. An older attempt that wakes late sees a greater value and stops (law 8). */
  readonly turns: Readonly<Record<string, number>>;
  /** UID of this site's `kube-system` namespace, pinned at adoption. */
  readonly clusterUid: string;
}

export type OwnershipPhase =
  | 'free'
  | 'preparing'
  /** The application is stopped or being stopped. */
  | 'offline'
  /** A role command may be running; while it says so, undo of the fence refuses. */
  | 'crossing'
  | 'forward'
  | 'undoing';

/** A changing activity's place in the order of its step. `attempt` is unique and growing within a run. */
export interface Turn {
  readonly run: string;
  readonly epoch: number;
  readonly step: string;
  readonly attempt: number;
}

/** The record with the turn taken, or a refusal if the run no longer owns the unit or a later attempt took the step. */
export function takeTurn(record: OwnershipRecord, turn: Turn): OwnershipRecord {
  assertOwned(record, turn);
  const newest = record.turns[turn.step] ?? 0;
  if (newest > turn.attempt) {
    throw new ChangeoverError(
      'OwnershipLost',
      `Attempt ${turn.attempt} of ${turn.step} woke after attempt ${newest} had taken the step.`,
    );
  }
  return { ...record, turns: { ...record.turns, [turn.step]: turn.attempt } };
}

/** Throws unless the run still holds the unit in this epoch. */
export function assertOwned(record: OwnershipRecord, turn: Pick<Turn, 'run' | 'epoch'>): void {
  if (record.run === turn.run && record.epoch === turn.epoch) return;
  const holder = record.run === null ? 'nobody' : `run ${record.run}`;
  throw new ChangeoverError(
    'OwnershipLost',
    `Run ${turn.run} (epoch ${turn.epoch}) no longer holds ${record.unit}: ${holder} does, in epoch ${record.epoch}.`,
  );
}

/** Two records agree when nothing that decides differs. Turns and cluster UIDs are each site's own. */
export function recordsAgree(a: OwnershipRecord, b: OwnershipRecord): boolean {
  return a.unit === b.unit && a.epoch === b.epoch && a.writer === b.writer && a.run === b.run;
}

/** The value a claim writes: the next epoch, held by the run, still written by the source. */
export function claimed(record: OwnershipRecord, claim: { run: string; procedure: string; writer: string }): OwnershipRecord {
  return {
    ...record,
    epoch: record.epoch + 1,
    writer: claim.writer,
    run: claim.run,
    procedure: claim.procedure,
    phase: 'preparing',
    turns: {},
  };
}

/** The value by which a run goes on as another procedure: the next epoch, so that no call of the old one can act any more; the lock is never free. */
export function reclaimed(record: OwnershipRecord, plan: { run: string; epoch: number; procedure: string }): OwnershipRecord {
  if (record.run === plan.run && record.epoch === plan.epoch) return record;
  // An earlier turn of the same run may have reached one site only.
  if (record.run !== plan.run || record.epoch > plan.epoch) assertOwned(record, plan);
  return { ...record, epoch: plan.epoch, procedure: plan.procedure, phase: 'forward', turns: {} };
}

/**
 * The value by which a run whose workflow is gone is taken up again, in an epoch above every record of it: no call of before can act any more.
 * A record that is free was not claimed yet, or was released already; whoever may write and a crossing that may be under way stay as they are.
 */
export function recovered(record: OwnershipRecord, plan: { run: string; epoch: number; procedure: string }): OwnershipRecord {
  if (record.run === plan.run && record.epoch === plan.epoch) return record;
  const isOpen = record.epoch < plan.epoch && (record.run === plan.run || record.run === null);
  if (!isOpen) assertOwned(record, plan);
  return { ...record, epoch: plan.epoch, run: plan.run, procedure: plan.procedure, phase: record.phase === 'free' ? 'preparing' : record.phase, turns: {} };
}

/** The value a release writes: free, written by `writer`, in the same epoch. */
export function released(record: OwnershipRecord, writer: string): OwnershipRecord {
  return { ...record, writer, run: null, procedure: null, phase: 'free', turns: {} };
}

/** The value that the undo of a run writes where the run was never claimed: as free as before, in the run's epoch. Others stay as they are. */
export function raised(record: OwnershipRecord, plan: { epoch: number; source: string }): OwnershipRecord {
  const untouched = record.run === null && record.epoch === plan.epoch - 1 && record.writer === plan.source;
  return untouched ? { ...record, epoch: plan.epoch } : record;
}
