import { INFOSCALE_GROUP, mark, ownershipName, PREFIX, SYSTEM_NAMESPACE } from '../domain/names.js';
import type { OwnershipRecord } from '../domain/ownership.js';
import { isOurDefinition } from '../drivers/infoscale/install-definitions.js';
import { recordsIn } from '../drivers/kubernetes/ownership-record.js';
import { pathOf, type Kube } from '../drivers/kubernetes/kube.js';
import type { RawObject } from '../ports/objects.js';
import { standingFences, type StandingFence } from './fences.js';
import { installedPieces, missingToRemove, type Piece } from './inventory.js';

/** What stands at one site. */
export interface SiteState {
  readonly site: string;
  readonly clusterUid: string;
  readonly records: readonly OwnershipRecord[];
  readonly fences: readonly StandingFence[];
  readonly pieces: readonly Piece[];
  /** `delete clusterroles`, … */
  readonly missingRights: readonly string[];
  /** What stays, each a phrase. */
  readonly leaves: readonly string[];
}

/** Reads everything that decides, and everything that stays. Changes nothing. Throws where anything cannot be read: an unknown is a no. */
export async function lookAt(site: string, kube: Kube): Promise<SiteState> {
  const core = (plural: string, namespace?: string) => kube.list(pathOf({ group: '', version: 'v1', plural }, namespace));
  const list = (group: string, plural: string) => kube.list(pathOf({ group, version: 'v1', plural }));
  const [clusterUid, configMaps, secrets, volumes, roles, definitions, fences, pieces, missingRights] = await Promise.all([
    kube.clusterUid(), core('configmaps', SYSTEM_NAMESPACE), core('secrets', SYSTEM_NAMESPACE), core('persistentvolumes'), list('rbac.authorization.k8s.io', 'clusterroles'),
    list('apiextensions.k8s.io', 'customresourcedefinitions'), standingFences(kube), installedPieces(kube), missingToRemove(kube),
  ]);
  const records = recordsIn(configMaps, site);
  const drDefinitions = definitions.filter(({ metadata }) => metadata.name.endsWith(`.${INFOSCALE_GROUP}`));
  const plans = drDefinitions.some(({ metadata }) => metadata.name === `disasterrecoveryplans.${INFOSCALE_GROUP}`) ? await list(INFOSCALE_GROUP, 'disasterrecoveryplans') : [];
  const release = [...new Set(pieces.flatMap((piece) => piece.release ?? []))];
  const leaves = [
    ...release.map((name) => `what belongs to a Helm release, for Helm to remove: helm uninstall ${name}`),
    ...records.map(({ unit, writer, epoch }) => `ownership record of ${unit}: writer ${writer ?? 'nobody'}, epoch ${epoch}`),
    ...records.filter(({ writer }) => writer !== null && writer !== site).map(({ unit }) => `${unit} standing by: its workloads at zero, with what they were in ${mark.original}`),
    ...some(secrets, `Secrets in ${SYSTEM_NAMESPACE}: sealed snapshots and keys`),
    ...some(configMaps.filter(({ metadata }) => !metadata.name.startsWith(ownershipName(''))), `other ConfigMaps in ${SYSTEM_NAMESPACE}`),
    ...some(volumes.filter(({ metadata }) => metadata.annotations?.[mark.original] !== undefined), 'PersistentVolumes that a run made Retain'),
    ...roles.filter(isOfAnApplication).map(({ metadata }) => `ClusterRole ${metadata.name}, which is yours: rights that an application needed`),
    ...(plans.length === 0 ? [] : [`DR plans: ${plans.map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`).join(', ')}`]),
    ...drDefinitions.map((one) => `CRD ${one.metadata.name}: ${isOurDefinition(one) ? 'from our manifests' : 'InfoScale\'s'}`),
    `Namespace ${SYSTEM_NAMESPACE}`,
  ];
  return { site, clusterUid, records, fences, pieces, missingRights, leaves };
}

function some(objects: readonly RawObject[], what: string): readonly string[] {
  return objects.length === 0 ? [] : [`${objects.length} ${what}`];
}

/** Made by people for their applications, after our manual; it gives nobody a right once our own role is gone. */
function isOfAnApplication({ metadata: { labels = {} } }: RawObject): boolean {
  return labels[`${PREFIX}/aggregate-to-applications`] === 'true' && labels[mark.installed] !== 'true';
}

/** Why nothing may be removed at this site, each a sentence. `unfence`: units whose fence a person said may go although it is on. */
export function refusalsAt({ site, clusterUid, records, fences, missingRights }: SiteState, unfence: readonly string[]): readonly string[] {
  const foreign = records.filter((record) => record.clusterUid !== clusterUid);
  return [
    ...foreign.map(({ unit }) => `${site}: the ownership record of ${unit} is pinned to another cluster than the one that answers.`),
    ...records.flatMap(({ unit, run, phase }) => (run === null && phase === 'free' ? [] : [`${site}: the run ${run ?? 'of an earlier time'} holds ${unit} (${phase}). End it first.`])),
    ...fences.filter(({ on }) => on).flatMap((fence) => refusedFence(fence, { site, records, unfence })),
    ...(missingRights.length === 0 ? [] : [`${site}: this account may not ${missingRights.join(', ')}. Name an administrator's kubeconfig: --kubeconfig ${site}=FILE.`]),
  ];
}

function refusedFence({ unit }: StandingFence, { site, records, unfence }: { site: string; records: readonly OwnershipRecord[]; unfence: readonly string[] }): readonly string[] {
  const writer = records.find((record) => record.unit === unit)?.writer ?? null;
  if (writer === null || writer === site) return [`${site}: the fence of ${unit} is on, and ${writer === null ? 'no record says that another site serves' : 'this site is the one that is to serve'}. See changeover status ${unit}.`];
  return unfence.includes(unit) ? [] : [`${site}: the fence of ${unit} is on: it keeps ${unit} from starting here while ${writer} serves. Without it the storage role alone does. If that is enough, add --unfence ${unit}.`];
}
