import { defineStep } from '../step.js';

/** Every authoritative server answers with the target. */
export const namesEverywhere = defineStep({
  name: 'names-everywhere',
  title: 'Waiting until every name server answers with the target',
  do: ({ at, target }) => at(target).awaitNamesEverywhere(),
  skipping: 'A name server may still answer with the source.',
  note: (lines: readonly string[]) => `${lines.length} answers`,
});
