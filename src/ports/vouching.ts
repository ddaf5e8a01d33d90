import type { UnitRef } from '../domain/request.js';

/** Whether somebody vouches for a name. `why`: one sentence, what vouches or what is missing. */
export interface Vouched {
  readonly verified: boolean;
  readonly why: string;
}

/** The site's API server as a witness of who wrote something on a DR plan. */
export interface Vouching {
  /**
   * Whether the name in this annotation of the plan is that of the account which wrote it: admission policies of ours stand exactly
   * as we made them and deny, they stood before the annotation was written, and the annotation still has this value.
   * Anything else, an unreadable policy included, is a no. Never throws for what it cannot read.
   */
  vouched(unit: UnitRef, annotation: { readonly name: string; readonly value: string }): Promise<Vouched>;
}
