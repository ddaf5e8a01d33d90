import type { Plan } from '../../../domain/plan.js';
import { idOf } from '../../../domain/restore/object.js';
import type { Capture } from '../../../ports/objects.js';
import type { Kube } from '../kube.js';
import { inPool } from './pool.js';
import { indexOf } from './resources.js';
import { candidateOf } from './staging.js';

/** See `Objects.missing`. Single reads side by side, since it stands inside the outage. */
export async function missing(kube: Kube, plan: Plan, capture: Capture): Promise<readonly string[]> {
  const index = await indexOf(kube);
  const absent = await inPool(capture.objects.map((object) => candidateOf(object, plan)), async ({ real, held }) => {
    const places = [...new Set([index.pathOf(real), index.pathOf(held)])];
    for (const place of places) if ((await kube.get(place)) !== null) return null;
    return idOf(real);
  });
  return absent.filter((id) => id !== null);
}
