import { ChangeoverError } from '../../domain/errors.js';
import { mark } from '../../domain/names.js';
import type { RawObject } from '../../ports/objects.js';
import { CANARY, fenceName, labelsOfElement } from './fence-policy.js';
import type { Fenced } from './fence-policy.js';
import { pathOf } from './kube.js';
import type { Kube } from './kube.js';

/** What a server-side dry run met. `other`: refused by something else, so it says nothing about the policy asked for. */
export type Answer = { readonly kind: 'admitted' } | { readonly kind: 'denied'; readonly message: string } | { readonly kind: 'other'; readonly message: string };

/** A pod that would satisfy the restricted Pod Security level, so that nothing stricter answers in our policy's place. Never stored. */
function probePod(fenced: Fenced, variant: { index: number; labels: Readonly<Record<string, string>>; claims: readonly string[]; canary: boolean }): RawObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${fenceName(fenced.unit)}-probe-${variant.index}`,
      namespace: fenced.application.namespace,
      labels: { ...variant.labels, [mark.exclude]: 'true' },
      ...(variant.canary ? { annotations: { [CANARY]: fenced.unit } } : {}),
    },
    spec: {
      automountServiceAccountToken: false,
      restartPolicy: 'Never',
      securityContext: { runAsNonRoot: true, runAsUser: 65534, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        { name: 'probe', image: 'probe.invalid/never-run', securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }, volumeMounts: variant.claims.map((_, n) => ({ name: `v${n}`, mountPath: `/v/${n}` })) },
      ],
      volumes: variant.claims.map((claim, n) => ({ name: `v${n}`, persistentVolumeClaim: { claimName: claim } })),
    },
  };
}

/** Every way the fence catches a pod: one probe per label element, and one that mounts the claims. */
export function probePods(fenced: Fenced): readonly RawObject[] {
  const { labels } = fenced.application;
  if (labels.length === 0) return [probePod(fenced, { index: 0, labels: {}, claims: fenced.claims, canary: false })];
  const byLabels = labels.map((element, index) => probePod(fenced, { index, labels: labelsOfElement(element), claims: [], canary: false }));
  return fenced.claims.length === 0 ? byLabels : [...byLabels, probePod(fenced, { index: labels.length, labels: {}, claims: fenced.claims, canary: false })];
}

export function canaryPod(fenced: Fenced): RawObject {
  return probePod(fenced, { index: 0, labels: {}, claims: [], canary: true });
}

/** Runs a change as a dry run and says who refused it. A missing right is thrown: behind it nothing was asked. */
async function ask(attempt: () => Promise<unknown>, policy: string): Promise<Answer> {
  try {
    await attempt();
    return { kind: 'admitted' };
  } catch (error) {
    if (!(error instanceof ChangeoverError) || !['Forbidden', 'Invalid', 'Conflict'].includes(error.code)) throw error;
    if (error.message.includes(`ValidatingAdmissionPolicy '${policy}'`)) return { kind: 'denied', message: error.message };
    if (/ cannot (create|patch|update) resource /.test(error.message)) throw error;
    return { kind: 'other', message: error.message };
  }
}

export async function askPod(kube: Kube, pod: RawObject, options: { policy: string; signal: AbortSignal }): Promise<Answer> {
  const path = pathOf({ group: '', version: 'v1', plural: 'pods' }, pod.metadata.namespace);
  return await ask(() => kube.create(path, pod, { dryRun: true, signal: options.signal }), options.policy);
}

/** Would our canary on this namespace be denied by the policy? */
export async function askNamespace(kube: Kube, namespace: string, options: { policy: string; signal: AbortSignal }): Promise<Answer> {
  const path = pathOf({ group: '', version: 'v1', plural: 'namespaces' }, undefined, namespace);
  return await ask(() => kube.patch(path, { metadata: { annotations: { [CANARY]: 'guard' } } }, 'merge', { dryRun: true, signal: options.signal }), options.policy);
}
