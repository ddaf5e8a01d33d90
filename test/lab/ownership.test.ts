import { randomUUID } from 'node:crypto';
import { createKube } from '../../src/drivers/kubernetes/client.js';
import { createOwnership } from '../../src/drivers/kubernetes/ownership.js';
import { ownershipContract } from '../contracts/ownership.contract.js';
import { productKubeconfig } from './cluster.js';

/** Ownership on a real API server, under the product's own account. */
const kube = createKube({ site: 'test', kubeconfig: productKubeconfig() });
const used: string[] = [];
const pathTo = (unit: string): string => `/api/v1/namespaces/changeover-system/configmaps/ownership-${unit}`;

afterAll(async () => {
  await Promise.all(used.map((unit) => kube.remove(pathTo(unit))));
  await kube.close();
});

ownershipContract('ConfigMaps on a real API server', async () => ({
  ownership: createOwnership(kube),
  unit: () => {
    const unit = `test-${randomUUID()}`;
    used.push(unit);
    return unit;
  },
  corrupt: async (unit) => void (await kube.patch(pathTo(unit), { data: { record: '{"unit":' } }, 'merge')),
}));
