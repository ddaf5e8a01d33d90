import type { Client } from '@temporalio/client';
import { ChangeoverError } from '../domain/errors.js';
import type { MigrationRequest } from '../domain/request.js';
import { RUNS } from './run-types.js';
import { newestRun, quoted } from './runs.js';
import { startMigration, type Started } from './start.js';
import { runOf } from './status.js';

/** What makes two requests the same: digests of the key that the sender chose (with who sent it) and of what was asked for. */
export interface RequestKey {
  readonly key: string;
  readonly body: string;
}

/** Keys are remembered at least this long, milliseconds. */
const REMEMBERED_MS = 24 * 3_600_000;

/**
 * Starts a migration at most once for a key. What a key started stands in the memo of its run, so any process can answer a repetition.
 * Throws `KeyReused` for another request under the same key. `found` with another run: that one is at work, nothing was started.
 */
export async function startOnce(client: Client, request: MigrationRequest, key: RequestKey): Promise<Started & { readonly repeated: boolean }> {
  const earlier = await startedBy(client, request.unit.name, key);
  if (earlier !== null) return { ...earlier, found: false, repeated: true };
  const started = await startMigration(client, request, { key: key.key, body: key.body });
  if (!started.found) return { ...started, repeated: false };
  // The one at work may have been started by the same request a moment ago.
  const same = await startedBy(client, request.unit.name, key);
  return same === null ? { ...started, repeated: false } : { ...same, found: false, repeated: true };
}

async function startedBy(client: Client, unit: string, key: RequestKey): Promise<Omit<Started, 'found'> | null> {
  // The unit's own newest run is read without delay; the list, which may be a second behind, knows the other units.
  const newest = await newestRun(client, unit);
  if (newest?.memo['key'] === key.key) return same(newest.memo, key, newest);
  const since = new Date(Date.now() - REMEMBERED_MS).toISOString();
  for await (const { memo, workflowId, runId } of client.workflow.list({ query: `${RUNS} AND StartTime >= ${quoted(since)}` })) {
    if (memo?.['key'] === key.key) return same(memo, key, { workflowId, temporalRunId: runId });
  }
  return null;
}

function same(memo: Record<string, unknown>, key: RequestKey, at: { readonly workflowId: string; readonly temporalRunId: string }): Omit<Started, 'found'> {
  const run = runOf(memo) ?? at.temporalRunId;
  if (memo['body'] !== key.body) throw new ChangeoverError('KeyReused', `This Idempotency-Key belongs to another request, which started run ${run}.`);
  return { run, workflowId: at.workflowId, temporalRunId: at.temporalRunId };
}
