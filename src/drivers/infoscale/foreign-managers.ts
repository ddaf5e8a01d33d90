import { INFOSCALE_GROUP } from '../../domain/names.js';
import type { RawObject } from '../../ports/objects.js';
import type { Kube } from '../kubernetes/kube.js';
import { fieldsOf, textOr, textsOf } from './fields.js';
import { isOurDefinition } from './install-definitions.js';

/** Both names that were ever shipped: the guide's and the certified operator's (InfoScale DR operator manifests, 8.0.95 to 9.2.1). */
const deployments = ['infoscale-dr-manager', 'dr-controller-manager'];
/** Leader election id of the operator. */
const LEASE = '27b483ca.veritas.com';

/** The kinds that the DR manager brings. Other kinds of the group belong to InfoScale's storage, which is no master of DR plans. */
const definitions = ['disasterrecoveryplans', 'datareplications', 'dns', 'globalclustermemberships'];

const webhookKinds = [
  { plural: 'mutatingwebhookconfigurations', kind: 'MutatingWebhookConfiguration' },
  { plural: 'validatingwebhookconfigurations', kind: 'ValidatingWebhookConfiguration' },
];

const placeOf = (object: RawObject): string => (object.metadata.namespace === undefined ? object.metadata.name : `${object.metadata.namespace}/${object.metadata.name}`);

function watchesOurKinds(configuration: RawObject): boolean {
  const webhooks = Array.isArray(configuration['webhooks']) ? configuration['webhooks'] : [];
  return webhooks.some((webhook) => {
    const rules = fieldsOf(webhook)['rules'];
    // A rule for every group (policy engines have one) is not InfoScale's.
    return Array.isArray(rules) && rules.some((rule) => textsOf(fieldsOf(rule)['apiGroups']).includes(INFOSCALE_GROUP));
  });
}

/** InfoScale's own DR manager, by each trace it leaves: two masters of one object must never be. Stopped or stale traces count too. */
export async function findForeignManagers(kube: Kube): Promise<readonly string[]> {
  const named = (name: string): { fieldSelector: string } => ({ fieldSelector: `metadata.name=${name}` });
  const found = await Promise.all([
    ...deployments.map(async (name) => (await kube.list('/apis/apps/v1/deployments', named(name))).map((one) => `Deployment ${placeOf(one)}`)),
    kube.list('/apis/coordination.k8s.io/v1/leases', named(LEASE)).then((leases) =>
      leases.map((lease) => {
        const spec = fieldsOf(lease['spec']);
        return `Lease ${placeOf(lease)} (held by ${textOr(spec['holderIdentity'], 'nobody')}, renewed ${textOr(spec['renewTime'], 'never')})`;
      }),
    ),
    ...webhookKinds.map(async ({ plural, kind }) =>
      (await kube.list(`/apis/admissionregistration.k8s.io/v1/${plural}`)).filter(watchesOurKinds).map((one) => `${kind} ${one.metadata.name}`),
    ),
    ...definitions.map(async (plural) => {
      const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${plural}.${INFOSCALE_GROUP}`;
      const found = await kube.get(path);
      return found === null || isOurDefinition(found) ? [] : [`CustomResourceDefinition ${found.metadata.name}, which Changeover did not install`];
    }),
  ]);
  return found.flat();
}
