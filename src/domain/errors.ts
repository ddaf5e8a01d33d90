/** The one table of errors: what happened, whether trying again can help, and what an operator should do. */

export type ErrorFamily =
  /** Nothing was changed; every reason is given at once. */
  | 'refused'
  /** The other side could not be reached or was busy; the same call may succeed. */
  | 'transient'
  /** The world is not there yet; waiting is normal. */
  | 'not-yet'
  /** The call may or may not have happened; the world must be read before anything else. */
  | 'ambiguous'
  /** Someone or something changed what the run relied on. */
  | 'precondition-lost'
  /** Going on could lose a write. */
  | 'unsafe'
  /** Only a person can decide. */
  | 'needs-person'
  /** Our own mistake. */
  | 'bug';

interface ErrorRow {
  readonly family: ErrorFamily;
  /** What a person should do about it, one sentence. */
  readonly advice: string;
}

const table = {
  Refused: { family: 'refused', advice: 'Correct every reason listed, then start the migration again.' },
  Invalid: { family: 'refused', advice: 'Correct the input; nothing was changed.' },
  NotFound: { family: 'refused', advice: 'Check the name and the site, then try again.' },
  Forbidden: { family: 'refused', advice: 'Give the ServiceAccount the right that the message names, then retry.' },
  WrongSite: { family: 'refused', advice: 'The kubeconfig reaches another cluster than the one this site is pinned to; correct it.' },
  Unreachable: { family: 'transient', advice: 'Check the network and the server; the step is tried again by itself.' },
  Throttled: { family: 'transient', advice: 'Wait; the step is tried again by itself.' },
  Conflict: { family: 'transient', advice: 'Another writer was faster; the object is read again by itself.' },
  StillRunning: { family: 'not-yet', advice: 'Wait, or see which pod or process keeps the volume open.' },
  StillDraining: { family: 'not-yet', advice: 'Wait, or see why replication does not catch up.' },
  NotReady: { family: 'not-yet', advice: 'Wait, or see the pods and events named in the message.' },
  NotEverywhere: { family: 'not-yet', advice: 'Wait, or see why the name server named in the message does not answer with the record.' },
  OutcomeUnknown: { family: 'ambiguous', advice: 'The roles are read again before anything else happens.' },
  OwnershipLost: { family: 'precondition-lost', advice: 'Another run or a later attempt holds the unit; see changeover status.' },
  RoleChanged: { family: 'precondition-lost', advice: 'A volume group has another role than the run relied on; see changeover status and the VVR command in it.' },
  RecordChanged: { family: 'precondition-lost', advice: 'Someone else changed the DNS record; read it, decide which value is right, then retry.' },
  ObjectChanged: { family: 'precondition-lost', advice: 'Someone else changed the object; read it, decide, then retry.' },
  DeadlinePassed: { family: 'precondition-lost', advice: 'The outage budget was used up; the run undoes itself. Raise the budget or remove the cause.' },
  ProofStale: { family: 'unsafe', advice: 'The proof is old or of another epoch; it is read again.' },
  NotFenced: { family: 'unsafe', advice: 'The fence does not hold; see which pod was admitted.' },
  NotRetained: { family: 'unsafe', advice: 'A volume is not Retain; set it, then retry.' },
  SnapshotDamaged: { family: 'unsafe', advice: 'The snapshot cannot be read back as it was written; capture it again.' },
  NotRecorded: { family: 'transient', advice: 'See why the journal cannot be written (disk, rights, database); it is tried again by itself.' },
  RecordDamaged: { family: 'unsafe', advice: 'Run changeover audit verify, keep what is there as evidence, and give the journal a new place.' },
  SwapFailed: { family: 'ambiguous', advice: 'The roles are read on both sites before anything else happens.' },
  NeedsDecision: { family: 'needs-person', advice: 'See the choices in changeover status and decide.' },
  Busy: { family: 'refused', advice: 'Follow the run that is at work, or wait until it has ended.' },
  KeyReused: { family: 'refused', advice: 'Choose a new id, or a new Idempotency-Key, for another request.' },
  Unauthenticated: { family: 'refused', advice: 'Send a bearer token that is valid now and made for this API.' },
  NotAllowed: { family: 'refused', advice: 'Ask for the role that allows what the message names.' },
  Rejected: { family: 'refused', advice: 'The approver said no; see the reason.' },
  Bug: { family: 'bug', advice: 'Report it with the run id and the worker log.' },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof table;

export const errorTable: Readonly<Record<ErrorCode, ErrorRow>> = table;

/** The only error we throw outside workflows. `message` is one sentence saying what is. */
export class ChangeoverError extends Error {
  readonly code: ErrorCode;
  /** Several reasons at once, each a sentence. Empty where the message says it all. */
  readonly reasons: readonly string[];

  constructor(code: ErrorCode, message: string, options: { reasons?: readonly string[]; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ChangeoverError';
    this.code = code;
    this.reasons = options.reasons ?? [];
  }

  get family(): ErrorFamily {
    return errorTable[this.code].family;
  }
}

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(table, value);
}

/** Whether the same call may be tried again without a person. */
export function isRetryable(code: ErrorCode): boolean {
  const { family } = errorTable[code];
  return family === 'transient' || family === 'not-yet';
}
