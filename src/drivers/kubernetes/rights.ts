import { INFOSCALE_GROUP, SYSTEM_NAMESPACE } from '../../domain/names.js';
import type { Kube } from './kube.js';

/** Where a right is needed: in the application's namespace, in every namespace or at cluster scope, in ours, in the storage's. */
type Place = 'application' | 'cluster' | 'ours' | 'storage';

interface Need {
  readonly verbs: readonly string[];
  readonly group: string;
  /** `resource` or `resource/subresource`. */
  readonly resources: readonly string[];
  readonly place: Place;
}

const stage = ['get', 'create', 'update', 'patch', 'delete'];
/** Of kinds whose other fields belong to the cluster, nothing is ever replaced whole. */
const stageInPlace = stage.filter((verb) => verb !== 'update');
const inPlace = ['serviceaccounts', 'persistentvolumeclaims', 'persistentvolumes'];

/** What the drivers use of the built-in kinds; the manifests in deploy/ give exactly this. Kinds of the application's own are checked with its plan. */
export const needs: readonly Need[] = [
  { verbs: ['list'], group: '*', resources: ['*'], place: 'cluster' },
  { verbs: ['watch'], group: '', resources: ['pods', 'persistentvolumeclaims', 'replicationcontrollers'], place: 'application' },
  { verbs: ['watch'], group: 'apps', resources: ['deployments', 'statefulsets', 'daemonsets', 'replicasets'], place: 'application' },
  { verbs: ['watch'], group: 'storage.k8s.io', resources: ['volumeattachments'], place: 'cluster' },
  { verbs: ['get', 'create', 'update', 'delete'], group: '', resources: ['configmaps'], place: 'ours' },
  { verbs: ['get', 'create', 'update', 'delete'], group: '', resources: ['secrets'], place: 'ours' },
  { verbs: ['get', 'create', 'patch', 'delete'], group: '', resources: ['namespaces', 'persistentvolumes'], place: 'cluster' },
  { verbs: ['get', 'create', 'patch', 'delete'], group: 'admissionregistration.k8s.io', resources: ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'], place: 'cluster' },
  { verbs: ['get'], group: 'storage.k8s.io', resources: ['csidrivers', 'storageclasses'], place: 'cluster' },
  { verbs: ['get'], group: 'networking.k8s.io', resources: ['ingressclasses'], place: 'cluster' },
  { verbs: ['get'], group: 'scheduling.k8s.io', resources: ['priorityclasses'], place: 'cluster' },
  { verbs: ['get'], group: 'node.k8s.io', resources: ['runtimeclasses'], place: 'cluster' },
  { verbs: ['get'], group: 'apiextensions.k8s.io', resources: ['customresourcedefinitions'], place: 'cluster' },
  { verbs: ['get', 'patch'], group: INFOSCALE_GROUP, resources: ['disasterrecoveryplans', 'datareplications'], place: 'cluster' },
  { verbs: ['patch'], group: INFOSCALE_GROUP, resources: ['disasterrecoveryplans/status', 'datareplications/status'], place: 'cluster' },
  { verbs: ['get'], group: INFOSCALE_GROUP, resources: ['dns'], place: 'cluster' },
  { verbs: ['get', 'create'], group: '', resources: ['pods/exec'], place: 'storage' },
  { verbs: ['create'], group: '', resources: ['pods'], place: 'application' },
  { verbs: stage, group: '', resources: ['configmaps', 'secrets', 'services', 'limitranges', 'resourcequotas'], place: 'application' },
  { verbs: stageInPlace, group: '', resources: ['serviceaccounts', 'persistentvolumeclaims'], place: 'application' },
  { verbs: stage, group: 'apps', resources: ['deployments', 'statefulsets', 'daemonsets', 'replicasets'], place: 'application' },
  { verbs: stage, group: 'batch', resources: ['jobs', 'cronjobs'], place: 'application' },
  { verbs: stage, group: 'autoscaling', resources: ['horizontalpodautoscalers'], place: 'application' },
  { verbs: stage, group: 'networking.k8s.io', resources: ['ingresses', 'networkpolicies'], place: 'application' },
  { verbs: stage, group: 'policy', resources: ['poddisruptionbudgets'], place: 'application' },
  { verbs: [...stage, 'escalate', 'bind'], group: 'rbac.authorization.k8s.io', resources: ['roles'], place: 'application' },
  { verbs: stage, group: 'rbac.authorization.k8s.io', resources: ['rolebindings'], place: 'application' },
  { verbs: ['get', 'bind'], group: 'rbac.authorization.k8s.io', resources: ['clusterroles'], place: 'cluster' },
];

interface Question {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  /** Empty: cluster scope, or every namespace. */
  readonly namespace: string;
}

/** Where the rights are needed, and for which kinds beside the built-in ones. */
export interface RightsQuestion {
  /** The application's namespace. */
  readonly namespace: string;
  /** Kinds of the application, each as `apiVersion/Kind`. */
  readonly kinds: readonly string[];
  /** Where InfoScale's pods take vradmin by exec; null for a site without replicated storage. */
  readonly storageNamespace: string | null;
}

function questionsFor({ namespace, storageNamespace }: RightsQuestion): readonly Question[] {
  const places: Readonly<Record<Place, string>> = { application: namespace, cluster: '', ours: SYSTEM_NAMESPACE, storage: storageNamespace ?? '' };
  return needs
    .filter((need) => need.place !== 'storage' || storageNamespace !== null)
    .flatMap((need) =>
    need.resources.flatMap((name) => {
      const [resource = name, subresource = ''] = name.split('/');
      return need.verbs.map((verb) => ({ verb, group: need.group, resource, subresource, namespace: places[need.place] }));
    }),
  );
}

function sentence(question: Question): string {
  const resource = `${question.resource}${question.group === '' || question.group === '*' ? '' : `.${question.group}`}${question.subresource === '' ? '' : `/${question.subresource}`}`;
  return `${question.verb} ${resource}${question.namespace === '' ? '' : ` in ${question.namespace}`}`;
}

/** Kinds of the application's own: what staging them takes. A kind that is not served here is another check's matter. */
async function questionsOfKinds(kube: Kube, { namespace, kinds }: RightsQuestion): Promise<readonly Question[]> {
  const served = await kube.discover();
  const own = served.filter((r) => r.namespaced && kinds.includes(`${r.group === '' ? r.version : `${r.group}/${r.version}`}/${r.kind}`));
  return own.flatMap((r) => (r.group === '' && inPlace.includes(r.plural) ? stageInPlace : stage).map((verb) => ({ verb, group: r.group, resource: r.plural, subresource: '', namespace })));
}

/** Asks the API server about every right we need, all at once (SelfSubjectAccessReview). Returns those that are missing. */
export async function missingRights(kube: Kube, question: RightsQuestion): Promise<readonly string[]> {
  const questions = new Map([...questionsFor(question), ...(await questionsOfKinds(kube, question))].map((q) => [JSON.stringify(q), q]));
  const answers = await Promise.all(
    [...questions.values()].map(async (question) => {
      const review = await kube.create('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        metadata: {},
        spec: { resourceAttributes: question },
      });
      const status = review['status'] as { allowed?: boolean } | undefined;
      return status?.allowed === true ? null : sentence(question);
    }),
  );
  return answers.filter((answer) => answer !== null);
}
