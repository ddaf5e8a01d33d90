import type { Implementation } from './activity-run.js';
import type { VirtualTime } from './virtual-time.js';

export interface ConductorOptions {
  readonly activities: Readonly<Record<string, Implementation>>;
  /** Shared with the memory world, so that both live in one time. */
  readonly time?: VirtualTime;
  /** Default: the product's workflows. */
  readonly workflowsPath?: string;
  readonly taskQueue?: string;
}
