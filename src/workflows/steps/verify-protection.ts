import { defineStep } from '../step.js';

/** Replication runs target → source: the application is protected again. */
export const verifyProtection = defineStep({
  name: 'verify-protection',
  title: 'Checking that replication runs back to the source',
  do: ({ at, target }) => at(target).awaitProtected(),
  skipping: 'The application is not protected until replication to the old source runs.',
  note: (lines: readonly string[]) => lines.join('; '),
});
