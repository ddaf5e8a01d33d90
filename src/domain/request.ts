/** What a person asks for. Small, plain, and the input of every workflow. */

export type Procedure = 'planned-migration' | 'turn-back' | 'takeover' | 'failback' | 'rehearsal';

/** A DR plan object, the unit that moves as one. `name` is the unit's name in ids and labels. */
export interface UnitRef {
  readonly namespace: string;
  readonly name: string;
}

export interface Requester {
  readonly name: string;
  /** Whether something other than the requester vouches for the name. */
  readonly verified: boolean;
  readonly via: 'cli' | 'api' | 'controller' | 'library' | 'temporal';
}

export interface ApprovalGate {
  /** Names as the cluster, or the API, knows them. */
  readonly approvers: readonly string[];
  /** How long the run waits for it, and how long it holds once given; milliseconds. */
  readonly expiresAfterMs: number;
  /** How many different people must say yes; absent: one. With two or more, none of them may be the requester. */
  readonly approvals?: number;
}

export interface RunOptions {
  /** Longest time the application may be away before the run undoes itself, milliseconds. */
  readonly outageBudgetMs: number;
  /** How long one role command may run before its outcome counts as unknown, and the pause between two readings then; milliseconds. */
  readonly commandTimeoutMs: number;
  /** TTL the records carry during the run, seconds. */
  readonly shortTtlSeconds: number;
  /** False: do not wait until every obedient cache has forgotten the old TTL. Recorded, with what remains. */
  readonly waitForTtl: boolean;
  /** Ask for a named person's approval before the outage; null: no approval. */
  readonly approval: ApprovalGate | null;
  /** How many different people must attest that a site is off; absent: one. */
  readonly attestations?: number;
  /** Ports at which the target's addresses must accept connections before the outage. Empty: not probed. */
  readonly probePorts: readonly number[];
  /** URLs whose 2xx answer proves the service at the target; `{address}` is replaced by each address. */
  readonly probes: readonly string[];
}

export interface MigrationRequest {
  /** The run's id: readable, unique, fixed before the start. */
  readonly run: string;
  readonly unit: UnitRef;
  readonly target: string;
  /** Compare-and-swap for people: refuse when another site is primary by now; null: whatever it is. */
  readonly expectedPrimary: string | null;
  /** Ids of all configured sites. */
  readonly sites: readonly string[];
  readonly reason: string;
  readonly requestedBy: Requester;
  readonly requestedAt: string;
  readonly options: RunOptions;
  /** Checks that the requester goes past, by name, each with the reason; only those that allow it. */
  readonly overrides?: Readonly<Record<string, string>>;
  /** Options that the requester named, `outageBudgetMs`: they come before what the plan or a site sets. */
  readonly named?: readonly string[];
}

export const defaultOptions: RunOptions = {
  outageBudgetMs: 120_000,
  commandTimeoutMs: 60_000,
  shortTtlSeconds: 1,
  waitForTtl: true,
  approval: null,
  probePorts: [],
  probes: [],
};
