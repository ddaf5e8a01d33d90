import { defineCheck, found } from '../check.js';
import { bothSites } from '../facts.js';

/** A webhook that must be asked and does not answer denies every change to the application: it could not be stopped, started or given back. */
export const webhooksAnswer = defineCheck({
  name: 'webhooks-answer',
  asks: 'Admission webhooks that must be asked about the application answer',
  fix: 'Bring the pods of its service back, or remove the webhook configuration that nobody serves any more.',
  find: (facts) =>
    bothSites(facts).flatMap((o) => (o.webhooks ?? []).flatMap(({ name, where, answers, isCertain }) => (answers === false && isCertain ? [found(o, `On ${o.site}: ${name} must be asked about objects of the application, and ${where} has no ready endpoint.`)] : []))),
});
