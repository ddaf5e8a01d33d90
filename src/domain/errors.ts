/** The one table of errors: what happened, whether trying again can help, what a run does about it, and what an operator should do. */

import { families, type Again, type ErrorFamily } from './error-families.js';

export type { ErrorFamily } from './error-families.js';

interface ErrorRow {
  readonly family: ErrorFamily;
  /** What it means, one sentence. The message of an error says what is in that very case. */
  readonly is: string;
  /** What a person should do about it, one sentence. */
  readonly advice: string;
  /** Where the run does something else than its family says. */
  readonly before?: string;
  readonly after?: string;
}

const noRun = 'No run meets it: nothing was started.';

const table = {
  Refused: { family: 'refused', is: 'One or more checks do not hold.', advice: 'Correct every reason listed, then start the migration again.' },
  Invalid: { family: 'refused', is: 'The input, the configuration or a stored record cannot be understood.', advice: 'Correct the input; nothing was changed.' },
  NotFound: { family: 'refused', is: 'The named thing does not exist there.', advice: 'Check the name and the site, then try again.' },
  Forbidden: { family: 'refused', is: 'The product\'s account lacks a right.', advice: 'Give our ServiceAccount, or the key of the updates, the right that the message names, then retry.' },
  WrongSite: { family: 'refused', is: 'The cluster that answered is not the one that is pinned for the site.', advice: 'The kubeconfig reaches another cluster than the one this site is pinned to; correct it.' },
  Unreachable: { family: 'transient', is: 'There was no answer in time, or no connection.', advice: 'Restore the connection to the server that the message names; a step that is held by then needs a retry.' },
  Throttled: { family: 'throttled', is: 'The server asked for less.', advice: 'Wait until the server is less busy; a step that is held by then needs a retry.' },
  Conflict: { family: 'transient', is: 'The object changed between reading and writing.', advice: 'Another writer keeps being faster; find it and stop it; a step that is held by then needs a retry.' },
  StillRunning: { family: 'not-yet', is: 'A pod mounts a claim, a volume is open, or a role command is at work.', advice: 'Wait, or see which pod or process keeps the volume open.' },
  StillDraining: { family: 'not-yet', is: 'A Secondary does not have every write yet.', advice: 'Wait, or see why replication does not catch up.' },
  NotReady: { family: 'not-yet', is: 'Pods are not Ready, or the fence still denies after it was switched off.', advice: 'Wait, or see the pods and events named in the message.' },
  NotEverywhere: { family: 'not-yet', is: 'A name server does not show the record yet.', advice: 'Wait, or see why the name server named in the message does not answer with the record.' },
  OutcomeUnknown: { family: 'ambiguous', is: 'It is not known whether a role command acted or still acts.', advice: 'The roles are read again before anything else happens.' },
  OwnershipLost: { family: 'precondition-lost', is: 'The ownership record names another run, another epoch or a later attempt.', advice: 'Another run or a later attempt holds the unit; see changeover status.' },
  OwnershipGone: { family: 'precondition-lost', is: 'The ownership record of the unit is gone on a site while a run holds the unit.', advice: 'Someone removed the record; adopting does not bring it back while a run holds the unit. Put it back, then retry.' },
  RoleChanged: { family: 'precondition-lost', is: 'A volume group does not have the role that the step needs.', advice: 'Somebody else changed the role. Read it by the VVR command below; give it back to the site that is named, with the storage\'s own command, then retry.' },
  RecordChanged: { family: 'precondition-lost', is: 'A DNS record has neither the value before nor the value after.', advice: 'Someone else changed the DNS record; read it, decide which value is right, then retry.' },
  ObjectChanged: { family: 'precondition-lost', is: 'A Kubernetes object is not as the plan or the snapshot says.', advice: 'Someone else changed the object; read it, decide, then retry.' },
  DeadlinePassed: { family: 'precondition-lost', is: 'The line was not reached within the outage budget.', advice: 'The outage budget was used up; the run undoes itself. Raise the budget or remove the cause.', before: 'The run undoes itself.', after: 'The budget ends at the line.' },
  ProofStale: { family: 'unsafe', is: 'A proof is of another run or epoch, or older than a minute.', advice: 'The proof is old or of another epoch; it is read again.', before: 'The proofs are read again and the swap is tried again within the budget; then the run undoes itself.' },
  NotFenced: { family: 'unsafe', is: 'A pod that must be denied was admitted, or the record still lets a site write.', advice: 'The fence does not hold; see which pod was admitted.' },
  NotRetained: { family: 'unsafe', is: 'A volume would be deleted with its claim.', advice: 'A volume is not Retain; set it, then retry.' },
  SnapshotDamaged: { family: 'unsafe', is: 'A snapshot is incomplete, changed, or cannot be opened with the site\'s key.', advice: 'The snapshot cannot be read back as it was written; capture it again.' },
  NotRecorded: { family: 'transient', is: 'The journal did not take the entries.', advice: 'See why the journal cannot be written (disk, rights, database); it is tried again by itself.', before: 'Before anything is changed and before the outage: tried for 20 s, then the run is refused, or undoes itself. Inside the outage: kept, and it goes on.', after: 'Kept and tried again with the next entries; the run goes on.' },
  RecordDamaged: { family: 'unsafe', is: 'The record that stands in the journal is not as it was written.', advice: 'Run changeover audit verify, keep what is there as evidence, and give the journal a new place.', before: 'Before anything is changed and before the outage: the run is refused, or undoes itself. Inside the outage: kept, and it goes on.', after: 'Kept and tried again with the next entries; the run goes on.' },
  SwapFailed: { family: 'ambiguous', is: 'The role swap was tried and the roles are unchanged.', advice: 'The roles are read on both sites before anything else happens.', before: 'The roles are read; unchanged and quiet, it is tried again within the budget, then the run undoes itself.', after: 'A way back is held before its own line.' },
  NeedsDecision: { family: 'needs-person', is: 'What was observed allows more than one way on.', advice: 'Decide: the ways on stand below, under "You can", in changeover status.' },
  Busy: { family: 'refused', is: 'A run of this unit is at work already.', advice: 'Follow the run that is at work, or wait until it has ended.', before: noRun, after: noRun },
  KeyReused: { family: 'refused', is: 'An id or an Idempotency-Key came again with another request.', advice: 'Choose a new id, or a new Idempotency-Key, for another request.', before: noRun, after: noRun },
  Unauthenticated: { family: 'refused', is: 'A request to the HTTP API does not prove whose it is.', advice: 'Send a bearer token that is valid now and made for this API.', before: noRun, after: noRun },
  NotAllowed: { family: 'refused', is: 'Who sent the request to the HTTP API is known, and may not do it.', advice: 'Ask for the role that allows what the message names.', before: noRun, after: noRun },
  Rejected: { family: 'refused', is: 'An approver said no, or nobody answered in time.', advice: 'The approver said no; see the reason.', before: 'The run undoes itself.', after: 'Nobody is asked for an approval any more.' },
  Bug: { family: 'bug', is: 'Something happened that the program does not know.', advice: 'Report it with the run id and the worker log.', before: 'Inside a call it is tried again like a transient error, since a lost connection in a library looks the same; then the run undoes itself.', after: 'Inside a call it is tried again like a transient error; then the run is held.' },
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

  /** The other side did not answer or asked for less: it says nothing of how things are. */
  get isPassing(): boolean {
    return this.family === 'transient' || this.family === 'throttled';
  }
}

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(table, value);
}

/** Whether the same call may be tried again without a person. */
export function isRetryable(code: ErrorCode): boolean {
  return families[errorTable[code].family].again !== 'no';
}

/** What a run does about a code: whether and how it is tried again, and what follows before the line and after it. */
export function courseOf(code: ErrorCode): { readonly again: Again; readonly before: string; readonly after: string } {
  const row: ErrorRow = errorTable[code];
  const { again, before, after } = families[row.family];
  return { again, before: row.before ?? before, after: row.after ?? after };
}
