import { defineCheck, found } from '../check.js';
import { bothSites, type WayBackFacts } from '../facts.js';

/** Unknown is a no. */
export const everythingCouldBeRead = defineCheck<WayBackFacts>({
  name: 'everything-could-be-read',
  asks: 'Everything that decides could be read',
  fix: 'Make it readable (the network, the account\'s rights, the exec into the InfoScale pods), then run preflight again.',
  find: (facts) => [
    ...[...bothSites(facts), ...facts.others].flatMap((o) => o.unknowns.map((u) => found(o, `On ${o.site}: ${u}`))),
    ...(facts.names?.observed.unknowns ?? []).map((u) => found(null, u)),
  ],
});
