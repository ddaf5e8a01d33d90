import type { Query, ServedResource } from '../../src/drivers/kubernetes/kube.js';
import type { RawObject } from '../../src/ports/objects.js';
import { FakeKube } from '../harness/fake-kube.js';
import { fakeResources } from '../harness/fake-resources.js';

function served(group: string, kind: string, options: { plural: string; namespaced?: boolean }): ServedResource {
  return { group, version: 'v1', kind, plural: options.plural, namespaced: options.namespaced === true, verbs: [], subresources: [], preferred: true };
}

const more: readonly ServedResource[] = [
  served('admissionregistration.k8s.io', 'ValidatingAdmissionPolicy', { plural: 'validatingadmissionpolicies' }),
  served('admissionregistration.k8s.io', 'ValidatingAdmissionPolicyBinding', { plural: 'validatingadmissionpolicybindings' }),
  served('rbac.authorization.k8s.io', 'ClusterRole', { plural: 'clusterroles' }),
  served('rbac.authorization.k8s.io', 'ClusterRoleBinding', { plural: 'clusterrolebindings' }),
  served('infoscale.veritas.com', 'DisasterRecoveryPlan', { plural: 'disasterrecoveryplans', namespaced: true }),
];

/** An API server in memory that lists over all namespaces, and says what an account may do. */
export class SiteKube extends FakeKube {
  /** `delete clusterroles`: what the account may not. */
  readonly mayNot = new Set<string>();
  /** What it says to everything when it is away. */
  away: Error | null = null;
  private readonly paths = new Set<string>();

  constructor(site: string) {
    super(site, [...fakeResources, ...more]);
    this.reactions.push(({ metadata, kind }) => {
      const plural = this.served.find((one) => one.kind === kind)?.plural ?? '';
      if (metadata.namespace !== undefined) this.paths.add(`${metadata.namespace}/${plural}`);
    });
  }

  override async list(path: string, query?: Query): Promise<readonly RawObject[]> {
    if (this.away !== null) throw this.away;
    const own = await super.list(path, query);
    if (path.includes('/namespaces/')) return own;
    const [root, plural] = [path.slice(0, path.lastIndexOf('/')), path.slice(path.lastIndexOf('/') + 1)];
    const inside = [...this.paths].filter((one) => one.endsWith(`/${plural}`)).map((one) => super.list(`${root}/namespaces/${one}`, query));
    return [...own, ...(await Promise.all(inside)).flat()];
  }

  override async create(path: string, body: object): Promise<RawObject> {
    if (!path.endsWith('/selfsubjectaccessreviews')) return super.create(path, body);
    const { resourceAttributes: asked } = (body as { spec: { resourceAttributes: { verb: string; resource: string } } }).spec;
    return { ...(body as RawObject), status: { allowed: !this.mayNot.has(`${asked.verb} ${asked.resource}`) } };
  }
}
