import { jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { ChangeoverError } from '../../src/domain/errors.js';
import { createKube } from '../../src/drivers/kubernetes/client.js';
import { createFence } from '../../src/drivers/kubernetes/fence.js';
import type { Plan } from '../../src/domain/plan.js';
import { fenceContract } from '../contracts/fence.contract.js';
import { planOf, workOf } from '../contracts/plan-of.js';
import { adminKubeconfig, freshNamespace, productKubeconfig } from './cluster.js';

/** The fence on a real API server, under the product's own account; "somebody else" is the cluster's administrator. */
jest.setTimeout(30_000);
const admin = createKube({ site: 'test', kubeconfig: adminKubeconfig() });
const product = createKube({ site: 'test', kubeconfig: productKubeconfig() });
const used: string[] = [];

afterAll(async () => {
  await Promise.all(used.map((name) => admin.remove(`/api/v1/namespaces/${name}`)));
  await Promise.all([admin.close(), product.close()]);
});

async function accepted(change: Promise<unknown>): Promise<boolean> {
  return await change.then(
    () => true,
    (error: unknown) => {
      if (error instanceof ChangeoverError && error.message.includes("ValidatingAdmissionPolicy 'changeover-fence")) return false;
      throw error;
    },
  );
}

fenceContract('admission policies on a real API server', async () => ({
  fence: createFence(product),
  namespace: async () => {
    const name = await freshNamespace(admin, 'fence');
    used.push(name);
    await admin.watchUntil(`/api/v1/namespaces/${name}/serviceaccounts`, {}, { signal: AbortSignal.timeout(10_000), seen: (accounts) => accounts.get(`${name}/default`) });
    return name;
  },
  absentNamespace: () => {
    const name = `test-fence-${randomUUID()}`;
    used.push(name);
    return name;
  },
  admits: (namespace, pod) =>
    accepted(
      admin.create(
        `/api/v1/namespaces/${namespace}/pods`,
        {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { generateName: 'other-', labels: pod.labels ?? {} },
          spec: { containers: [{ name: 'c', image: 'x' }], volumes: (pod.claims ?? []).map((claim, n) => ({ name: `v${n}`, persistentVolumeClaim: { claimName: claim } })) },
        },
        { dryRun: true },
      ),
    ),
  namespaceLabels: async (namespace) => (await admin.get(`/api/v1/namespaces/${namespace}`))?.metadata.labels ?? null,
  otherLabels: (namespace, labels) => accepted(admin.patch(`/api/v1/namespaces/${namespace}`, { metadata: { labels } }, 'merge')),
}));

describe('A fence that somebody tampered with', () => {
  const policies = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies';
  const fence = createFence(product);

  async function standing(): Promise<{ readonly plan: Plan; readonly name: string }> {
    const namespace = await freshNamespace(admin, 'tampered');
    used.push(namespace);
    const plan = planOf({ unit: { namespace: 'infoscale-vtas', name: namespace }, application: { namespace, labels: ['app=orders'] } });
    await fence.ensureInstalled(plan, false, workOf());
    return { plan, name: `changeover-fence-${namespace}` };
  }

  test.each([
    ['whose policy lets everything in', (name: string) => admin.patch(`${policies}/${name}`, { spec: { validations: [{ expression: 'true' }] } }, 'merge')],
    ['whose policy was deleted', (name: string) => admin.remove(`${policies}/${name}`)],
    ['whose binding was deleted', (name: string) => admin.remove(`/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/${name}`)],
    ['whose binding only warns', (name: string) => admin.patch(`/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/${name}`, { spec: { validationActions: ['Warn'] } }, 'merge')],
  ])('%s is written again when it is switched on, and denies', async (_, tamper) => {
    const { plan, name } = await standing();
    await tamper(name);
    const work = workOf();
    expect(await fence.ensureOn(plan, work)).toContain('denied');
    await fence.ensureRemoved(plan, workOf());
  });
});
