import { defineCheck, found } from '../check.js';

export const everyKindCanBeStopped = defineCheck({
  name: 'every-kind-can-be-stopped',
  asks: 'Every workload can be stopped',
  fix: 'Take it out of the selector, or replace it by a kind that the table of kinds knows.',
  find: ({ source }) => source.application.workloads.flatMap((w) => (w.treatment === 'refused' ? [found(source, `${w.kind}/${w.name} on ${source.site} cannot be moved: ${w.note}`)] : [])),
});
