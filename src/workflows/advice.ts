import { recordBack } from '../domain/by-hand/record-back.js';
import type { Plan } from '../domain/plan.js';
import type { Status } from '../domain/status.js';
import { explain, siteOf, type Explained } from './failures.js';

/** What is shown of a failure that a person has to decide about. Where a line by hand is the way, it stands in the advice: the run knows what it needs. */
export function advised(error: unknown, { plan, status }: { readonly plan: Plan; readonly status: Status }): Explained {
  const explained = explain(error);
  const site = explained.code === 'OwnershipGone' ? siteOf(error) : null;
  return site === null ? explained : { ...explained, advice: `${explained.advice} On ${site}: ${recordBack(site, plan, status)}` };
}
