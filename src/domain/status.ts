import type { Reason } from './checks/judge.js';
import type { ShownLimit } from './limits-set.js';
import type { Prediction } from './outage-times.js';
import type { Procedure } from './request.js';
import type { Way } from './roles.js';

/** What a run says about itself: one serialisable value, served by one query, shown alike by CLI, UI and the DR plan's condition. */
export interface Status {
  readonly run: string;
  readonly unit: string;
  readonly procedure: Procedure;
  readonly reason: string;
  readonly requestedBy: string;
  readonly source: string | null;
  readonly target: string;
  readonly planDigest: string | null;
  readonly phase: Phase;
  /** The one sentence on top of the screen. */
  readonly headline: string;
  readonly line: 'before' | 'crossing' | 'after';
  /** The site that can write now, as far as is known; null: none; `unknown`: nobody can say. */
  readonly writer: string | null;
  readonly steps: readonly StepStatus[];
  readonly outage: OutageStatus | null;
  /** What the outage was expected to take when the plan was made, or checked again. */
  readonly prediction: Prediction | null;
  readonly held: HeldStatus | null;
  readonly waiting: WaitingStatus | null;
  /** A way that is open at any moment, not only while the run is held. */
  readonly otherWay: { readonly choice: OtherWay; readonly effect: string } | null;
  readonly decisions: readonly DecisionRecord[];
  /** The last decisions that came by signal and could not be taken, oldest first. Absent in runs of earlier builds. */
  readonly rejections?: readonly RejectedDecision[];
  readonly sites: readonly SiteStatus[];
  /** What each name server answered when it was last asked: `time server: name type values`. */
  readonly names: readonly string[];
  /** Commands by which a person sees the same without us. */
  readonly byHand: readonly string[];
  readonly lastCommand: { readonly site: string; readonly command: string; readonly exitCode: number | null; readonly output: string } | null;
  readonly debts: readonly string[];
  /** Entries of the record that the journal did not take when it was last asked; null: none. */
  readonly unrecorded: { readonly entries: number; readonly why: string } | null;
  readonly refusals: readonly string[];
  /** Everything that the checks found, with what would mend it: refusals, warnings, and what was overridden. Absent: a run of an older build. */
  readonly findings?: readonly Reason[];
  /** Timeouts, budgets and deadlines: all of them of a preflight, of a run those that its plan or a site sets. Absent: the usual ones. */
  readonly limits?: readonly ShownLimit[];
  readonly cancelRequested: boolean;
  readonly acknowledgedBy: string | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
}

export type Phase =
  | 'preparing'
  | 'waiting'
  | 'paused'
  | 'outage'
  | 'crossing'
  | 'forward'
  | 'undoing'
  | 'held'
  | 'refused'
  | 'undone'
  | 'completed'
  | 'completed-with-debts';

export interface StepStatus {
  readonly name: string;
  readonly title: string;
  readonly state: 'running' | 'done' | 'failed' | 'skipped' | 'undoing' | 'undone' | 'undo-failed';
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly attempt: number;
  /** What the step proved or why it failed: one sentence. */
  readonly note: string | null;
}

export interface OutageStatus {
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly budgetMs: number;
  /** When the run undoes itself if the line is not reached; null after the line. */
  readonly deadline: string | null;
}

/** To leave the way that a run is on, once it is past the line. */
export const otherWays = ['turn-back', 'go-forward'] as const;
export type OtherWay = (typeof otherWays)[number];

export type Choice = 'retry' | 'skip' | 'cancel' | Way | OtherWay;

export interface HeldStatus {
  readonly step: string;
  readonly since: string;
  readonly code: string;
  readonly error: string;
  readonly advice: string;
  /** What else could not be done, or waits for this, a sentence each. Absent: nothing. */
  readonly also?: readonly string[];
  /** Never empty (law 5). */
  readonly choices: readonly HeldChoice[];
}

export interface HeldChoice {
  readonly choice: Choice;
  readonly effect: string;
  /** How long the next attempt may take, milliseconds; a decision may name another time. Absent: it takes none. */
  readonly deadlineMs?: number;
  /** What of the application's writes is lost by it, as far as it can be known. Absent: see `consequenceOf`. */
  readonly loses?: string;
  /** Who has attested this already, where it needs two people. */
  readonly attestedBy?: readonly string[];
}

export type WaitingChoice = 'approve' | 'reject' | 'resume' | 'cancel';

export interface WaitingStatus {
  readonly for: string;
  readonly until: string | null;
  /** Who may answer; null: anybody. */
  readonly by: readonly string[] | null;
  /** At `until` the run goes on by itself; absent: it undoes itself. */
  readonly resumes?: true;
  /** What a yes is for: the plan and what is staged at the target. Absent: nothing is approved. */
  readonly digest?: string;
  /** How many different people must say yes; absent: one. */
  readonly approvals?: number;
  /** Who did already. */
  readonly approvedBy?: readonly string[];
  readonly choices: readonly { readonly choice: WaitingChoice; readonly effect: string }[];
}

/** What is known of a site, and how old the knowledge is. */
export interface SiteStatus {
  readonly site: string;
  readonly at: string;
  readonly role: string;
  readonly writable: 'yes' | 'no' | 'unknown';
  readonly fence: 'on' | 'off' | 'absent' | 'unknown';
  readonly workloads: string;
}

/** A person's decision, as taken. */
export interface DecisionRecord {
  readonly id: string;
  readonly kind: DecisionKind;
  readonly step: string | null;
  readonly by: string;
  readonly verified: boolean;
  readonly via: string;
  readonly reason: string;
  readonly at: string;
  /** What an approval was for. */
  readonly digest?: string;
  /** How long the next attempt may take, or how long a pause inside the outage lasts. */
  readonly seconds?: number;
  /** What it was said to lose when it was taken, where that was read from the storage. */
  readonly loses?: string;
}

/** A decision that could not be taken; nobody vouches for anything in it. `problem`: one sentence. */
export interface RejectedDecision {
  readonly kind: string;
  readonly by: string;
  readonly problem: string;
  readonly at: string;
}

/** Every decision there is. Which of them are possible now is told by the status. */
export const decisionKinds = ['retry', 'skip', 'approve', 'reject', 'pause', 'resume', 'cancel', 'ack', 'attest-source-off', 'attest-target-off', 'promote-source', 'promote-target', 'turn-back', 'go-forward'] as const;

export type DecisionKind = (typeof decisionKinds)[number];

/** What a client sends. `statement` is what the person typed for an attestation or a promotion. */
export interface Decision {
  readonly id: string;
  readonly kind: DecisionKind;
  readonly step: string | null;
  readonly by: string;
  readonly verified: boolean;
  readonly via: 'cli' | 'api' | 'controller' | 'library' | 'temporal';
  readonly reason: string;
  readonly statement: string | null;
  /** The run it is for; another one refuses it. Absent: whichever is open. */
  readonly run?: string;
  /** What an approval is for, as the status shows it. Absent: what is shown when it arrives. */
  readonly digest?: string;
  /** With `retry`: how long the next attempt may take. With a forced pause: how long it lasts. */
  readonly seconds?: number;
  /** With `pause`: inside the outage too. */
  readonly force?: boolean;
}

/** The sentence a person must type to promote a site: what the other one loses by it. */
export function promotionOf(other: string): string {
  return `what only ${other} has is lost`;
}

/** The sentence a person must type to attest that a site is off. */
export function attestation(site: string): string {
  return `${site} is off`;
}
