import type { RolesSwapped } from '../../domain/proofs.js';
import { defineStep } from '../step.js';

/** Writer: target; its fence off; bound volumes are the plan's; workloads at their recorded scale and Ready. */
export const activateTarget = defineStep<RolesSwapped, readonly string[]>({
  name: 'activate-target',
  title: 'Starting the application at the target',
  do: ({ at, target }, swapped) => at(target).ensureActive({ swapped }),
  note: (started) => started.join(', '),
});
