/** Replication roles as observed, and the one table that decides what follows from them (design: crossing). */

export type Role = 'primary' | 'secondary' | 'unreadable';

/** What the two sites report, and what the run had asked for. */
export interface Situation {
  readonly source: Role;
  readonly target: Role;
}

export type Verdict =
  /** Roles are as before the swap and nothing can still act: try again within the budget, then undo. */
  | { readonly kind: 'unchanged' }
  /** The target is Primary and the source is Secondary. */
  | { readonly kind: 'swapped' }
  /** Only a person can go on. */
  | { readonly kind: 'held'; readonly reason: HeldReason; readonly ways: readonly Way[] };

export type HeldReason = 'both-primary' | 'neither-primary' | 'source-unreadable' | 'target-unreadable' | 'nothing-readable';

/** What a person may decide in a held crossing. `retry` reads the roles again and never changes one. */
export type Way = 'retry' | 'promote-source' | 'promote-target' | 'attest-source-off' | 'attest-target-off';

const held = (reason: HeldReason, ...ways: Way[]): Verdict => ({ kind: 'held', reason, ways: ['retry', ...ways] });

const table: Readonly<Record<Role, Readonly<Record<Role, Verdict>>>> = {
  primary: {
    primary: held('both-primary', 'promote-source', 'promote-target'),
    secondary: { kind: 'unchanged' },
    unreadable: held('target-unreadable', 'attest-target-off'),
  },
  secondary: {
    primary: { kind: 'swapped' },
    secondary: held('neither-primary', 'promote-source', 'promote-target'),
    unreadable: held('target-unreadable', 'attest-target-off'),
  },
  unreadable: {
    primary: held('source-unreadable', 'attest-source-off'),
    secondary: held('source-unreadable', 'attest-source-off'),
    unreadable: held('nothing-readable', 'attest-source-off'),
  },
};

/** Nine rows, used by swap, recover, turn back and takeover alike. */
export function decide(situation: Situation): Verdict {
  return table[situation.source][situation.target];
}
