import { fieldsOf, listOf, textOf, type Fields, type KubeObject } from '../../../domain/restore/object.js';
import type { Webhook } from '../../../domain/room.js';
import { inPool } from '../objects/pool.js';
import { listOf as list, resources } from '../objects/resources.js';
import type { Kube, ServedResource } from '../kube.js';

/** Made by controllers on behalf of the application, or by a run: they are denied like its own objects. */
const alsoMade: readonly string[] = ['v1/Pod', 'v1/Namespace', 'v1/PersistentVolume', 'apps/v1/ReplicaSet'];

/** See `Workloads.webhooks`. `labels`: those of the application's namespace, as far as it exists. */
export async function webhooksFor(kube: Kube, { kinds, labels }: { readonly kinds: readonly string[]; readonly labels: Readonly<Record<string, string>> }): Promise<readonly Webhook[]> {
  const [served, ...configurations] = await Promise.all([kube.discover(), list(kube, resources.validatingWebhooks), list(kube, resources.mutatingWebhooks)]);
  const wanted = [...kinds, ...alsoMade];
  const asked = served.filter((resource) => wanted.includes(`${resource.group === '' ? '' : `${resource.group}/`}${resource.version}/${resource.kind}`));
  const hooks = configurations.flat().flatMap((configuration) => listOf(configuration['webhooks']).map((hook) => ({ configuration, hook: fieldsOf(hook) })));
  const found = hooks.filter(({ hook }) => mustBeAsked(hook, asked, labels));
  return inPool(found, async ({ configuration, hook }): Promise<Webhook> => {
    const { service } = fieldsOf(hook['clientConfig']) as { service?: Fields };
    const named = fieldsOf(service);
    const [namespace, name] = [textOf(named['namespace']), textOf(named['name'])];
    return {
      name: `${configuration.kind}/${configuration.metadata.name}: ${textOf(hook['name'])}`,
      where: service === undefined ? 'an address outside the cluster' : `service ${namespace}/${name}`,
      answers: service === undefined ? null : await hasEndpoint(kube, namespace, name),
      isCertain: Object.keys(fieldsOf(hook['objectSelector'])).length === 0 && listOf(hook['matchConditions']).length === 0,
    };
  });
}

/** Whether its silence denies what we or controllers do. */
function mustBeAsked(hook: Fields, asked: readonly ServedResource[], labels: Readonly<Record<string, string>>): boolean {
  if (hook['failurePolicy'] === 'Ignore') return false;
  const inNamespace = matches(fieldsOf(hook['namespaceSelector']), labels);
  // What lies in no namespace is asked about whatever the namespaceSelector says; a Namespace is judged by its own labels.
  const ours = asked.filter(({ namespaced, kind }) => inNamespace || !(namespaced || kind === 'Namespace'));
  return listOf(hook['rules']).map(fieldsOf).some((rule) => ours.some((resource) => isOf(rule, resource, hook['matchPolicy'] === 'Exact')));
}

/** Unless a webhook wants the exact version, it is asked about every version of what it names. */
function isOf(rule: Fields, { group, version, plural, namespaced }: ServedResource, exact: boolean): boolean {
  const has = (field: string, ...values: readonly string[]): boolean => listOf(rule[field]).some((value) => value === '*' || values.includes(textOf(value)));
  const scope = textOf(rule['scope']);
  return has('operations', 'CREATE', 'UPDATE') && has('apiGroups', group) && (!exact || has('apiVersions', version)) && has('resources', plural, '*/*', `${plural}/*`) && (scope === '' || scope === '*' || (scope === 'Namespaced') === namespaced);
}

/** A label selector, as the API server matches it; an empty one matches everything. */
function matches(selector: Fields, labels: Readonly<Record<string, string>>): boolean {
  const expressions = listOf(selector['matchExpressions']).map(fieldsOf);
  return (
    Object.entries(fieldsOf(selector['matchLabels'])).every(([key, value]) => labels[key] === value) &&
    expressions.every(({ key, operator, values }) => {
      const own = labels[textOf(key)];
      const isAmong = own !== undefined && listOf(values).includes(own);
      return operator === 'In' ? isAmong : operator === 'NotIn' ? !isAmong : operator === 'Exists' ? own !== undefined : own === undefined;
    })
  );
}

async function hasEndpoint(kube: Kube, namespace: string, name: string): Promise<boolean> {
  const slices = await list(kube, resources.endpointSlices, { namespace, query: { labelSelector: `kubernetes.io/service-name=${name}` } });
  return slices.some((slice: KubeObject) => listOf(slice['endpoints']).some((endpoint) => fieldsOf(fieldsOf(endpoint)['conditions'])['ready'] !== false));
}
