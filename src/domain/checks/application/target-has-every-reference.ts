import { defineCheck, found } from '../check.js';

const isInNamespace = (reference: string): boolean => /^(Secret|ConfigMap|ServiceAccount)\//.test(reference);

/** What a pod needs and does not find is noticed after the line, when the kubelet waits for it for ever. */
export const targetHasEveryReference = defineCheck({
  name: 'target-has-every-reference',
  asks: 'What the application refers to exists at the target',
  fix: 'Create it there with the same name.',
  find: ({ source, target }) => {
    const present = target.application.presentReferences;
    if (present === null) return [found(target, `It is not known which cluster-scoped objects ${target.site} has.`)];
    return source.application.references.filter((ref) => !present.includes(ref)).map((ref) => found(target, `${ref}, which the application refers to${isInNamespace(ref) ? ' and which does not move along' : ''}, does not exist on ${target.site}.`, isInNamespace(ref) ? 'Give it the labels of the selector, so that it moves along, or create it there with the same name.' : null));
  },
});
