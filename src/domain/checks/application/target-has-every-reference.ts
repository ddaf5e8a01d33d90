import { defineCheck, found } from '../check.js';

export const targetHasEveryReference = defineCheck({
  name: 'target-has-every-reference',
  asks: 'What the application refers to exists at the target',
  fix: 'Create it there with the same name.',
  find: ({ source, target }) => {
    const present = target.application.presentReferences;
    if (present === null) return [found(target, `It is not known which cluster-scoped objects ${target.site} has.`)];
    return source.application.references.filter((ref) => !present.includes(ref)).map((ref) => found(target, `${ref}, which the application refers to, does not exist on ${target.site}.`));
  },
});
