import { defineCheck, found } from '../check.js';
import { members } from '../facts.js';
import { endingWithin, runMs } from '../run-time.js';

/** A site that does not know us any more can neither be started nor given back: after the line the run is held until somebody renews the credentials. */
export const credentialsOutlastTheRun = defineCheck({
  name: 'credentials-outlast-the-run',
  asks: 'Our credentials are accepted for longer than the run takes',
  fix: 'Renew what the kubeconfig of the site\'s worker holds; it is read again by itself.',
  overriding: 'somebody renews it in time; where it ends first, the site cannot be reached, and the run waits for it',
  find: (facts) =>
    members(facts).flatMap((o) => endingWithin(o, runMs(facts)).map(({ what, endsAt }) => found(o, `The ${what} with which ${o.site} is reached ends at ${endsAt}, and a run may take ${Math.ceil(runMs(facts) / 60_000)} minutes.`))),
});
