import { defineStep } from '../step.js';

/** The application's metadata, captured, sealed and tagged; what this run itself changed is captured as it was. */
export const captureApplication = defineStep({
  name: 'capture-application',
  title: 'Capturing the application\'s objects',
  do: ({ at, source }) => at(source).ensureCaptured(),
  undo: ({ at, source }) => at(source).ensureUntagged(),
  undoing: () => 'the tag is taken off the snapshot',
  /** While it is open which site will serve, the snapshot stays tagged. */
  undoAfter: ['offline-source'],
  note: (snapshot) => `${snapshot.objects} objects, digest ${snapshot.digest.slice(0, 12)}`,
});
