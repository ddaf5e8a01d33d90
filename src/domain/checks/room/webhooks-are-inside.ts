import { defineCheck, found } from '../check.js';
import { bothSites } from '../facts.js';

/** What lies outside the cluster cannot be asked from here, and whether a selector leaves our objects out cannot be said for sure. */
export const webhooksAreInside = defineCheck({
  name: 'webhooks-are-inside',
  asks: 'It can be seen that the admission webhooks answer',
  severity: 'warn',
  fix: 'See that it answers; while it does not, changes to what it is asked about are denied.',
  find: (facts) =>
    bothSites(facts).flatMap((o) =>
      (o.webhooks ?? []).flatMap(({ name, where, answers, isCertain }) => {
        if (answers === null) return [found(o, `On ${o.site}: ${name} must be asked about objects of the application, at ${where}; whether it answers cannot be seen.`)];
        return answers || isCertain ? [] : [found(o, `On ${o.site}: ${name} may have to be asked about objects of the application, and ${where} has no ready endpoint.`)];
      }),
    ),
});
