import { defineCheck, found } from '../check.js';

export const templatesUseOnlyKnownClaims = defineCheck({
  name: 'templates-use-only-known-claims',
  asks: 'Pod templates mount only claims that move',
  fix: 'Give the claim the labels of the selector, or create it.',
  find: ({ source }) => {
    const known = new Set(source.application.claims.map((c) => c.name));
    return source.application.workloads.flatMap((w) => w.claims.filter((c) => !known.has(c)).map((c) => found(source, `${w.kind}/${w.name} mounts claim ${c}, which the selector does not name or which does not exist.`)));
  },
});
