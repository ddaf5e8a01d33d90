import { defineCheck, found } from '../check.js';

/** A fence that a pod can slip by is none. */
export const everyWorkloadCanBeFenced = defineCheck({
  name: 'every-workload-can-be-fenced',
  asks: 'The fence would deny every pod of the application',
  fix: 'Give its pod template the labels of the selector.',
  find: ({ source }) =>
    source.application.workloads.flatMap((w) =>
      w.fenceable || w.treatment === 'refused' ? [] : [found(source, `The pods of ${w.kind}/${w.name} on ${source.site} carry none of the plan's labels and mount none of its claims, so the fence would not deny them.`)],
    ),
});
