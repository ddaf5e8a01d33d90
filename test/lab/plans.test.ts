import { readdirSync, readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { parseAllDocuments } from 'yaml';
import { createKube } from '../../src/drivers/kubernetes/client.js';
import { pathOf } from '../../src/drivers/kubernetes/kube.js';
import { missingRights } from '../../src/drivers/kubernetes/rights.js';
import { createPlans } from '../../src/drivers/infoscale/plans.js';
import type { RawObject } from '../../src/ports/objects.js';
import { plansContract } from '../contracts/plans.contract.js';
import { adminKubeconfig, freshNamespace, productKubeconfig } from './cluster.js';

/** The DR objects on a real API server with our CRDs, under the product's own account. */
const admin = createKube({ site: 'test', kubeconfig: adminKubeconfig() });
const product = createKube({ site: 'test', kubeconfig: productKubeconfig() });
let namespace = '';

beforeAll(async () => {
  namespace = await freshNamespace(admin, 'plans');
});
afterAll(async () => {
  await admin.remove(`/api/v1/namespaces/${namespace}`);
  await Promise.all([admin.close(), product.close()]);
});

const base = (): string => `/apis/infoscale.veritas.com/v1/namespaces/${namespace}`;
const object = (kind: string, name: string, spec: object, rest: object = {}): RawObject => ({ apiVersion: 'infoscale.veritas.com/v1', kind, metadata: { name }, spec, ...rest });

plansContract('CRDs on a real API server', async () => ({
  plans: createPlans(product),
  unit: async () => {
    const name = `orders-${randomUUID().slice(0, 8)}`;
    await admin.create(`${base()}/datareplications`, object('DataReplication', `${name}-datarep`, { currentPrimary: 'east', localHostAddress: '127.0.0.1', selector: { namespace: 'orders' }, remoteClusterDetails: [{ clusterName: 'west', remoteHostAddress: '127.0.0.1' }] }));
    await admin.patch(`${base()}/datareplications/${name}-datarep/status`, { status: { currentPrimary: 'east', primaryStatus: { rvgName: 'orders_rvg', dgName: 'vrts_kube_dg-east' } } }, 'merge');
    await admin.create(`${base()}/dns`, object('DNS', `${name}-dns`, { domain: 'example.test', resRecord: { orders: '127.10.0.80', shop: 'orders' }, ttl: 20, createPTR: true, stealthMasters: ['127.0.53.1'] }));
    const selector = { namespace: 'orders', labels: ['app=orders'] };
    await admin.create(`${base()}/disasterrecoveryplans`, object('DisasterRecoveryPlan', name, { primaryCluster: 'east', preferredClusterList: ['east', 'west'], selector, dataReplicationPointer: `${name}-datarep`, dnsPointer: `${name}-dns` }));
    return { namespace, name };
  },
  status: async (unit) => ((await admin.get(`${base()}/disasterrecoveryplans/${unit.name}`))?.['status'] ?? {}) as Readonly<Record<string, unknown>>,
  // As if Argo CD had applied it: the field managers stored with an object may be rewritten by an update.
  managed: async (unit) => {
    const path = `${base()}/disasterrecoveryplans/${unit.name}`;
    const managedFields = ((await admin.get(path))?.metadata['managedFields'] ?? []) as readonly object[];
    await admin.patch(path, { metadata: { annotations: { 'argocd.argoproj.io/tracking-id': 'shop:orders' }, managedFields: managedFields.map((entry) => ({ ...entry, manager: 'argocd-controller' })) } }, 'merge');
  },
}));

describe('the manifests', () => {
  test('give the product every right its drivers use', async () => {
    expect(await missingRights(product, { namespace, kinds: [], storageNamespace: 'infoscale-vtas' })).toEqual([]);
  });

  test('give no right to run commands in pods of the application, nor to change nodes or cluster roles', async () => {
    const allowed = async (attributes: object): Promise<boolean> => {
      const review = await product.create('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', metadata: {}, spec: { resourceAttributes: attributes } });
      return (review['status'] as { allowed: boolean }).allowed;
    };
    const forbidden = [
      { verb: 'get', resource: 'pods', subresource: 'exec', namespace },
      { verb: 'create', resource: 'pods', subresource: 'exec', namespace },
      { verb: 'get', resource: 'pods', subresource: 'proxy', namespace },
      { verb: 'patch', resource: 'nodes' },
      { verb: 'patch', group: 'rbac.authorization.k8s.io', resource: 'clusterroles' },
      { verb: 'create', group: 'rbac.authorization.k8s.io', resource: 'clusterrolebindings' },
      { verb: 'delete', group: 'infoscale.veritas.com', resource: 'disasterrecoveryplans' },
      { verb: 'impersonate', resource: 'users' },
    ];
    expect(await Promise.all(forbidden.map(allowed))).toEqual(forbidden.map(() => false));
  });

  test('are accepted by the API server as they stand', async () => {
    const files = ['deploy/crds', 'deploy'].flatMap((folder) => readdirSync(folder).filter((file) => file.endsWith('.yaml')).map((file) => `${folder}/${file}`));
    const served = await admin.discover();
    for (const document of files.flatMap((file) => parseAllDocuments(readFileSync(file, 'utf8')))) {
      const manifest = document.toJS() as RawObject;
      const resource = served.find((one) => one.kind === manifest.kind && [`${one.group}/${one.version}`, one.version].includes(manifest.apiVersion));
      if (resource === undefined) throw new Error(`${manifest.kind} is not served`);
      const accepted = await admin.apply(pathOf(resource, manifest.metadata.namespace, manifest.metadata.name), manifest, { dryRun: true, force: true });
      expect(accepted.metadata.name).toBe(manifest.metadata.name);
    }
  });
});
