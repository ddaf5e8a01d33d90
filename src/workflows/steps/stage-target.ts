import type { SnapshotRef } from '../../domain/plan.js';
import { defineStep } from '../step.js';

/** All objects exist on the target, inert and fenced; the source's fence stands ready, switched off. */
export const stageTarget = defineStep<SnapshotRef, string>({
  name: 'stage-target',
  title: 'Staging the application at the target, inert and fenced',
  async do({ at, source, target }, snapshot) {
    const [staged] = await Promise.all([at(target).ensureStaged({ snapshot }), at(source).ensureFenceInstalled()]);
    return `${staged.created} created, ${staged.unchanged} as they were, ${staged.adopted.length} adopted`;
  },
  async undo({ at, source, target }) {
    await Promise.all([
      at(target).ensureUnstaged().then(() => at(target).ensureFenceRemoved()),
      at(source).ensureFenceRemoved(),
    ]);
  },
  note: (said) => said,
});
