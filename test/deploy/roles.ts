import { productManifests } from '../../lab/product.js';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** One right: a verb on a resource, as `verb resource.group/subresource`, in one namespace or (null) everywhere. */
export interface Right {
  readonly verb: string;
  readonly group: string;
  /** `resource` or `resource/subresource`. */
  readonly resource: string;
  readonly namespace: string | null;
}

export function textOf({ verb, group, resource, namespace }: Right): string {
  const [name, subresource] = resource.split('/');
  return `${verb} ${name}${group === '' ? '' : `.${group}`}${subresource === undefined ? '' : `/${subresource}`}${namespace === null ? '' : ` in ${namespace}`}`;
}

type Fields = Readonly<Record<string, unknown>>;

const manifests = productManifests().map((object) => object as unknown as Fields & { kind: string; metadata: { name: string; namespace?: string; labels?: Record<string, string> } });
const ofKind = (...kinds: readonly string[]) => manifests.filter(({ kind }) => kinds.includes(kind));

/** What the manifests give a ServiceAccount of ours, aggregation included, one row for each verb on each resource. */
export function grantedTo(account: string): readonly Right[] {
  const bindings = ofKind('RoleBinding', 'ClusterRoleBinding').filter((binding) =>
    (binding['subjects'] as readonly { kind: string; name: string; namespace?: string }[]).some((s) => s.kind === 'ServiceAccount' && s.name === account && s.namespace === 'changeover-system'),
  );
  return bindings.flatMap((binding) => {
    const ref = binding['roleRef'] as { kind: string; name: string };
    const namespace = binding.kind === 'RoleBinding' ? (binding.metadata.namespace ?? null) : null;
    return rulesOf(ref, namespace).flatMap((rule) => rule.apiGroups.flatMap((group) => rule.resources.flatMap((resource) => rule.verbs.map((verb) => ({ verb, group, resource, namespace })))));
  });
}

function rulesOf(ref: { kind: string; name: string }, namespace: string | null): readonly Rule[] {
  const role = ofKind(ref.kind).find(({ metadata }) => metadata.name === ref.name && (ref.kind === 'ClusterRole' || metadata.namespace === namespace));
  if (role === undefined) throw new Error(`a binding names ${ref.kind} ${ref.name}, which no manifest has`);
  const aggregation = role['aggregationRule'] as { clusterRoleSelectors: readonly { matchLabels: Record<string, string> }[] } | undefined;
  if (aggregation === undefined) return role['rules'] as readonly Rule[];
  const selected = ofKind('ClusterRole').filter(({ metadata }) => aggregation.clusterRoleSelectors.some(({ matchLabels }) => Object.entries(matchLabels).every(([key, value]) => metadata.labels?.[key] === value)));
  return selected.flatMap((one) => one['rules'] as readonly Rule[]);
}

/** Whether a right that is granted covers one that is needed. */
export function covers(granted: Right, needed: Right): boolean {
  const matches = (pattern: string, value: string): boolean => pattern === '*' || pattern === value;
  return granted.verb === needed.verb && matches(granted.group, needed.group) && matches(granted.resource, needed.resource) && (granted.namespace === null || granted.namespace === needed.namespace);
}
