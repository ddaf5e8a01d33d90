import type { Ports } from '../ports/index.js';
import { changing, type Place } from './boundary.js';

/** What becomes of the source afterwards. */
export function release(ports: Ports) {
  return {
    /** The source stands by: workloads at zero, fenced, volumes Retain, ready for the way back. Nothing is deleted. */
    async ensureSourceReleased(input: Place): Promise<readonly string[]> {
      return changing(ports, input, async (work, site) => {
        const { plan } = input;
        await site.fence.ensureOn(plan, work);
        const stopped = await site.workloads.ensureStopped(plan, work);
        await site.snapshots.untag(plan.unit.name, plan.run);
        return stopped;
      });
    },
  };
}
