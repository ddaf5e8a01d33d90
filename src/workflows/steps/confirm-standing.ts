import type { Standing } from '../../domain/proofs.js';
import { defineStep } from '../step.js';

/** What the application was stands where it returns to: stopped, fenced, its volumes bound as planned. */
export const confirmStanding = defineStep<void, Standing>({
  name: 'confirm-standing',
  title: 'Confirming that the application stands where it returns to',
  do: ({ at, target }) => at(target).confirmStanding(),
  note: (proof) => proof.workloads.join(', '),
});
