import { mark } from '../domain/names.js';
import { pathOf, type Kube } from '../drivers/kubernetes/kube.js';
import type { RawObject } from '../ports/objects.js';

interface Kind {
  readonly kind: string;
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  /** `parts`: what runs or belongs to what runs. `rights`: accounts and what they may do; the last to go. */
  readonly stage: 'parts' | 'rights';
}

/** What our manifests and our chart make, in the order in which it goes: first what acts, then what it needs, bindings before what they bind. */
const kinds: readonly Kind[] = [
  { kind: 'Deployment', group: 'apps', version: 'v1', plural: 'deployments', stage: 'parts' },
  { kind: 'PodDisruptionBudget', group: 'policy', version: 'v1', plural: 'poddisruptionbudgets', stage: 'parts' },
  { kind: 'Service', group: '', version: 'v1', plural: 'services', stage: 'parts' },
  { kind: 'NetworkPolicy', group: 'networking.k8s.io', version: 'v1', plural: 'networkpolicies', stage: 'parts' },
  { kind: 'ValidatingAdmissionPolicyBinding', group: 'admissionregistration.k8s.io', version: 'v1', plural: 'validatingadmissionpolicybindings', stage: 'rights' },
  { kind: 'ValidatingAdmissionPolicy', group: 'admissionregistration.k8s.io', version: 'v1', plural: 'validatingadmissionpolicies', stage: 'rights' },
  { kind: 'ClusterRoleBinding', group: 'rbac.authorization.k8s.io', version: 'v1', plural: 'clusterrolebindings', stage: 'rights' },
  { kind: 'RoleBinding', group: 'rbac.authorization.k8s.io', version: 'v1', plural: 'rolebindings', stage: 'rights' },
  { kind: 'ClusterRole', group: 'rbac.authorization.k8s.io', version: 'v1', plural: 'clusterroles', stage: 'rights' },
  { kind: 'Role', group: 'rbac.authorization.k8s.io', version: 'v1', plural: 'roles', stage: 'rights' },
  { kind: 'ServiceAccount', group: '', version: 'v1', plural: 'serviceaccounts', stage: 'rights' },
];

/** One object that came from our manifests. */
export interface Piece {
  readonly stage: Kind['stage'];
  /** `Role changeover-system/changeover-records`. */
  readonly what: string;
  readonly path: string;
  readonly uid: string | undefined;
  /** `changeover -n changeover-system` where a Helm release owns it: Helm must remove it, or the release would be broken. */
  readonly release: string | null;
}

/** Every object with our mark of installation, in the order in which it goes. Nothing is known by its name alone. */
export async function installedPieces(kube: Kube): Promise<readonly Piece[]> {
  const found = await Promise.all(kinds.map(async (kind) => (await kube.list(pathOf(kind), { labelSelector: `${mark.installed}=true` })).map((object) => pieceOf(kind, object))));
  return found.flat();
}

function pieceOf(kind: Kind, { metadata }: RawObject): Piece {
  const { name, namespace, annotations = {} } = metadata;
  const release = annotations['meta.helm.sh/release-name'];
  return {
    stage: kind.stage,
    what: `${kind.kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`,
    path: pathOf(kind, namespace, name),
    uid: typeof metadata['uid'] === 'string' ? metadata['uid'] : undefined,
    release: release === undefined ? null : `${release} -n ${annotations['meta.helm.sh/release-namespace'] ?? namespace ?? ''}`,
  };
}

/** What the account lacks of the rights to remove these kinds and to clear the switches of fences; each a sentence. */
export async function missingToRemove(kube: Kube): Promise<readonly string[]> {
  const asked = [...kinds.map(({ group, plural }) => ({ verb: 'delete', group, resource: plural })), { verb: 'patch', group: '', resource: 'namespaces' }];
  const answers = await Promise.all(asked.map(async (resourceAttributes) => {
    const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } };
    const { status } = (await kube.create('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', review)) as { status?: { allowed?: boolean } };
    return status?.allowed === true ? [] : [`${resourceAttributes.verb} ${resourceAttributes.resource}`];
  }));
  return answers.flat();
}
