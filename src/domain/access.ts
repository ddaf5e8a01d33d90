import type { DecisionKind } from './status.js';

/** Who sent a request, as something other than the sender vouches for. */
export interface Identity {
  readonly name: string;
  readonly groups: readonly string[];
  /** False only where authentication is switched off: nobody vouches for the name then. */
  readonly verified: boolean;
  readonly uid?: string;
  /** What the cluster that vouches adds (TokenReview `status.user.extra`). */
  readonly extra?: Readonly<Record<string, readonly string[]>>;
  /** When the proof of who it is ends, milliseconds since 1970; absent where nobody says. */
  readonly expiresAtMs?: number;
}

/** What may be allowed, as verbs of the virtual resource `runs` of the group `changeover.io`. */
export const verbs = ['get', 'list', 'watch', 'create', 'decide', 'approve'] as const;
export type Verb = (typeof verbs)[number];

/** What is asked for: a verb, on one DR plan or (null) on all of them. */
export interface Action {
  readonly verb: Verb;
  readonly plan: { readonly namespace: string; readonly name: string } | null;
}

/** The three roles, for those who have no Kubernetes RBAC to say it: each is a list of verbs. deploy/api.yaml holds the same as ClusterRoles. */
export const roles = {
  viewer: ['get', 'list', 'watch'],
  operator: ['get', 'list', 'watch', 'create', 'decide'],
  approver: ['get', 'list', 'watch', 'approve'],
} as const satisfies Readonly<Record<string, readonly Verb[]>>;

export type RoleName = keyof typeof roles;

/** Saying yes or no to an outage is a right of its own; so two people can be needed. */
export function verbOf(kind: DecisionKind): Verb {
  return kind === 'approve' || kind === 'reject' ? 'approve' : 'decide';
}

/** Whether one of these roles allows the verb. */
export function allowedBy(held: readonly RoleName[], verb: Verb): boolean {
  return held.some((role) => (roles[role] as readonly Verb[]).includes(verb));
}
