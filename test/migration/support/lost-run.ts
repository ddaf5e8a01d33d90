import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { promisify } from 'node:util';
import { scopeFolder } from '../../../lab/paths.js';
import { runningRecord, spawnComponent } from '../../../lab/process/component.js';
import { stopComponent } from '../../../lab/process/stop.js';
import { waitFor } from '../../../lab/process/wait.js';
import type { Scenario } from '../../../lab/scenario/scenario.js';
import { siteNames, temporalPorts, type SiteName } from '../../../lab/settings.js';
import type { ByHand } from '../../../src/by-hand/index.js';
import { connect } from '../../../src/client/connect.js';
import { recoverSeen } from '../../../src/client/recover.js';
import type { Assessment, RecoverRequest } from '../../../src/domain/recovery.js';

const exec = promisify(execFile);
const place = { scope: 'temporal', name: 'temporal' };
const address = `127.0.0.1:${temporalPorts.grpc}`;

/** Ends the run of the unit as `temporal workflow terminate` does: nothing of it is told. */
export async function terminate(): Promise<void> {
  const client = await connect({ address, namespace: 'default' });
  try {
    await client.workflow.getHandle('changeover/orders').terminate('the wrong button');
  } finally {
    await client.connection.close();
  }
}

/** Resets the run of the unit, as `temporal workflow reset` does: to its first workflow task, or to its last one. */
export async function reset(to: 'first' | 'last'): Promise<void> {
  const client = await connect({ address, namespace: 'default' });
  try {
    const handle = client.workflow.getHandle('changeover/orders');
    const { runId } = await handle.describe();
    const { events } = await handle.fetchHistory();
    const tasks = (events ?? []).filter(({ workflowTaskCompletedEventAttributes: task }) => task != null);
    const task = to === 'first' ? tasks[0] : tasks.at(-1);
    if (task?.eventId == null) throw new Error('the run has done nothing yet');
    await client.workflowService.resetWorkflowExecution({ namespace: 'default', workflowExecution: { workflowId: 'changeover/orders', runId }, reason: 'the wrong button', requestId: randomUUID(), workflowTaskFinishEventId: task.eventId });
  } finally {
    await client.connection.close();
  }
}

/** Asks as the HTTP API does: looks first, and starts only what is open. */
export async function recoverAsSeen(run: string, way: RecoverRequest['way']): Promise<void> {
  const client = await connect({ address, namespace: 'default' });
  try {
    await recoverSeen(client, { unit: { namespace: 'infoscale-vtas', name: 'orders' }, sites: siteNames, run, way, reason: 'its workflow is gone', requestedBy: { name: 'ann', verified: true, via: 'api' }, requestedAt: new Date().toISOString() });
  } finally {
    await client.connection.close();
  }
}

/** Ends Temporal and returns how to start it again: with its database as it was, or with an empty one. */
export async function stopTemporal(): Promise<(database: 'kept' | 'lost') => Promise<void>> {
  const record = runningRecord(place);
  if (record === undefined) throw new Error('Temporal does not run');
  await stopComponent(record);
  return async (database) => {
    if (database === 'lost') for (const end of ['', '-shm', '-wal', '-journal']) rmSync(`${scopeFolder('temporal')}/temporal.db${end}`, { force: true });
    spawnComponent(record);
    await waitFor(async () => {
      const client = await connect({ address, namespace: 'default' });
      await client.connection.close();
      return true;
    }, { what: 'Temporal to serve again', deadlineMs: 30_000 });
  };
}

/** What is open to the lost run, and what stands of it. Asked until a worker answers. */
export async function assessed(scenario: Scenario): Promise<Assessment> {
  return waitFor(async () => {
    const { exitCode, stdout } = await scenario.try(['recover', 'orders', '-o', 'json']);
    return exitCode === 0 || exitCode === 6 ? (JSON.parse(stdout) as Assessment) : undefined;
  }, { what: 'the lost run to be looked at', deadlineMs: 60_000 });
}

/** Goes the recommended way and waits for its end. */
export async function recoverRecommended(scenario: Scenario): Promise<void> {
  await scenario.run(['recover', 'orders', '--way', 'recommended', '--reason', 'its workflow is gone']);
}

/** Runs the lines that the product prints for a person, and nothing else; fails where one of them fails. Printed as soon as this site is the one to serve. */
export async function runPrintedLines(scenario: Scenario, site: SiteName): Promise<string> {
  await waitFor(async () => {
    const { stdout } = await scenario.try(['recover', 'orders', '--print', '-o', 'json']);
    return (JSON.parse(stdout) as ByHand).serves === site;
  }, { what: `lines for ${site}`, deadlineMs: 60_000 });
  const { stdout: lines } = await scenario.run(['recover', 'orders', '--print']);
  await exec('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-x', '-c', lines], { timeout: 60_000 });
  return lines;
}
