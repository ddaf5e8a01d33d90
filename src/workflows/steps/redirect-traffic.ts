import { defineStep } from '../step.js';

/** One atomic compare-and-swap UPDATE per forward zone; the update master answers with it. */
export const redirectTraffic = defineStep({
  name: 'redirect-traffic',
  title: 'Moving the names to the target',
  do: ({ at, target }) => at(target).ensureRedirected(),
  skipping: 'Clients keep going to the source until someone changes the records.',
  note: () => 'the update master answers with the target\'s addresses',
});
