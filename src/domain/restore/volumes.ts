import { ChangeoverError } from '../errors.js';
import type { Plan, PlannedVolume } from '../plan.js';
import { fieldsOf, textOf, type Fields, type KubeObject } from './object.js';
import { withHolds } from './original.js';
import { sameContent } from './same.js';

const RETAIN = { pointer: '/spec/persistentVolumeReclaimPolicy', value: 'Retain' } as const;

export function reclaimPolicyOf(volume: KubeObject): string {
  return textOf(fieldsOf(volume['spec'])['persistentVolumeReclaimPolicy']) || 'Retain';
}

/** The volume with `Retain`, its own policy kept on it; unchanged when it has it already. */
export function retained(volume: KubeObject, run: string): KubeObject {
  return reclaimPolicyOf(volume) === 'Retain' ? volume : withHolds(volume, [RETAIN], run);
}

/** The CSI handle of the planned volume on a site. Throws `Bug`: a plan names one for each site that takes part. */
export function handleAt(volume: PlannedVolume, site: string): string {
  const handle = volume.handles[site];
  if (handle === undefined || handle === '') throw new ChangeoverError('Bug', `The plan has no volume handle of claim ${volume.claim} at ${site}.`);
  return handle;
}

/**
 * A captured PersistentVolume as it must stand at the target: the target's handle, bound in advance to the claim by name, `Retain`
 * with the original policy on it, and no affinity to nodes of another cluster.
 */
export function pointedAt(volume: KubeObject, plan: Pick<Plan, 'run' | 'target' | 'volumes' | 'application'>): KubeObject {
  const planned = plan.volumes.find((candidate) => candidate.persistentVolume === volume.metadata.name);
  if (planned === undefined) throw new ChangeoverError('Bug', `PersistentVolume ${volume.metadata.name} is not in the plan.`);
  const result = structuredClone(volume);
  const spec = fieldsOf(result['spec']);
  spec['csi'] = { ...fieldsOf(spec['csi']), driver: planned.driver, volumeHandle: handleAt(planned, plan.target) };
  spec['claimRef'] = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: plan.application.namespace, name: planned.claim };
  delete spec['nodeAffinity'];
  // A binding the controller made may be unmade by it; this one is the plan's.
  delete result.metadata.annotations?.['pv.kubernetes.io/bound-by-controller'];
  return retained(result, plan.run);
}

/** Where a volume leads: driver and handle, or nulls for volumes that are not CSI. */
export function endOf(volume: KubeObject): { readonly driver: string | null; readonly handle: string | null } {
  const csi = fieldsOf(fieldsOf(volume['spec'])['csi']);
  return { driver: textOf(csi['driver']) || null, handle: textOf(csi['volumeHandle']) || null };
}

/** The claim a volume is bound or promised to, as `namespace/name`; null when none. */
export function claimOf(volume: KubeObject): string | null {
  const reference: Fields = fieldsOf(fieldsOf(volume['spec'])['claimRef']);
  const name = textOf(reference['name']);
  return name === '' ? null : `${textOf(reference['namespace'])}/${name}`;
}

/** Why a claim and its volume are not the plan's pair at a site, or null when they are. */
export function unboundReason(planned: PlannedVolume, site: string, found: { claim: KubeObject | null; volume: KubeObject | null }): string | null {
  const { claim, volume } = found;
  if (claim === null) return `Claim ${planned.claim} does not exist on ${site}.`;
  const phase = textOf(fieldsOf(claim['status'])['phase']);
  if (phase !== 'Bound') return `Claim ${planned.claim} on ${site} is ${phase || 'without phase'}, not Bound.`;
  if (volume === null) return `The volume of claim ${planned.claim} does not exist on ${site}.`;
  const end = endOf(volume);
  const wanted = { driver: planned.driver, handle: handleAt(planned, site) };
  if (!sameContent(end, wanted)) return `Claim ${planned.claim} on ${site} leads to ${end.driver ?? 'no CSI driver'} ${end.handle ?? ''}, not to ${wanted.driver} ${wanted.handle}.`;
  const reference = fieldsOf(fieldsOf(volume['spec'])['claimRef']);
  if (reference['uid'] !== claim.metadata['uid']) return `Volume ${volume.metadata.name} on ${site} is bound to another claim than ${planned.claim}.`;
  return null;
}
