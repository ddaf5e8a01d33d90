import type { Action, Identity } from '../domain/access.js';

/** Who somebody is and what they may do. An answer that cannot be had is an error, never a yes. */
export interface Access {
  /** Who this bearer token belongs to. Throws `Unauthenticated` when it proves nothing, `Unreachable` when nobody can say. The token appears in no message. */
  identify(token: string): Promise<Identity>;
  /** Whether they may do it now. */
  allows(identity: Identity, action: Action): Promise<boolean>;
}
