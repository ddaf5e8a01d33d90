import { defineCheck, found } from '../check.js';
import { members } from '../facts.js';
import { endingWithin, runMs } from '../run-time.js';

const HALF_A_DAY = 12 * 3_600_000;

/** A run that is held waits for people, and so does the way back. */
export const credentialsLastHalfADay = defineCheck({
  name: 'credentials-last-half-a-day',
  asks: 'Our credentials are accepted for half a day',
  severity: 'warn',
  fix: 'Renew what the kubeconfig of the site\'s worker holds, in case that the run has to wait for people, or to come back.',
  find: (facts) =>
    members(facts).flatMap((o) => {
      const tooSoon = endingWithin(o, runMs(facts));
      return endingWithin(o, HALF_A_DAY).flatMap((life) => (tooSoon.includes(life) ? [] : [found(o, `The ${life.what} with which ${o.site} is reached ends at ${life.endsAt}.`)]));
    }),
});
