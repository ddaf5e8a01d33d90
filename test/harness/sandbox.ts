import { createHash, getRandomValues, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TypedSearchAttributes } from '@temporalio/common';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
// Internals of the SDK, pinned to 1.24.0 by package.json: nothing public runs a workflow without a server.
import { parseWorkflowCode } from '@temporalio/worker/lib/worker.js';
import type { Workflow } from '@temporalio/worker/lib/workflow/interface.js';
import { ReusableVMWorkflowCreator } from '@temporalio/worker/lib/workflow/reusable-vm.js';
import { globalHandlers } from '@temporalio/worker/lib/workflow/vm-shared.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const cache = join(root, 'node_modules/.cache/changeover');
const creators = new Map<string, Promise<ReusableVMWorkflowCreator>>();

export const productWorkflows = join(root, 'src/workflows/index.ts');

/** No limit: each call into the sandbox would start and join a thread to watch it. A workflow that computes for ever hangs its test instead. */
const NO_TIME_LIMIT = undefined as unknown as number;

/** Activities that the control worker serves within its workflow tasks. */
const servedWithinTasks = new Set(['ensureRecorded']);

export interface SandboxIds {
  readonly workflowType: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly taskQueue: string;
  readonly now: number;
  readonly continuedFrom?: string;
}

/** A workflow in the SDK's own sandbox, from the real bundle. The bundle is made once a process and kept on disk by content. */
export async function createWorkflow(workflowsPath: string, ids: SandboxIds): Promise<Workflow> {
  const creator = creators.get(workflowsPath) ?? createCreator(workflowsPath);
  creators.set(workflowsPath, creator);
  const started = new Date(ids.now);
  return (await creator).createWorkflow({
    info: {
      workflowType: ids.workflowType,
      workflowId: ids.workflowId,
      runId: ids.runId,
      namespace: 'default',
      firstExecutionRunId: ids.runId,
      originalExecutionRunId: ids.runId,
      ...(ids.continuedFrom === undefined ? {} : { continuedFromExecutionRunId: ids.continuedFrom }),
      attempt: 1,
      taskTimeoutMs: 10_000,
      taskQueue: ids.taskQueue,
      searchAttributes: {},
      typedSearchAttributes: new TypedSearchAttributes(),
      memo: {},
      historyLength: 3,
      historySize: 300,
      continueAsNewSuggested: false,
      targetWorkerDeploymentVersionChanged: false,
      startTime: started,
      runStartTime: started,
      unsafe: { now: () => ids.now, isReplaying: false, isReplayingHistoryEvents: false, random: { random: Math.random, uuid4: randomUUID, fillRandom: (array) => getRandomValues(array) } },
    },
    randomnessSeed: [...createHash('sha256').update(ids.runId).digest().subarray(0, 8)],
    now: ids.now,
    showStackTraceSources: false,
  });
}

async function createCreator(workflowsPath: string): Promise<ReusableVMWorkflowCreator> {
  const creator = await ReusableVMWorkflowCreator.create(parseWorkflowCode(await bundled(workflowsPath)), NO_TIME_LIMIT, servedWithinTasks);
  // They take the stack of every promise of the process, for a query that nobody asks here: half of a story's time.
  globalHandlers.uninstall();
  return creator;
}

/** The bundle of these workflows; made once for the same sources. */
export async function bundled(workflowsPath: string): Promise<string> {
  const file = join(cache, `workflows-${await fingerprint(workflowsPath)}.js`);
  try {
    return await readFile(file, 'utf8');
  } catch {
    const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
    await mkdir(cache, { recursive: true });
    // Test processes run side by side: each writes its own file and the last rename wins with the same content.
    await writeFile(`${file}.${process.pid}`, code);
    await rename(`${file}.${process.pid}`, file);
    return code;
  }
}

/** Of everything a bundle can contain: the workflows' own folder, the domain, and the SDK by its lock. */
async function fingerprint(workflowsPath: string): Promise<string> {
  const hash = createHash('sha256').update(workflowsPath);
  const folders = new Set([dirname(workflowsPath), join(root, 'src/workflows'), join(root, 'src/domain')]);
  const files = (await Promise.all([...folders].map(sources))).flat().toSorted();
  for (const file of [...files, join(root, 'package-lock.json')]) hash.update(file).update(await readFile(file));
  return hash.digest('hex').slice(0, 24);
}

async function sources(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((e) => e.isFile() && e.name.endsWith('.ts')).map((e) => join(e.parentPath, e.name));
}
