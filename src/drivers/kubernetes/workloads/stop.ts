import { ChangeoverError } from '../../../domain/errors.js';
import type { Plan } from '../../../domain/plan.js';
import { controllerOf, fieldsOf, textOf, type KubeObject } from '../../../domain/restore/object.js';
import { matcherOf } from '../../../domain/restore/selector.js';
import { isInert } from '../../../domain/restore/inert.js';
import type { Work } from '../../../ports/work.js';
import { pathOf, type Kube } from '../kube.js';
import { getOne, resources } from '../objects/resources.js';
import { claimsOfPodSpec } from './claims.js';
import { changeWorkloads, heldBy, idsOf } from './holding.js';

/** How many of those still there are named in a line. */
const NAMED = 5;

/**
 * How long pods may take before the workloads are held at zero once more, milliseconds. Something that scales up again at once can hide
 * the zero from the workload's controller: the fence denies new pods, but the old ones are then never asked to end.
 */
const HOLD_AGAIN_MS = 1_000;

/** See `Workloads.ensureStopped`. One round of lists, one of patches, one watch of pods, and one of attachments where there are any. */
export async function ensureStopped(kube: Kube, plan: Plan, work: Work): Promise<readonly string[]> {
  const hold = () => changeWorkloads(kube, plan.application, { work, towards: heldBy(plan.run) });
  const [{ workloads: stopped, makers }, attaching] = await Promise.all([hold(), attachingDrivers(kube, plan)]);
  const active = stopped.filter(({ object }) => !isInert(object));
  if (active.length > 0) throw new ChangeoverError('ObjectChanged', `On ${kube.site} these would not stop: ${idsOf(active).join(', ')}.`);
  while (!(await noPodsWithin(HOLD_AGAIN_MS, kube, { plan, makers, work }))) await hold();
  await awaitDetached(kube, { plan, attaching, work });
  return idsOf(stopped);
}

/** Drivers of the plan whose volumes are attached to nodes. One that says nothing attaches (the API's default). */
async function attachingDrivers(kube: Kube, plan: Plan): Promise<ReadonlySet<string>> {
  const names = [...new Set(plan.volumes.map((volume) => volume.driver))];
  const drivers = await Promise.all(names.map((name) => getOne(kube, resources.csiDrivers, { name })));
  return new Set(names.filter((_, position) => fieldsOf(drivers[position]?.['spec'])['attachRequired'] !== false));
}

/**
 * Which pods still hold the application here: every one that mounts a claim of the plan, whoever made it, and every one that a
 * stopped workload made or the selector names. A pod that is over holds nothing; one being terminated does until it is gone.
 */
export function isHolding(plan: Plan, makers: ReadonlySet<string>): (pod: KubeObject) => boolean {
  const claims = new Set(plan.volumes.map((volume) => volume.claim));
  const isSelected = matcherOf(plan.application);
  return (pod) => {
    if (['Succeeded', 'Failed'].includes(textOf(fieldsOf(pod['status'])['phase']))) return false;
    if (claimsOfPodSpec(pod['spec']).some((claim) => claims.has(claim))) return true;
    return makers.has(controllerOf(pod)?.uid ?? '') || isSelected(pod.metadata.labels);
  };
}

/** Whether all pods were gone in time; only the work's own end is thrown. */
async function noPodsWithin(ms: number, kube: Kube, options: { plan: Plan; makers: ReadonlySet<string>; work: Work }): Promise<boolean> {
  const { work } = options;
  const late = AbortSignal.timeout(ms);
  try {
    await awaitNoPods(kube, { ...options, work: { ...work, signal: AbortSignal.any([work.signal, late]) } });
    return true;
  } catch (error) {
    if (late.aborted && !work.signal.aborted) return false;
    throw error;
  }
}

async function awaitNoPods(kube: Kube, options: { plan: Plan; makers: ReadonlySet<string>; work: Work }): Promise<void> {
  const { plan, makers, work } = options;
  const holds = isHolding(plan, makers);
  const say = reporter(work);
  await kube.watchUntil(pathOf(resources.pods, plan.application.namespace), {}, {
    signal: work.signal,
    seen: (pods) => {
      const there = [...pods.values()].filter(holds);
      if (there.length === 0) return true;
      say(`waiting for pods on ${kube.site} to end: ${named(there.map(described))}`);
      return undefined;
    },
  });
}

function described(pod: KubeObject): string {
  const node = textOf(fieldsOf(pod['spec'])['nodeName']);
  return `${pod.metadata.name}${node === '' ? '' : ` on ${node}`}${pod.metadata['deletionTimestamp'] === undefined ? ' (not asked to end)' : ''}`;
}

async function awaitDetached(kube: Kube, options: { plan: Plan; attaching: ReadonlySet<string>; work: Work }): Promise<void> {
  const { plan, attaching, work } = options;
  const volumes = new Set(plan.volumes.filter((volume) => attaching.has(volume.driver)).map((volume) => volume.persistentVolume));
  if (volumes.size === 0) return;
  const say = reporter(work);
  await kube.watchUntil(pathOf(resources.attachments), {}, {
    signal: work.signal,
    seen: (attachments) => {
      const there = [...attachments.values()].filter((attachment) => volumes.has(textOf(fieldsOf(fieldsOf(attachment['spec'])['source'])['persistentVolumeName'])));
      if (there.length === 0) return true;
      say(`waiting for volumes on ${kube.site} to be detached: ${named(there.map((attachment) => `${textOf(fieldsOf(fieldsOf(attachment['spec'])['source'])['persistentVolumeName'])} from ${textOf(fieldsOf(attachment['spec'])['nodeName'])}`))}`);
      return undefined;
    },
  });
}

function named(names: readonly string[]): string {
  return `${names.slice(0, NAMED).join(', ')}${names.length > NAMED ? ` and ${names.length - NAMED} more` : ''}`;
}

/** Says a line once, however many events repeat it. */
export function reporter(work: Work): (message: string) => void {
  let last = '';
  return (message) => {
    if (message === last) return;
    last = message;
    work.report(message);
  };
}
