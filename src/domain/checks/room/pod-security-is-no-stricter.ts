import { defineCheck, found } from '../check.js';

/** Pod Security Standards, from the one that allows everything. A namespace without the label has what its cluster gives all: usually the first. */
const levels = ['privileged', 'baseline', 'restricted'];

/** A namespace that is there before keeps its labels, and its level denies pods only when they are made: after the line. */
export const podSecurityIsNoStricter = defineCheck({
  name: 'pod-security-is-no-stricter',
  asks: 'The namespace at the target enforces no stricter Pod Security level',
  fix: 'Give the label pod-security.kubernetes.io/enforce the same value on both sites.',
  overriding: 'the pods satisfy the stricter level; one that does not is never made',
  find: ({ source, target }) => {
    const here = source.application.podSecurity ?? 'privileged';
    const there = target.application.podSecurity ?? 'privileged';
    return levels.indexOf(there) > levels.indexOf(here) ? [found(target, `The application's namespace enforces the Pod Security level ${there} on ${target.site}, and ${here} on ${source.site}.`)] : [];
  },
});
