import type { Seen } from '../client/follow.js';
import type { RunRecord } from '../client/record.js';
import type { RunFilter, RunRow } from '../client/runs.js';
import type { RequestKey } from '../client/start-once.js';
import type { Started } from '../client/start.js';
import type { PastRun } from '../domain/record/past-run.js';
import type { Assessment, RecoverRequest } from '../domain/recovery.js';
import type { MigrationRequest, UnitRef } from '../domain/request.js';
import type { Decision, DecisionRecord, Status } from '../domain/status.js';

export type { RunFilter, RunRow, Seen };

/** A DR plan as the sites show it. */
export interface PlanView {
  readonly plan: string;
  readonly namespace: string;
  readonly sites: readonly {
    readonly site: string;
    /** Null where the site could not be read or has no such plan; `unknown` then says why. */
    readonly specPrimary: string | null;
    readonly statusPrimary: string | null;
    readonly unknown: string | null;
  }[];
  /** The run that is at work. */
  readonly openRun: string | null;
}

export interface SiteView {
  readonly site: string;
  /** Workers that poll the site's queue now. None: nothing can be observed or changed there. */
  readonly workers: readonly string[];
  readonly kubernetesVersion: string | null;
  /** Why the cluster could not be asked; null when it answered. */
  readonly unknown: string | null;
}

/** What the server is made over: the operator's verbs. Failures are `ChangeoverError`s. */
export interface ApiVerbs {
  start(request: MigrationRequest, key: RequestKey | null): Promise<Started & { readonly repeated: boolean }>;
  /** What a run without a workflow left, and where it can go; nothing changed. */
  assess(of: { readonly unit: UnitRef; readonly sites: readonly string[] }): Promise<Assessment>;
  /** Throws `Refused` with the sentences where that run cannot go that way, `Busy` while a run is open. */
  recover(request: RecoverRequest): Promise<Omit<Started, 'found'>>;
  /** Every check, nothing changed. */
  preflight(request: MigrationRequest): Promise<Status>;
  runs(filter: RunFilter, page: { readonly limit: number; readonly token: Uint8Array | null }): Promise<{ readonly runs: readonly RunRow[]; readonly next: Uint8Array | null }>;
  /** Throws `NotFound`. */
  run(id: string): Promise<RunRow>;
  status(run: RunRow): Promise<Status>;
  decide(run: RunRow, decision: Decision): Promise<DecisionRecord>;
  follow(run: RunRow, options: { readonly signal: AbortSignal; readonly onUnreachable: (message: string) => void }): AsyncIterable<Seen>;
  /** `unread`: sites whose plans could not be looked at; a plan that stands only there is missing. */
  plans(): Promise<{ readonly plans: readonly PlanView[]; readonly unread: readonly { readonly site: string; readonly why: string }[] }>;
  /** Throws `NotFound` where no site has it, `Unreachable` where that cannot be said. */
  plan(plan: { readonly namespace: string; readonly name: string }): Promise<PlanView>;
  sites(): Promise<readonly SiteView[]>;
  /** Throws when Temporal does not answer. */
  ready(): Promise<void>;
  /** What is recorded of a run, verified. Throws `NotFound`. */
  record(run: string): Promise<RunRecord>;
  /** Newest first. */
  pastRuns(of: { readonly plan: string | undefined; readonly limit: number }): Promise<readonly PastRun[]>;
}

/** Those over the journal, which stands beside Temporal. */
export type RecordVerbs = Pick<ApiVerbs, 'record' | 'pastRuns'>;
export type TemporalVerbs = Omit<ApiVerbs, keyof RecordVerbs>;
