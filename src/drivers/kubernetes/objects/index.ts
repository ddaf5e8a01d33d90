import type { Objects } from '../../../ports/objects.js';
import type { Kube } from '../kube.js';
import { assertVolumesBound } from './bound.js';
import { capture } from './capture.js';
import { ensureVolumePoliciesRestored, ensureVolumesRetained } from './retain.js';
import { compareStaged } from './strays.js';
import { ensureSettled } from './settle.js';
import { ensureStaged } from './stage.js';
import { ensureUnstaged } from './unstage.js';

/** The application's objects on the site behind `kube`, as raw JSON. */
export function createObjects(kube: Kube): Objects {
  return {
    capture: (plan, work) => capture(kube, plan, work),
    ensureStaged: (plan, captured, work) => ensureStaged(kube, { plan, capture: captured, work }),
    compareStaged: (plan, captured) => compareStaged(kube, plan, captured),
    ensureUnstaged: (plan, work) => ensureUnstaged(kube, plan, work),
    ensureVolumesRetained: (plan, work) => ensureVolumesRetained(kube, plan, work),
    ensureVolumePoliciesRestored: (plan, work) => ensureVolumePoliciesRestored(kube, plan, work),
    assertVolumesBound: (plan) => assertVolumesBound(kube, plan),
    ensureSettled: (plan, work) => ensureSettled(kube, plan, work),
  };
}
