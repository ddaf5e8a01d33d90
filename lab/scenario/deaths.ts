import { Connection } from '@temporalio/client';
import { setLink } from '../links/links.js';
import { waitFor } from '../process/wait.js';
import { nodeNames, sites, temporalPorts, type SiteName } from '../settings.js';
import { askVvrd } from '../site/vvrd-client.js';
import { withApi } from './application.js';
import type { Scenario } from './scenario.js';

/** Where kill -9 meets the worker: a step has its turn and has done nothing, it has done its work and told nobody, or a workflow task is under way. */
export const deaths = ['before an effect', 'after an effect', 'inside a workflow task'] as const;
export type Death = (typeof deaths)[number];

/** Each way of a link while the moment is awaited: long enough to hit it, short enough to change nothing else. */
const SLOW_MS = 250;
const PATIENCE_MS = 60_000;
/** PENDING_WORKFLOW_TASK_STATE_STARTED of Temporal's API (temporal/api/enums/v1/workflow.proto). */
const STARTED = 2;
const whole = { mode: 'ok', latencyMs: 0 } as const;

/** What a run tells of its steps. */
export interface Progressing {
  readonly steps: readonly { readonly name: string; readonly endedAt: string | null }[];
}

/** Waits until an activity of this step has taken its turn in the record of a site. */
export async function untilTurn(site: SiteName, step: string): Promise<void> {
  await withApi(site, (api) =>
    waitFor(async () => {
      const { data } = (await api.request('GET', '/api/v1/namespaces/changeover-system/configmaps/ownership-orders')) as { data: { record: string } };
      return (JSON.parse(data.record) as { turns: Record<string, unknown> }).turns[step] !== undefined;
    }, { what: `${step} to begin at ${site}`, deadlineMs: PATIENCE_MS, intervalMs: 5 }),
  );
}

const meets: Readonly<Record<Death, (scenario: Scenario, source: SiteName) => Promise<void>>> = {
  /** The answer to the turn is still on its way when the worker dies. */
  async 'before an effect'(scenario, source) {
    await untilTurn(source, 'freeze-controllers');
    await slowly(`api-${source}`, async () => {
      await untilTurn(source, 'offline-source');
      scenario.worker.killHard();
    });
  },
  async 'after an effect'(scenario, source) {
    const target = sites[source].peer;
    await untilTurn(source, 'swap-roles');
    await waitFor(() => isPrimary(target), { what: `${target} to be Primary`, deadlineMs: PATIENCE_MS, intervalMs: 5 });
    scenario.worker.killHard();
  },
  /** Temporal has given a task to the worker, and no answer to it. */
  async 'inside a workflow task'(scenario, source) {
    await untilTurn(source, 'offline-source');
    await slowly('temporal', async () => {
      const connection = await Connection.connect({ address: `127.0.0.1:${temporalPorts.grpc}` });
      try {
        await waitFor(async () => {
          const { pendingWorkflowTask } = await connection.workflowService.describeWorkflowExecution({ namespace: 'default', execution: { workflowId: 'changeover/orders' } });
          return pendingWorkflowTask?.state === STARTED;
        }, { what: 'a workflow task to be under way', deadlineMs: PATIENCE_MS, intervalMs: 5 });
        scenario.worker.killHard();
      } finally {
        await connection.close();
      }
    });
  },
};

/** Kills the worker in a run that moves the application away from `source`; its supervisor starts it again. Returns when, unix ms. */
export async function killWorkerAt(death: Death, scenario: Scenario, source: SiteName): Promise<number> {
  await meets[death](scenario, source);
  return Date.now();
}

/** Seconds from a moment to the end of the next step. @throws when no step ended after it. */
export function nextStepAfter(moment: number, { steps }: Progressing): number {
  const after = steps.flatMap(({ endedAt }) => (endedAt === null ? [] : [Date.parse(endedAt) - moment])).filter((ms) => ms > 0);
  if (after.length === 0) throw new Error('no step ended after the kill');
  return Math.min(...after) / 1000;
}

async function slowly(link: string, work: () => Promise<void>): Promise<void> {
  await setLink(link, { mode: 'slow', latencyMs: SLOW_MS });
  try {
    await work();
  } finally {
    await setLink(link, whole);
  }
}

/** As the site's own storage says it: VVR lists the Primary first and marks who answers. */
async function isPrimary(site: SiteName): Promise<boolean> {
  const answer = await askVvrd(site, { op: 'vradmin', node: nodeNames(sites[site])[0], argv: ['-g', sites[site].diskGroup, '-l', 'printrvg', 'orders_rvg'] });
  return /^Primary:(?:(?!^Secondary:)[^])*<localhost>/m.test(String(answer['stdout']));
}
