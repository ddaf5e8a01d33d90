import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { historyFromJSON, type History } from '@temporalio/common/lib/proto-utils.js';
import { DeterminismViolationError } from '@temporalio/workflow';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { tales } from '../../lab/golden/tales.js';
import { root } from '../docs/markdown.js';
import { bundled, productWorkflows } from '../harness/sandbox.js';

/** Histories of every procedure and outcome, recorded on a real Temporal server by `npm run golden`:
 * today's workflows must still be able to go on from each.
 * Where a change is meant to be another story, record it again: a run that is open stays with the build that began it. */
const folder = join(root, 'test/golden/histories');
const files = readdirSync(folder);

const textOf = (file: string) => gunzipSync(readFileSync(join(folder, file))).toString('utf8');
const historyOf = (file: string): History => historyFromJSON(JSON.parse(textOf(file)));

async function replayed(histories: readonly { workflowId: string; history: History }[]): Promise<ReadonlyMap<string, unknown>> {
  const errors = new Map<string, unknown>();
  const options = { workflowBundle: { code: await bundled(productWorkflows) }, replayName: 'golden' };
  for await (const { workflowId, error } of Worker.runReplayHistories(options, histories)) errors.set(workflowId, error);
  return errors;
}

describe('The histories of earlier runs', () => {
  beforeAll(() => Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'OFF' } } }));

  test('are there for every procedure and every outcome', () => {
    expect(new Set(files.map((file) => file.split('.')[0]))).toEqual(new Set(tales.map(({ name }) => name)));
  });

  test('can each be gone on from by the workflows as they are', async () => {
    const errors = await replayed(files.map((file) => ({ workflowId: file, history: historyOf(file) })));
    expect([...errors].filter(([, error]) => error !== undefined)).toEqual([]);
    expect(errors.size).toBe(files.length);
  });

  test('fail where one call is another than the one that was made: the replay can tell', async () => {
    const good = textOf('planned-completed.1.json.gz');
    const bad = good.replaceAll('"ensureVolumesRetained"', '"ensureVolumesForgotten"');
    expect(bad).not.toBe(good);
    const errors = await replayed([{ workflowId: 'bad', history: historyFromJSON(JSON.parse(bad)) }]);
    expect(errors.get('bad')).toBeInstanceOf(DeterminismViolationError);
  });
});
