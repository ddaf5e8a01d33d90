import { setTimeout as wait } from 'node:timers/promises';
import { ChangeoverError } from '../../domain/errors.js';
import type { ErrorCode } from '../../domain/errors.js';
import { fenceLabel, mark } from '../../domain/names.js';
import type { Plan } from '../../domain/plan.js';
import type { Fence } from '../../ports/fence.js';
import type { RawObject } from '../../ports/objects.js';
import type { Work } from '../../ports/work.js';
import { abortReason } from './failure.js';
import { fenceName, fencePolicy, guardPolicy } from './fence-policy.js';
import type { Fenced, PolicyPair } from './fence-policy.js';
import { askNamespace, askPod, canaryPod, probePods } from './fence-probe.js';
import type { Answer } from './fence-probe.js';
import { readUser } from './identity.js';
import { pathOf } from './kube.js';
import type { Kube } from './kube.js';
import { bindings, policies } from './admission-policies.js';

/** Admission has no watch: an answer is asked for again after this long. The label acts within milliseconds, so mostly once. */
const ASK_AGAIN_MS = 10;
/** A policy acts about a second after it was written; an API server busy with many takes longer. */
const PROVE_WITHIN_MS = 15_000;

const namespaces = { group: '', version: 'v1', plural: 'namespaces' };

export interface FenceOptions {
  /** The one account that may switch fences, as the API server names it; absent: whoever we are here. */
  readonly user?: string;
}

const fencedOf = (plan: Plan): Fenced => ({ unit: plan.unit.name, application: plan.application, claims: plan.volumes.map((volume) => volume.claim) });

/** Asks until `good`, or throws `code` with what was last said. Obeys the signal. */
async function asked<T>(work: Work, ask: () => Promise<T>, options: { good: (answer: T) => boolean; code: ErrorCode; otherwise: (answer: T) => string }): Promise<T> {
  const until = performance.now() + PROVE_WITHIN_MS;
  for (;;) {
    if (work.signal.aborted) throw abortReason(work.signal);
    const answer = await ask();
    if (options.good(answer)) return answer;
    if (performance.now() > until) throw new ChangeoverError(options.code, options.otherwise(answer));
    work.report(options.otherwise(answer));
    await wait(ASK_AGAIN_MS, undefined, { signal: work.signal }).catch(() => undefined);
  }
}

const said = (answer: Answer): string => (answer.kind === 'admitted' ? 'it was admitted' : answer.message);

interface Write {
  readonly write: () => Promise<unknown>;
  readonly done: (found: RawObject) => boolean;
}

/** A write whose answer was lost may have been done: what stands there decides, so that the same write is not given up each time it is tried. */
async function settled(kube: Kube, path: string, { write, done }: Write): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!(error instanceof ChangeoverError) || error.code !== 'Unreachable') throw error;
    const found = await kube.get(path);
    if (found === null || !done(found)) throw error;
  }
}

/** Everything wanted is there; the server may have added its defaults. */
function contains(found: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) return Array.isArray(found) && found.length === wanted.length && wanted.every((one, i) => contains(found[i], one));
  if (typeof wanted !== 'object' || wanted === null) return found === wanted;
  return typeof found === 'object' && found !== null && Object.entries(wanted).every(([key, one]) => contains((found as Readonly<Record<string, unknown>>)[key], one));
}

/**
 * The fence of one site: an admission policy per unit, switched by a label of the application's namespace, which a second policy guards.
 * Behind several API servers the proof is that of the one that answered; the others follow within their watch delay.
 */
export function createFence(kube: Kube, options: FenceOptions = {}): Fence {
  const namespacePath = (namespace: string): string => pathOf(namespaces, undefined, namespace);

  const ourself = async (): Promise<string> => options.user ?? (await readUser(kube));

  /** A merge patch of one label: it changes nothing when the value is there, so no reading comes before it. Null takes the label away. */
  const label = async (fenced: Fenced, value: 'on' | 'off' | null): Promise<void> => {
    const [path, name] = [namespacePath(fenced.application.namespace), fenceLabel(fenced.unit)];
    await settled(kube, path, {
      write: () => kube.patch(path, { metadata: { labels: { [name]: value } } }, 'merge'),
      done: (found) => (found.metadata.labels?.[name] ?? null) === value,
    });
  };

  const ensureNamespace = async (plan: Plan, on: boolean, work: Work): Promise<void> => {
    const fenced = fencedOf(plan);
    const name = fenced.application.namespace;
    const found = await kube.get(namespacePath(name));
    if (found?.metadata['deletionTimestamp'] !== undefined) throw new ChangeoverError('ObjectChanged', `The namespace ${name} on ${kube.site} is being deleted.`);
    if (found?.metadata.labels?.[fenceLabel(fenced.unit)] === (on ? 'on' : 'off')) return;
    await work.guard();
    if (found !== null) return await label(fenced, on ? 'on' : 'off');
    const labels = { [mark.run]: plan.run, [fenceLabel(fenced.unit)]: on ? 'on' : 'off' };
    await kube.create(pathOf(namespaces), { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
  };

  const partsOf = (made: PolicyPair) => ([[policies, made.policy], [bindings, made.binding]] as const).map(([kind, wanted]) => ({ path: pathOf(kind, undefined, made.name), wanted }));

  const applyPair = async (made: PolicyPair): Promise<void> => {
    // The policy first: a binding without its policy denies nothing, and says so in the API server's log only.
    for (const { path, wanted } of partsOf(made)) {
      await settled(kube, path, { write: () => kube.apply(path, wanted, { force: true }), done: (found) => contains(found['spec'], wanted['spec']) });
    }
  };

  /** Somebody may have removed or edited the policy since it was installed: it is written as it must be, and asked again. */
  const repair = async (fenced: Fenced, work: Work): Promise<void> => {
    const made = fencePolicy(fenced);
    const stands = await Promise.all(partsOf(made).map(async ({ path, wanted }) => contains((await kube.get(path))?.['spec'], wanted['spec'])));
    if (stands.every(Boolean)) return;
    work.report(`the fence of ${fenced.unit} on ${kube.site} is not as it was written; writing it again`);
    await work.guard();
    await applyPair(made);
  };

  const awaitActing = async (what: string, made: PolicyPair, options: { work: Work; ask: () => Promise<Answer> }): Promise<void> => {
    await asked(options.work, options.ask, {
      good: (answer) => answer.kind === 'denied' && answer.message.includes(made.revision),
      code: 'NotFenced',
      otherwise: (answer) => `The ${what} on ${kube.site} does not act yet: ${said(answer)}`,
    });
  };

  const probeAll = async (fenced: Fenced, work: Work): Promise<readonly Answer[]> =>
    await Promise.all(probePods(fenced).map((pod) => askPod(kube, pod, { policy: fenceName(fenced.unit), signal: work.signal })));

  const proveOn = async (fenced: Fenced, work: Work): Promise<string> => {
    let looked = false;
    const probe = async (): Promise<readonly Answer[]> => {
      const answers = await probeAll(fenced, work);
      if (!looked && answers.some(({ kind }) => kind !== 'denied')) {
        looked = true;
        await repair(fenced, work);
      }
      return answers;
    };
    const answers = await asked(work, probe, {
      good: (all) => all.every((answer) => answer.kind === 'denied'),
      code: 'NotFenced',
      otherwise: (all) => `The fence of ${fenced.unit} on ${kube.site} is not proved: ${all.filter((answer) => answer.kind !== 'denied').map(said).join('; ')}`,
    });
    return answers.map(said).join('; ');
  };

  return {
    async read(unit, namespace) {
      const name = fenceName(unit);
      const [policy, binding, home] = await Promise.all([kube.get(pathOf(policies, undefined, name)), kube.get(pathOf(bindings, undefined, name)), kube.get(namespacePath(namespace))]);
      const installed = policy !== null && binding !== null;
      const supported = policy !== null || (await servesPolicies(kube));
      return { supported, installed, on: installed && home?.metadata.labels?.[fenceLabel(unit)] !== 'off' };
    },

    async ensureInstalled(plan, on, work) {
      const fenced = fencedOf(plan);
      const [fence, guard] = [fencePolicy(fenced), guardPolicy(await ourself())];
      // The switch before the policy: a serving application must not meet a closed fence for one moment.
      await ensureNamespace(plan, on, work);
      await work.guard();
      await Promise.all([applyPair(guard), applyPair(fence)]);
      await Promise.all([
        awaitActing('guard of the fences', guard, { work, ask: () => askNamespace(kube, fenced.application.namespace, { policy: guard.name, signal: work.signal }) }),
        awaitActing(`fence of ${fenced.unit}`, fence, { work, ask: () => askPod(kube, canaryPod(fenced), { policy: fence.name, signal: work.signal }) }),
      ]);
      if (on) await proveOn(fenced, work);
    },

    async ensureOn(plan, work) {
      const fenced = fencedOf(plan);
      await work.guard();
      await label(fenced, 'on');
      return await proveOn(fenced, work);
    },

    async ensureOff(plan, work) {
      const fenced = fencedOf(plan);
      await work.guard();
      await label(fenced, 'off');
      // A quota or another policy may refuse a probe for its own reasons; ours must not.
      await asked(work, () => probeAll(fenced, work), {
        good: (all) => all.every((answer) => answer.kind !== 'denied'),
        code: 'NotReady',
        otherwise: (all) => `The fence of ${fenced.unit} on ${kube.site} still denies: ${all.filter((answer) => answer.kind === 'denied').map(said).join('; ')}`,
      });
    },

    async ensureRemoved(plan, work) {
      const fenced = fencedOf(plan);
      const name = fenceName(fenced.unit);
      await work.guard();
      await kube.remove(pathOf(bindings, undefined, name));
      await kube.remove(pathOf(policies, undefined, name));
      const labels = (await kube.get(namespacePath(fenced.application.namespace)))?.metadata.labels ?? {};
      if (fenceLabel(fenced.unit) in labels) await label(fenced, null);
    },
  };
}

/** Whether the API server has admission policies in v1 (Kubernetes 1.30 and newer). Asked of this one group: another API that is down has no say in it. */
export async function servesPolicies(kube: Kube): Promise<boolean> {
  const group = await kube.get(`/apis/${policies.group}/${policies.version}`);
  const resources = group?.['resources'];
  return Array.isArray(resources) && resources.some((one: { name?: unknown }) => one.name === policies.plural);
}
