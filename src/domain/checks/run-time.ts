import { isLeftAlone, type CredentialLife } from '../credential-life.js';
import { optionsWith } from '../limits-set.js';
import type { SiteObservation } from '../observation.js';
import { limitsOf, type Facts } from './facts.js';

/** What staging before the outage and everything after it take where nothing is out of the ordinary, milliseconds. */
const AROUND_THE_OUTAGE = 10 * 60_000;

/** The longest that a run may ordinarily take from now on, without the time of people: until caches forget the records of now, the outage, and what lies around it. */
export function runMs(facts: Facts): number {
  const { names, request } = facts;
  const ttls = (names?.observed.servers ?? []).flatMap(({ answers }) => answers.map(({ ttlSeconds }) => ttlSeconds));
  const waits = request.options.waitForTtl ? Math.max(0, ...ttls) * 1000 : 0;
  return waits + optionsWith(request.options, limitsOf(facts)).outageBudgetMs + AROUND_THE_OUTAGE;
}

/** Our credentials at a site that end within `ms` from when it was looked at, and that nobody can be counted on to renew. */
export function endingWithin({ at, credentials = [] }: SiteObservation, ms: number): readonly CredentialLife[] {
  const now = Date.parse(at);
  return credentials.filter((life) => Date.parse(life.endsAt) - now < ms && isLeftAlone(life, now));
}
