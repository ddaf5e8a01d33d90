import { ChangeoverError } from '../../domain/errors.js';
import type { Volumes } from '../../ports/objects.js';
import type { Core } from './core.js';
import { giveBack, keyOf, originalOf, setNoting, textAt } from './raw.js';
import { volumesOf } from './selection.js';
import type { SiteState } from './state.js';

const POLICY = 'persistentVolumeReclaimPolicy';

export function createVolumes(core: Core, site: SiteState): Pick<Volumes, 'ensureVolumesRetained' | 'ensureVolumePoliciesRestored'> {
  return {
    ensureVolumesRetained: async (plan, work) => {
      for (const pv of volumesOf(site, plan.application)) {
        if (textAt(pv, 'spec', POLICY) === 'Retain') continue;
        await work.guard();
        core.change(`${keyOf(pv)} on ${site.site}`, () => {
          setNoting(pv, plan.run, { [POLICY]: 'Retain' });
        });
      }
      const unsafe = volumesOf(site, plan.application).filter((pv) => textAt(pv, 'spec', POLICY) !== 'Retain');
      if (unsafe.length > 0) throw new ChangeoverError('NotRetained', `${unsafe.map(keyOf).join(', ')} on ${site.site} are not Retain.`);
      return volumesOf(site, plan.application).map(keyOf);
    },
    ensureVolumePoliciesRestored: async (plan, work) => {
      const changed = volumesOf(site, plan.application).filter((pv) => originalOf(pv) !== null);
      const left: string[] = [];
      for (const pv of changed) {
        await work.guard();
        left.push(...core.change(`${keyOf(pv)} on ${site.site}`, () => giveBack(pv)));
      }
      return [...changed.map(keyOf), ...left];
    },
  };
}
