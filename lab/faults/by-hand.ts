import { withApi } from '../scenario/application.js';
import type { SiteName } from '../settings.js';
import type { KubernetesObject } from '../site/api-client.js';
import type { SeenStatus, Stage } from './stage.js';

const TRIES = 5;
const merge = 'application/merge-patch+json';

/** Changes one object as a cluster administrator. */
export async function changeObject(stage: Stage, { site, path, value }: { readonly site: SiteName; readonly path: string; readonly value: unknown }): Promise<void> {
  stage.say(`kubectl patch ${path} at ${site}: ${JSON.stringify(value)}`);
  await withApi(site, (api) => api.request('PATCH', path, { value, type: merge }));
}

/** Deletes one object as a cluster administrator, and returns what it was, fit to be created again. */
export async function deleteObject(stage: Stage, site: SiteName, path: string): Promise<KubernetesObject> {
  stage.say(`kubectl delete --raw ${path} at ${site}`);
  return withApi(site, async (api) => {
    const object = (await api.request('GET', path)) as KubernetesObject;
    await api.request('DELETE', path);
    const { name, namespace, labels, annotations } = object.metadata;
    return { ...object, metadata: { name, ...(namespace === undefined ? {} : { namespace }), ...(labels === undefined ? {} : { labels }), ...(annotations === undefined ? {} : { annotations }) } } as KubernetesObject;
  });
}

/** Puts back what was deleted under this path. */
export async function createObject(site: SiteName, path: string, object: KubernetesObject): Promise<void> {
  await withApi(site, (api) => api.request('POST', path.slice(0, path.lastIndexOf('/')), { value: object }));
}

/** Whenever the run is held, the cause is mended once and the person says retry, until the run is over. */
export async function retried(stage: Stage, mend: () => Promise<void>): Promise<void> {
  for (let time = 0; time < TRIES; time += 1) {
    const { endedAt, held, decisions } = await stage.until('the run to be over or held', (status) => status.endedAt !== null || status.phase === 'held');
    if (endedAt !== null) break;
    if (time === 0) await mend();
    await stage.decide('retry', 'what was done to it is mended', '--step', held?.step ?? '');
    await stage.until('the run to go on', (status) => status.endedAt !== null || status.phase !== 'held' || status.decisions.length > decisions.length);
  }
  await stage.ended();
}

/** The first time the run is held, or tells for long that it waits in the outage, someone looks and mends; then as `retried`. */
export async function whenHeld(stage: Stage, mend: (status: SeenStatus) => Promise<void>): Promise<void> {
  const seen = await stage.until('the run to be over, held or stuck', (status) => status.endedAt !== null || status.held !== null || (status.line === 'after' && stuckFor(status) > STUCK_MS));
  await mend(seen);
  await retried(stage, async () => {});
}

const STUCK_MS = 6_000;

function stuckFor({ steps }: SeenStatus): number {
  const running = steps.find(({ state }) => state === 'running');
  return running === undefined ? 0 : Date.now() - Date.parse(running.startedAt);
}
