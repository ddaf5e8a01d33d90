import type { Ports } from '../ports/index.js';
import { assertWriter, changing, type Place } from './boundary.js';

/** Reclaim policies, so that no deletion of an object can delete data. */
export function volumes(ports: Ports) {
  return {
    async ensureVolumesRetained(input: Place): Promise<readonly string[]> {
      return changing(ports, input, (work, site) => site.objects.ensureVolumesRetained(input.plan, work));
    },
    async ensureVolumePoliciesRestored(input: Place): Promise<readonly string[]> {
      return changing(ports, input, async (work, site) => {
        await assertWriter(site, input.plan, 'Volumes stay Retain');
        return site.objects.ensureVolumePoliciesRestored(input.plan, work);
      });
    },
  };
}
