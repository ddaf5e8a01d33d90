import type { SnapshotRef } from '../../domain/plan.js';
import { sideBySide } from '../side-by-side.js';
import { defineStep, type StepRun } from '../step.js';

/** All objects exist on the target, inert and fenced; the source's fence stands ready, switched off. */
export const stageTarget = defineStep<SnapshotRef, string>({
  name: 'stage-target',
  title: 'Staging the application at the target, inert and fenced',
  async do({ at, source, target }, snapshot) {
    const [staged] = await sideBySide(() => at(target).ensureStaged({ snapshot }), () => at(source).ensureFenceInstalled());
    return `${staged.created} created, ${staged.unchanged} as they were, ${staged.adopted.length} adopted`;
  },
  async undo({ at, source, target }) {
    const unstage = async () => {
      const { left } = await at(target).ensureUnstaged();
      await at(target).ensureFenceRemoved();
      return left;
    };
    const [left] = await sideBySide(unstage, () => at(source).ensureFenceRemoved());
    return left.length === 0 ? 'nothing was left at the target' : `left at the target: ${left.join('; ')}`;
  },
  undoing: ({ target }) => `what was staged on ${target} is removed, and the fences`,
  /** It takes the fences away, and what the target would serve with. */
  undoAfter: ['offline-source'],
  note: (said) => said,
});

/** Stages what changed since, at the target only: the source's fence may be on by now and is not touched. */
export async function stageAgain({ at, target }: StepRun, snapshot: SnapshotRef): Promise<void> {
  await at(target, stageTarget.name).ensureStaged({ snapshot });
}
