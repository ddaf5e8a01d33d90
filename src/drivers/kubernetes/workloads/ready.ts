import { setTimeout as pause } from 'node:timers/promises';
import type { Plan } from '../../../domain/plan.js';
import { controllerOf, fieldsOf, kindKey, listOf, numberOf, textOf, type KubeObject } from '../../../domain/restore/object.js';
import type { Work } from '../../../ports/work.js';
import { pathOf, type Kube } from '../kube.js';
import { resources } from '../objects/resources.js';
import { rowOf } from './kinds.js';
import type { Member } from './members.js';
import { reporter } from './stop.js';

/** Why a workload is not Ready, in a few words; null when it is, and for kinds that run to an end. */
export function readyReason(object: KubeObject): string | null {
  const row = rowOf(object, false);
  if (row === null || (row.treatment !== 'scale' && row.treatment !== 'park')) return null;
  const status = fieldsOf(object['status']);
  if (numberOf(status['observedGeneration'], 0) < numberOf(object.metadata['generation'], 0)) return 'not yet seen by its controller';
  const desired = row.desired(object);
  const ready = row.ready(object);
  if (ready < desired) return `${ready} of ${desired} pods Ready`;
  const updated = kindKey(object) === 'Deployment.apps' ? numberOf(status['updatedReplicas'], 0) : desired;
  return updated < desired ? `${updated} of ${desired} pods of the current template` : null;
}

/** Waits until each member's controller has seen it and its pods are Ready. A watch a kind; the deadline is the caller's signal. */
export async function awaitReady(kube: Kube, options: { plan: Plan; members: readonly Member[]; makers: ReadonlySet<string>; work: Work; troublesAfterMs: number }): Promise<void> {
  const { plan, members, work } = options;
  const waitedFor = members.filter(({ object }) => readyReason(object) !== null);
  if (waitedFor.length === 0) return;
  const finished = new AbortController();
  const troubles = reportTroubles(kube, { ...options, signal: AbortSignal.any([work.signal, finished.signal]) });
  try {
    const kinds = new Map(waitedFor.map(({ resource }) => [resource.plural, resource]));
    await Promise.all(
      [...kinds.values()].map(async (resource) => {
        const wanted = new Map(waitedFor.filter((member) => member.resource.plural === resource.plural).map(({ object }) => [object.metadata.name, object]));
        await awaitKind(kube, { path: pathOf(resource, plan.application.namespace), kind: resource, wanted, work });
      }),
    );
  } finally {
    finished.abort();
    await troubles;
  }
}

async function awaitKind(kube: Kube, options: { path: string; kind: Member['resource']; wanted: ReadonlyMap<string, KubeObject>; work: Work }): Promise<void> {
  const { path, kind, wanted, work } = options;
  const say = reporter(work);
  // What the cache has is enough to begin with: only what its controller wrote about our own generation counts.
  await kube.watchUntil(path, { resourceVersion: '0' }, {
    signal: work.signal,
    seen: (objects) => {
      const waiting: string[] = [];
      const present = new Map([...objects.values()].map((object) => [object.metadata.name, object]));
      for (const [name, started] of wanted) {
        const now = present.get(name);
        // A look may be older than our own write; the generation that we wrote is the least that counts.
        const least = numberOf(started.metadata['generation'], 0);
        const reason = now === undefined ? 'gone' : numberOf(now.metadata['generation'], 0) < least ? 'not yet seen' : readyReason({ ...now, apiVersion: started.apiVersion, kind: kind.kind });
        if (reason !== null) waiting.push(`${kind.kind}/${name}: ${reason}`);
      }
      if (waiting.length === 0) return true;
      say(`starting on ${kube.site}: ${waiting.join('; ')}`);
      return undefined;
    },
  });
}

/** Container states that will hardly get better by themselves; said at once, since the deadline may be far away. */
const bad = new Set(['ImagePullBackOff', 'ErrImagePull', 'InvalidImageName', 'CrashLoopBackOff', 'CreateContainerConfigError', 'CreateContainerError', 'RunContainerError']);

/** Sentences about the containers of a pod that cannot start. */
export function troublesOf(pod: KubeObject): readonly string[] {
  const status = fieldsOf(pod['status']);
  return [...listOf(status['initContainerStatuses']), ...listOf(status['containerStatuses'])].map(fieldsOf).flatMap((container) => {
    const waiting = fieldsOf(fieldsOf(container['state'])['waiting']);
    const reason = textOf(waiting['reason']);
    if (!bad.has(reason)) return [];
    const message = textOf(waiting['message']);
    return [`pod ${pod.metadata.name}, container ${textOf(container['name'])}: ${reason}${message === '' ? '' : ` (${message})`}`];
  });
}

/** Follows the pods only to tell people, and not at once: inside the outage the wait itself goes first. It ends with the wait and its own failure changes nothing. */
async function reportTroubles(kube: Kube, options: { plan: Plan; makers: ReadonlySet<string>; work: Work; signal: AbortSignal; troublesAfterMs: number }): Promise<void> {
  const { plan, makers, work, signal } = options;
  const say = reporter(work);
  try {
    await pause(options.troublesAfterMs, undefined, { signal });
    await kube.watchUntil<never>(pathOf(resources.pods, plan.application.namespace), { resourceVersion: '0' }, {
      signal,
      seen: (pods) => {
        const troubles = [...pods.values()].filter((pod) => makers.has(controllerOf(pod)?.uid ?? '')).flatMap(troublesOf);
        if (troubles.length > 0) say(`on ${kube.site}: ${troubles.join('; ')}`);
        return undefined;
      },
    });
  } catch {
    // The wait beside this one reports what matters, and fails where it must.
  }
}
