import { createHash } from 'node:crypto';
import { ChangeoverError } from '../../domain/errors.js';
import { fenceLabel, mark, PREFIX } from '../../domain/names.js';
import type { Application } from '../../domain/plan.js';
import type { RawObject } from '../../ports/objects.js';

/**
 * The fence as admission policies (admissionregistration.k8s.io/v1, CEL).
 * The switch is a label of the namespace, not of a workload: a mark on a workload is bypassed by its /scale.
 * Only the value `off` opens the fence: a namespace that lost its label, or was made anew, stays closed.
 */

/** Annotation that both policies always deny, whatever the switch says: a dry run with it shows that this very revision acts. */
export const CANARY = `${PREFIX}/fence-canary`;

/** Prefix of every unit's switch. */
const SWITCHES = fenceLabel('');

export const GUARD = 'changeover-fence-guard';

export function fenceName(unit: string): string {
  return `changeover-fence-${unit}`;
}

export interface Fenced {
  readonly unit: string;
  readonly application: Application;
  readonly claims: readonly string[];
}

/** A policy, its binding, and the mark that its denials carry. */
export interface PolicyPair {
  readonly name: string;
  readonly policy: RawObject;
  readonly binding: RawObject;
  readonly revision: string;
}

const cel = (text: string): string => JSON.stringify(text);

/** The labels of one element of a DR plan's selector, `k=v,k2=v2`. Throws `Invalid` for an empty or malformed one. */
export function labelsOfElement(element: string): Readonly<Record<string, string>> {
  const pairs = element.split(',').map((pair) => /^([A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?)==?([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)?$/.exec(pair.trim()));
  const labels: Record<string, string> = {};
  for (const pair of pairs) {
    const key = pair?.[1];
    if (key === undefined) throw new ChangeoverError('Invalid', `"${element}" is not a list of labels of the form key=value,key=value.`);
    labels[key] = pair?.[2] ?? '';
  }
  return labels;
}

/** CEL that is true for a pod of the application: by its labels (elements OR-ed; none means every pod), or by a claim it would mount. */
export function podExpression(fenced: Fenced): string {
  if (fenced.application.labels.length === 0) return 'true';
  const byLabels = fenced.application.labels.map((element) => {
    const wanted = Object.entries(labelsOfElement(element)).map(([key, value]) => `${cel(key)} in object.metadata.labels && object.metadata.labels[${cel(key)}] == ${cel(value)}`);
    return `(has(object.metadata.labels) && ${wanted.join(' && ')})`;
  });
  if (fenced.claims.length === 0) return byLabels.join(' || ');
  const claims = `[${fenced.claims.map(cel).join(', ')}]`;
  const mounted = `has(v.persistentVolumeClaim) && v.persistentVolumeClaim.claimName in ${claims}`;
  // A generic ephemeral volume makes, or takes, the claim named after its pod.
  const ephemeral = `has(v.ephemeral) && has(object.metadata.name) && (object.metadata.name + "-" + v.name) in ${claims}`;
  return `${byLabels.join(' || ')} || (has(object.spec.volumes) && object.spec.volumes.exists(v, (${mounted}) || (${ephemeral})))`;
}

const hasCanary = `has(object.metadata.annotations) && ${cel(CANARY)} in object.metadata.annotations`;

interface Recipe {
  readonly name: string;
  readonly rules: readonly object[];
  readonly variables: readonly { readonly name: string; readonly expression: string }[];
  readonly expression: string;
  readonly message: string;
  readonly matchResources: object | null;
}

function pair(recipe: Recipe): PolicyPair {
  const revision = createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 8);
  const metadata = { name: recipe.name, labels: { [mark.exclude]: 'true' } };
  const validation = (expression: string, message: string): object => ({ expression, message: `${message} (revision ${revision})`, reason: 'Forbidden' });
  return {
    name: recipe.name,
    revision,
    policy: {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: { resourceRules: recipe.rules },
        variables: recipe.variables,
        validations: [validation(`!(${hasCanary})`, 'canary of Changeover'), validation(recipe.expression, recipe.message)],
      },
    },
    binding: {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: recipe.name, validationActions: ['Deny'], ...(recipe.matchResources === null ? {} : { matchResources: recipe.matchResources }) },
    },
  };
}

/** Denies every pod of the application in its namespace, whoever creates it, unless the switch is `off`. */
export function fencePolicy(fenced: Fenced): PolicyPair {
  const { namespace, labels } = fenced.application;
  if (namespace === '') throw new ChangeoverError('Invalid', `The DR plan ${fenced.unit} names no namespace.`);
  if (labels.some((element) => element.trim() === '')) throw new ChangeoverError('Invalid', `The DR plan ${fenced.unit} has an empty label entry.`);
  const key = cel(fenceLabel(fenced.unit));
  const all = 'namespaceObject.metadata.labels';
  return pair({
    name: fenceName(fenced.unit),
    rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'], scope: 'Namespaced' }],
    variables: [
      { name: 'open', expression: `has(${all}) && ${key} in ${all} && ${all}[${key}] == "off"` },
      { name: 'ours', expression: podExpression(fenced) },
    ],
    expression: 'variables.open || !variables.ours',
    message: `the fence of ${fenced.unit} is on: this site may not run it`,
    matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } },
  });
}

/** Lets nobody but `user` change a switch, on whatever path: kubectl label, a restored namespace, the status or finalize subresource. */
export function guardPolicy(user: string): PolicyPair {
  const switches = (object: string): string =>
    `(${object} != null && has(${object}.metadata.labels)) ? ${object}.metadata.labels.filter(k, k.startsWith(${cel(SWITCHES)})).map(k, k + "=" + ${object}.metadata.labels[k]) : []`;
  return pair({
    name: GUARD,
    rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['namespaces', 'namespaces/status', 'namespaces/finalize'], scope: 'Cluster' }],
    variables: [
      { name: 'after', expression: switches('object') },
      { name: 'before', expression: switches('oldObject') },
    ],
    expression: `request.userInfo.username == ${cel(user)} || (variables.after.all(x, x in variables.before) && variables.before.all(x, x in variables.after))`,
    message: `labels ${SWITCHES}* switch fences and are ${user}'s to change; in an emergency delete the ValidatingAdmissionPolicyBinding ${GUARD} first`,
    matchResources: null,
  });
}
