import { sideBySide } from '../side-by-side.js';
import { defineStep } from '../step.js';

/** Every PV of the application is `Retain` on both sites, read back, before anything could delete one. */
export const protectVolumes = defineStep({
  name: 'protect-volumes',
  title: 'Setting every volume to Retain on both sites',
  async do({ at, source, target }) {
    const [here, there] = await sideBySide(() => at(source).ensureVolumesRetained(), () => at(target).ensureVolumesRetained());
    return { here, there };
  },
  /** Policies go back where the writer is; at the target, staged volumes stay `Retain` until they are removed. */
  async undo({ at, source }) {
    const said = await at(source).ensureVolumePoliciesRestored();
    return said.length === 0 ? 'no policy was changed' : `given back: ${said.join('; ')}`;
  },
  undoing: ({ source }) => `the volumes on ${source} get their own policy back`,
  /** While it is open which site will serve, no volume may be deleted with its claim. */
  undoAfter: ['offline-source'],
  note: ({ here }) => `Retain: ${here.join(', ') || 'no volume'}`,
});
