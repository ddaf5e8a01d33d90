import { recordBack } from '../domain/by-hand/record-back.js';
import type { ErrorCode } from '../domain/errors.js';
import type { Plan } from '../domain/plan.js';
import type { Status } from '../domain/status.js';
import { explain, siteOf, type Explained } from './failures.js';

/** Where the advice of the table is for a run that ends by it, and a held one needs another. */
const whileHeld: Partial<Readonly<Record<ErrorCode, string>>> = {
  Refused: 'Correct every reason listed, then retry.',
  Invalid: 'Correct what the message names, then retry.',
  NotFound: 'See that what the message names stands on that site, then retry.',
  SwapFailed: 'Nothing was swapped. See the last command under "Facts" and what it said; mend that, then retry.',
  Rejected: 'Put the objects back as they were approved, then retry.',
};

/** What is shown of a failure that a person has to decide about. Where a line by hand is the way, it stands in the advice: the run knows what it needs. */
export function advised({ error, advice }: { readonly error: unknown; readonly advice?: string }, { plan, status }: { readonly plan: Plan | null; readonly status: Status }): Explained {
  const explained = explain(error);
  if (advice !== undefined) return { ...explained, advice };
  const site = explained.code === 'OwnershipGone' ? siteOf(error) : null;
  if (site !== null && plan !== null) return { ...explained, advice: `${explained.advice} On ${site}: ${recordBack(site, plan, status)}` };
  return { ...explained, advice: whileHeld[explained.code] ?? explained.advice };
}
