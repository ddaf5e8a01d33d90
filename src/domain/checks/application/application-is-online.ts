import { defineCheck, found } from '../check.js';

/** Guide: the application stack is online when a migration starts. */
export const applicationIsOnline = defineCheck({
  name: 'application-is-online',
  asks: 'The application is online',
  fix: 'Make it healthy at the source first: what does not run here would not run there, and nobody could tell why.',
  find: ({ source }) =>
    source.application.workloads.flatMap((w) =>
      (w.treatment === 'scale' || w.treatment === 'park') && w.ready < w.desired ? [found(source, `${w.kind}/${w.name} on ${source.site} has ${w.ready} of ${w.desired} pods Ready; a migration starts from a healthy application.`)] : [],
    ),
});
