import { defineCheck, found } from '../check.js';

export const nobodyElseReconciles = defineCheck({
  name: 'nobody-else-reconciles',
  asks: 'No GitOps tool would undo the migration',
  fix: 'It would undo what the migration does; suspend it first.',
  find: ({ source }) => source.application.managedBy.map((mark) => found(source, `On ${source.site}: ${mark}`)),
});
