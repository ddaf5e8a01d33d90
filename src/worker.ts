#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Client } from '@temporalio/client';
import { NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { createActivities } from './activities/index.js';
import { temporalAway } from './client/away.js';
import { closedRuns } from './client/closed-runs.js';
import { openRuns } from './client/runs.js';
import { readStatus } from './client/status.js';
import { report } from './cli/command.js';
import { configPath, loadConfig, type Config } from './config.js';
import { createDrivers } from './drivers/index.js';
import { ChangeoverError } from './domain/errors.js';
import { CONTROL_QUEUE, siteQueue } from './domain/names.js';
import { keepKeeping } from './keeper/keeper.js';
import { serveHealth, type Health } from './health/health.js';
import { callFields } from './logging/call-fields.js';
import { createLog, type Log } from './logging/log.js';
import { installRuntime } from './logging/runtime.js';
import { keepLooking, WaitingGauges, type OpenRun } from './metrics/waiting.js';
import { buildIdOf, DEPLOYMENT } from './temporal/build.js';
import { dataConverter } from './temporal/converter.js';
import { steward, takePlace } from './temporal/steward.js';

const usage = `Usage: changeover-worker [--config FILE] [--sites east,west] [--no-control] [--until-drained] [--health HOST:PORT]

Polls the queue of the workflows and the queue of each named site (default: all sites).
The safe installation runs one worker per site, beside its cluster, with --no-control, and a control worker outside both
with --sites none, which needs no kubeconfig and no key.
With --until-drained it ends by itself once another build of the control worker is current and no run is open on its own.
With --health it answers GET /healthz (it runs) and GET /readyz (it polls, and Temporal answers) there.`;

/** Where everything meets: configuration → drivers → activities → workers. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { config: { type: 'string' }, sites: { type: 'string' }, control: { type: 'boolean', default: true }, 'until-drained': { type: 'boolean', default: false }, health: { type: 'string' }, help: { type: 'boolean', short: 'h', default: false } },
    allowNegative: true,
  });
  if (values.help) return console.log(usage);
  const named = values.sites === undefined ? 'every' : sitesOf(values.sites);
  const config = loadConfig(configPath(values.config), { sites: named });
  const log = createLog(config.log, console.log);
  installRuntime(log, config);
  const sites = named === 'every' ? Object.keys(config.sites) : named;
  const drivers = await createDrivers(config, sites, { journal: values.control });
  const connection = await connected(config.temporal);
  const bundle = config.temporal.payloadKeys.length === 0 ? 'workflow-bundle.js' : 'workflow-bundle-sealed.js';
  const shared = {
    connection,
    namespace: config.temporal.namespace,
    dataConverter: dataConverter(config.temporal.payloadKeys),
    activities: createActivities(drivers.ports),
    interceptors: { activity: [callFields] },
    maxHeartbeatThrottleInterval: '1s',
    stickyQueueScheduleToStartTimeout: '1s',
    shutdownGraceTime: '3s',
    shutdownForceTime: '8s',
  } satisfies Partial<WorkerOptions>;
  const queues = sites.map((site) => Worker.create({ ...shared, taskQueue: siteQueue(site) }));
  const build = values.control && config.temporal.versioning ? buildIdOf(inDist('workflow-bundle.js')) : null;
  if (values.control) queues.push(Worker.create({ ...shared, ...(build === null ? {} : pinnedTo(build)), taskQueue: CONTROL_QUEUE, workflowBundle: { codePath: inDist(bundle) } }));
  if (queues.length === 0) throw new ChangeoverError('Invalid', 'With --sites none and --no-control there is nothing to do.');
  const workers = await Promise.all(queues);
  const deployments = { service: connection.workflowService, namespace: config.temporal.namespace };
  const said = build === null ? [] : (await takePlace(deployments, build)).sentences;
  for (const sentence of said) log('info', sentence);
  log('info', `worker ready: ${[...sites.map(siteQueue), ...(values.control ? [CONTROL_QUEUE] : [])].join(', ')}`);
  const ended = new AbortController();
  const watch = build === null ? null : steward(deployments, { buildId: build, said, say: (sentence) => log('info', sentence), signal: ended.signal, untilDrained: values['until-drained'] });
  void watch?.then((why) => {
    if (why === 'drained') for (const worker of workers) worker.shutdown();
  });
  const client = new Client({ connection, namespace: config.temporal.namespace, dataConverter: shared.dataConverter });
  const served = values.health === undefined ? null : await serveHealth(values.health, healthOf(workers, client));
  const measuring = !values.control || config.metrics.worker === undefined ? null : measureWaiting(client, log, ended.signal);
  const { journal } = drivers.ports;
  const keeping = !values.control || journal === null ? null : keepKeeping({ runs: closedRuns(client, ended.signal), journal, say: (sentence) => log('warn', sentence), signal: ended.signal });
  try {
    await Promise.all(workers.map((worker) => worker.run()));
  } finally {
    ended.abort();
    await Promise.all([watch, measuring, keeping, served?.close()]);
    await drivers.close();
    await connection.close();
  }
}

/** A run stays with the build that began it: its history fits no other for certain. */
function pinnedTo(buildId: string) {
  return { workerDeploymentOptions: { version: { deploymentName: DEPLOYMENT, buildId }, useWorkerVersioning: true, defaultVersioningBehavior: 'PINNED' } } as const;
}

function measureWaiting(client: Client, log: Log, signal: AbortSignal): Promise<void> {
  const runs = { list: () => openRuns(client), status: ({ plan, temporalRunId }: OpenRun) => readStatus(client, plan, temporalRunId) };
  return keepLooking(new WaitingGauges(runs, Runtime.instance().metricMeter), signal, (why) => log('warn', `the open runs could not be counted: ${why}`));
}

/** A worker that failed ends the process by itself; one that stands in any other state comes back with Temporal. */
function healthOf(workers: readonly Worker[], client: Client): Health {
  const states = () => workers.map((worker) => `${worker.options.taskQueue} is ${worker.getState()}`);
  return {
    dead: () => states().find((state) => /FAILED|STOPPED/.test(state)) ?? null,
    notReady: async () => states().find((state) => !state.endsWith(' RUNNING')) ?? temporalAway(client),
  };
}

function inDist(file: string): string {
  return fileURLToPath(new URL(`../${file}`, import.meta.url));
}

/** `none` is said, not left out: a variable that happens to be empty must not make a worker that serves nobody. */
function sitesOf(text: string): readonly string[] {
  if (text === 'none') return [];
  const sites = text.split(',').filter((site) => site !== '');
  if (sites.length === 0) throw new ChangeoverError('Invalid', '--sites names no site; write --sites none for a worker that serves the workflows only.');
  return sites;
}

async function connected({ address, credentials }: Config['temporal']): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect({ address, ...credentials() });
  } catch (cause) {
    throw new ChangeoverError('Unreachable', `Temporal does not answer at ${address}.`, { cause });
  }
}

try {
  await main();
} catch (error) {
  process.exitCode = report(error, 'text');
}
