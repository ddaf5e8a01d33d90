import { connect } from '../../src/client/connect.js';
import { newRunId } from '../../src/client/run-id.js';
import { startMigration } from '../../src/client/start.js';
import { defaultOptions } from '../../src/domain/request.js';
import { accountToken } from '../../lab/scenario/account-token.js';
import { withApi } from '../../lab/scenario/application.js';
import { temporalPorts } from '../../lab/settings.js';

const namespace = 'bench';
const account = 'caller';

/** Somebody who may look at runs, start them and decide; a token of theirs. */
export async function makeCaller(): Promise<string> {
  await withApi('east', async (api) => {
    await api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    await api.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account, namespace } });
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'changeover-operator' };
    await api.apply({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: 'bench-caller' }, roleRef, subjects: [{ kind: 'ServiceAccount', name: account, namespace }] });
  });
  return accountToken('east', { namespace, account, audiences: ['changeover'] });
}

/** So many at once: a check takes a second of mostly waiting. */
const AT_ONCE = 8;

/** Runs that closed as refused: of plans that do not exist. */
export async function makeClosedRuns(count: number): Promise<void> {
  const client = await connect({ address: `127.0.0.1:${temporalPorts.grpc}`, namespace: 'default' });
  const { waitForTtl, approval, ...rest } = defaultOptions;
  try {
    let next = 0;
    const one = async (): Promise<void> => {
      while (next < count) {
        next += 1;
        const name = `absent-${String(next).padStart(4, '0')}`;
        const now = new Date();
        const { workflowId, temporalRunId } = await startMigration(client, {
          run: newRunId(name, now), unit: { namespace: 'infoscale-vtas', name }, target: 'west', expectedPrimary: 'east', sites: ['east', 'west'], reason: 'to fill the list',
          requestedBy: { name: 'bench', verified: false, via: 'library' }, requestedAt: now.toISOString(), options: { ...rest, waitForTtl, approval },
        });
        // A refused run fails, which is what is wanted.
        await client.workflow.getHandle(workflowId, temporalRunId).result().catch(() => {});
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));
  } finally {
    await client.connection.close();
  }
}
