import { defineCheck, found } from '../check.js';

/** Law 9: the empty set never means everything by accident. */
export const selectorIsDeliberate = defineCheck({
  name: 'selector-is-deliberate',
  asks: 'The selector means what it says',
  fix: 'Write the namespace and each label out; leave labels out altogether for the whole namespace.',
  find: ({ source }) => {
    if (source.plan === null) return [];
    const { namespace, labels } = source.plan;
    const blank = labels.flatMap((entry, i) =>
      entry.split(',').some((label) => label.trim() === '') ? [found(source, `selector.labels[${i}] ("${entry}") is empty or has an empty part; an empty label would name everything.`)] : [],
    );
    return namespace.trim() === '' ? [found(source, 'The plan\'s selector.namespace is empty.'), ...blank] : blank;
  },
});
