/** Every timeout, budget and deadline of a run, in one table. Durations in milliseconds. */
export interface CallLimits {
  /** Longest wait for a worker to take the call; null: unlimited. */
  readonly scheduleToStart: number | null;
  readonly startToClose: number;
  readonly heartbeat: number;
  readonly retryFrom: number;
  readonly retryAtMost: number;
  /** Longest time over all tries; null: only the caller's deadline ends it. */
  readonly scheduleToClose: number | null;
  /** How long a call that no worker takes is scheduled again; null: only the caller's deadline ends it. */
  readonly patience: number | null;
  /** 0: no limit. */
  readonly attempts: number;
}

/** How patient a call is depends on where the run stands. */
export type Mood =
  /** The application serves. */
  | 'calm'
  /** A person waits for what can be seen; a site that does not answer is said to be one. */
  | 'look'
  /** From the recheck on: the application serves, and the outage is about to begin. */
  | 'ready'
  /** Inside the outage: short beats, quick retries, the outage budget above all. */
  | 'outage'
  /** The role swap: tried once per decision. */
  | 'cross'
  /** After the line. */
  | 'forward'
  /** Undo: must not be given up for lack of time. */
  | 'undo'
  /** After the run: what is owed to a site is tried for ever. */
  | 'debt';

const minute = 60_000;

export const limits: Readonly<Record<Mood, CallLimits>> = {
  calm: { scheduleToStart: 3 * minute, startToClose: 10 * minute, heartbeat: 5_000, retryFrom: 1_000, retryAtMost: 10_000, scheduleToClose: 15 * minute, patience: 15 * minute, attempts: 8 },
  look: { scheduleToStart: 10_000, startToClose: 20_000, heartbeat: 5_000, retryFrom: 500, retryAtMost: 2_000, scheduleToClose: 30_000, patience: 0, attempts: 3 },
  ready: { scheduleToStart: 3 * minute, startToClose: 5 * minute, heartbeat: 5_000, retryFrom: 500, retryAtMost: 5_000, scheduleToClose: 15 * minute, patience: 15 * minute, attempts: 8 },
  outage: { scheduleToStart: 15_000, startToClose: 2 * minute, heartbeat: 5_000, retryFrom: 500, retryAtMost: 2_000, scheduleToClose: null, patience: null, attempts: 0 },
  cross: { scheduleToStart: 15_000, startToClose: 3 * minute, heartbeat: 5_000, retryFrom: 500, retryAtMost: 500, scheduleToClose: null, patience: 45_000, attempts: 1 },
  forward: { scheduleToStart: 15_000, startToClose: 5 * minute, heartbeat: 5_000, retryFrom: 500, retryAtMost: 5_000, scheduleToClose: 5 * minute, patience: 5 * minute, attempts: 0 },
  undo: { scheduleToStart: 15_000, startToClose: 5 * minute, heartbeat: 5_000, retryFrom: 500, retryAtMost: 5_000, scheduleToClose: 5 * minute, patience: 5 * minute, attempts: 0 },
  debt: { scheduleToStart: null, startToClose: 5 * minute, heartbeat: 5_000, retryFrom: 1_000, retryAtMost: 5 * minute, scheduleToClose: null, patience: null, attempts: 0 },
};

/** How long a run tries to have its record written. */
export type RecordPatience =
  /** Before anything is changed, and before the outage: first briefly; then the run waits for it, and does not go on without. */
  | 'required'
  /** Nobody waits; what is not taken is tried again with the next entries. */
  | 'spooled'
  /** The run waits within its workflow task, and answers no question meanwhile: so long that a journal can say itself why it took nothing. */
  | 'brief'
  /** The run is over but for this: first briefly; then, unless nothing was changed, for long. */
  | 'closing';

const recordCall = { startToCloseTimeout: 5_000, heartbeatTimeout: 3_000 } as const;
const recordRetry = { initialInterval: 250, maximumInterval: 5_000, backoffCoefficient: 2 } as const;

/**
 * A call within the workflow task is also ended by its number of tries: its time alone does not end it when it passes between two of
 * them, which the SDK then forgets (1.24). So many tries, each failing at once, take a little less than the time.
 */
export const recordLimits = {
  required: { ...recordCall, scheduleToCloseTimeout: 16_000, retry: recordRetry },
  spooled: { ...recordCall, scheduleToCloseTimeout: 15_000, retry: recordRetry },
  closing: { ...recordCall, scheduleToCloseTimeout: 2 * minute, retry: recordRetry },
  brief: { ...recordCall, scheduleToCloseTimeout: 4_000, retry: { ...recordRetry, maximumAttempts: 5 } },
} as const satisfies Readonly<Record<RecordPatience, object>>;

/** How long what a worker asks over the network may take before it counts as unanswered, milliseconds. */
export const ioLimits = {
  kubernetesCallMs: 10_000,
  /** One reading of the storage, over all pods. */
  storageReadingMs: 4_000,
  nameServerMs: 5_000,
} as const;
