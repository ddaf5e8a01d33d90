import { createKube } from '../../../src/drivers/kubernetes/client.js';
import { createFence } from '../../../src/drivers/kubernetes/fence.js';
import { createWorld } from '../../../src/drivers/memory/world.js';
import { fenceLabel } from '../../../src/domain/names.js';
import { aPlan, aWork } from '../../harness/builders.js';
import { json, scriptedServer, status, type Answer } from './scripted-server.js';

const plan = aPlan(createWorld());
const namespace = (...labels: readonly (readonly [string, string])[]): Answer => json({ kind: 'Namespace', metadata: { name: plan.application.namespace, labels: Object.fromEntries(labels) } });
const label = fenceLabel(plan.unit.name);
const lost = status(500, 'etcdserver: request timed out');
const gone = json({ kind: 'Status' });

/** What the fence asked of a server that answers so, until it gave up or was done. */
async function asked(script: readonly Answer[], act: (fence: ReturnType<typeof createFence>) => Promise<unknown>): Promise<{ readonly requests: readonly string[]; readonly failed: unknown }> {
  const server = await scriptedServer(script);
  const kube = createKube({ site: 'east', kubeconfig: server.kubeconfig });
  try {
    const failed = await act(createFence(kube, { user: 'changeover' })).then(() => null, (error: unknown) => error);
    return { requests: server.requests.map((line) => line.split('?')[0] ?? ''), failed };
  } finally {
    await kube.close();
    await server.close();
  }
}

describe('A write of the fence whose answer was lost', () => {
  test('is done when the namespace says so', async () => {
    const { requests, failed } = await asked([gone, gone, namespace([label, 'off']), lost, namespace()], (fence) => fence.ensureRemoved(plan, aWork()));
    expect(failed).toBeNull();
    expect(requests.at(-2)).toBe(`PATCH /api/v1/namespaces/${plan.application.namespace}`);
  });

  test('is an error when the namespace says otherwise', async () => {
    const { failed } = await asked([gone, gone, namespace([label, 'off']), lost, namespace([label, 'off'])], (fence) => fence.ensureRemoved(plan, aWork()));
    expect(failed).toMatchObject({ code: 'Unreachable' });
  });

  test('is not made where there is nothing to take away', async () => {
    const { requests, failed } = await asked([gone, gone, namespace()], (fence) => fence.ensureRemoved(plan, aWork()));
    expect(failed).toBeNull();
    expect(requests.filter((line) => line.startsWith('PATCH'))).toEqual([]);
  });
});
