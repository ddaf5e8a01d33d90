import type { FenceState } from '../domain/observation.js';
import type { Plan } from '../domain/plan.js';
import type { Work } from './work.js';

/** What makes it impossible for a site to start a pod of the application. It does not stop pods bound before it. */
export interface Fence {
  read(unit: string, namespace: string): Promise<FenceState>;
  /** The policy exists and is seen to act (a new one takes about a second), switched as `on` says. Creates the namespace mark, not the namespace's content. */
  ensureInstalled(plan: Plan, on: boolean, work: Work): Promise<void>;
  /** Switches on and proves it: a probe pod that the plan's claims would mount is denied by our policy. Returns the denial. */
  ensureOn(plan: Plan, work: Work): Promise<string>;
  /** Switches off and proves it: the same probe is admitted (server-side dry run). */
  ensureOff(plan: Plan, work: Work): Promise<void>;
  /** Policy and label are gone. */
  ensureRemoved(plan: Plan, work: Work): Promise<void>;
}
