import { setTimeout as wait } from 'node:timers/promises';
import { CONTROLLER_MANAGER, SYSTEM_NAMESPACE } from '../../domain/names.js';
import { ChangeoverError } from '../../domain/errors.js';
import type { RawObject } from '../../ports/objects.js';
import type { Leadership } from '../../ports/plan-site.js';
import { pathOf, type Kube } from './kube.js';

export interface LeaseOptions {
  readonly name: string;
  /** Unique among all that compete for it. */
  readonly identity: string;
  /** How long a holder that is silent keeps it. */
  readonly seconds: number;
  /** Asked before each write: false keeps everything as it is. */
  readonly mayWrite: () => boolean;
}

interface Spec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly renewTime?: string;
  readonly acquireTime?: string;
  readonly leaseTransitions?: number;
}

const leases = { group: 'coordination.k8s.io', version: 'v1', plural: 'leases' };

/** Leadership by a `coordination.k8s.io/v1` Lease, renewed at a third of its life, each write with the version that was read. */
export function createLeadership(kube: Kube, options: LeaseOptions): Leadership {
  const path = pathOf(leases, SYSTEM_NAMESPACE, options.name);
  const everyMs = (options.seconds * 1000) / 3;
  /** Another's renewal counts from when we saw it, so that no two clocks are compared. */
  let seen = { text: '', atMs: 0 };

  const wanted = (old: RawObject | null): RawObject => {
    const spec = (old?.['spec'] ?? {}) as Spec;
    const now = new Date().toISOString().replace('Z', '000Z');
    const mine = spec.holderIdentity === options.identity;
    return {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: options.name, namespace: SYSTEM_NAMESPACE, ...(old === null ? {} : { resourceVersion: old.metadata['resourceVersion'] }) },
      spec: { holderIdentity: options.identity, leaseDurationSeconds: options.seconds, renewTime: now, acquireTime: mine ? (spec.acquireTime ?? now) : now, leaseTransitions: (spec.leaseTransitions ?? 0) + (mine ? 0 : 1) },
    };
  };

  const isFree = (old: RawObject): boolean => {
    const spec = (old['spec'] ?? {}) as Spec;
    if (spec.holderIdentity === undefined || spec.holderIdentity === '' || spec.holderIdentity === options.identity) return true;
    const text = `${spec.holderIdentity} ${spec.renewTime}`;
    if (text !== seen.text) seen = { text, atMs: performance.now() };
    return performance.now() - seen.atMs > (spec.leaseDurationSeconds ?? options.seconds) * 1000;
  };

  let held: RawObject | null = null;

  /** One try: whether it is ours now. */
  const renew = async (): Promise<boolean> => {
    if (!options.mayWrite()) return false;
    try {
      const old = held ?? (await kube.get(path));
      if (old !== null && !isFree(old)) return false;
      const body = wanted(old);
      held = old === null ? await kube.create(pathOf(leases, SYSTEM_NAMESPACE), body, { fieldManager: CONTROLLER_MANAGER }) : await kube.replace(path, body, { fieldManager: CONTROLLER_MANAGER });
      return true;
    } catch (error) {
      held = null;
      if (error instanceof ChangeoverError && error.code === 'Conflict') return false;
      throw error;
    }
  };

  return {
    async hold(changed, signal) {
      let leading = false;
      let goodUntil = 0;
      const say = (now: boolean): void => {
        if (now !== leading) changed((leading = now));
      };
      while (!signal.aborted) {
        const ours = await renew().catch(() => null);
        if (ours === true) goodUntil = performance.now() + options.seconds * 1000;
        // A server that does not answer may let another have it only once our time is over.
        say(ours ?? performance.now() < goodUntil);
        await wait(everyMs, undefined, { signal }).catch(() => undefined);
      }
      if (held !== null) await giveBack(kube, path, held).catch(() => undefined);
      say(false);
    },
  };
}

/** The next one need not wait for the time to run out. */
async function giveBack(kube: Kube, path: string, held: RawObject): Promise<void> {
  const { holderIdentity: _, ...spec } = held['spec'] as Spec;
  await kube.replace(path, { ...held, spec }, { fieldManager: CONTROLLER_MANAGER });
}
