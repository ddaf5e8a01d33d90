import type { Step } from './step.js';

/** Takes a step and returns what it proved. */
export type Take = {
  <Out>(step: Step<void, Out>): Promise<Out>;
  <In, Out>(step: Step<In, Out>, input: In): Promise<Out>;
};
