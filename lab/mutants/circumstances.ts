import { setTimeout as pause } from 'node:timers/promises';
import { faultComponent } from '../fault.js';
import { waitFor } from '../process/wait.js';
import { awaitReady, withApi } from '../scenario/application.js';
import type { Scenario } from '../scenario/scenario.js';
import { askVvrd } from '../site/vvrd-client.js';

/** What happens around a run. Each part may be left out. */
export interface Circumstance {
  /** What it is, in words. */
  readonly what: string;
  /** Before the migration is asked for. */
  before?(scenario: Scenario): Promise<void>;
  /** From just before the outage; `ended` fires when the run is over or given up, and it returns then. */
  during?(ended: AbortSignal): Promise<void>;
}

/** How long a Primary that ships nothing goes on shipping nothing, from just before the outage. Longer than all tries of a swap take. */
const BACKLOG_MS = 8_000;
const SCALE_EVERY_MS = 50;

export const circumstances = {
  calm: { what: 'nothing beside it' },
  'slow-replication': {
    what: `replication ships nothing for ${BACKLOG_MS / 1000} s from just before the outage`,
    async during(ended) {
      await askVvrd('east', { op: 'sim', set: { pauseReplication: true } });
      await pause(BACKLOG_MS, undefined, { signal: ended }).catch(() => undefined);
      await askVvrd('east', { op: 'sim', set: { pauseReplication: false } });
    },
  },
  'scaling-up': {
    what: `something scales the application up at the source every ${SCALE_EVERY_MS} ms from just before the outage`,
    during: (ended) =>
      withApi('east', async (api) => {
        while (!ended.aborted) {
          await api.request('PATCH', '/apis/apps/v1/namespaces/orders/deployments/orders/scale', { value: { spec: { replicas: 1 } }, type: 'application/merge-patch+json' });
          await pause(SCALE_EVERY_MS, undefined, { signal: ended }).catch(() => undefined);
        }
      }),
  },
  'power-cut': {
    what: 'the power of the source\'s nodes fails in the middle of the load, before the migration',
    async before(scenario) {
      const pods = await restarts();
      for (const node of ['kubelet-1-east', 'kubelet-2-east']) await faultComponent('reboot', node);
      await waitFor(async () => [...(await restarts())].every(([pod, count]) => count > (pods.get(pod) ?? -1)), { what: 'every pod at east to start again', deadlineMs: 30_000 });
      await awaitReady('east', 1);
      await scenario.load.awaitMore(100, 20_000);
    },
  },
} as const satisfies Record<string, Circumstance>;

export type CircumstanceName = keyof typeof circumstances;

/** Pod → how often its containers were started again. */
async function restarts(): Promise<ReadonlyMap<string, number>> {
  interface Pod {
    readonly metadata: { readonly name: string };
    readonly status?: { readonly containerStatuses?: readonly { readonly restartCount: number; readonly ready: boolean }[] };
  }
  const { items } = await withApi('east', async (api) => (await api.request('GET', '/api/v1/pods')) as { items: readonly Pod[] });
  return new Map(items.map(({ metadata, status }) => [metadata.name, (status?.containerStatuses ?? []).reduce((sum, one) => sum + (one.ready ? one.restartCount : -1), 0)]));
}
