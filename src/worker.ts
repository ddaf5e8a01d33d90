#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createActivities } from './activities/index.js';
import { report } from './cli/command.js';
import { configPath, loadConfig, type Config } from './config.js';
import { createDrivers } from './drivers/index.js';
import { ChangeoverError } from './domain/errors.js';
import { CONTROL_QUEUE, siteQueue } from './domain/names.js';
import { dataConverter } from './temporal/converter.js';

const usage = `Usage: changeover-worker [--config FILE] [--sites east,west] [--no-control]

Polls the queue of the workflows and the queue of each named site (default: all sites).
The safe installation runs one worker per site, beside its cluster, with --no-control, and a control worker outside both
with --sites none, which needs no kubeconfig and no key.`;

/** Where everything meets: configuration → drivers → activities → workers. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { config: { type: 'string' }, sites: { type: 'string' }, control: { type: 'boolean', default: true }, help: { type: 'boolean', short: 'h', default: false } },
    allowNegative: true,
  });
  if (values.help) return console.log(usage);
  const named = values.sites === undefined ? 'every' : sitesOf(values.sites);
  const config = loadConfig(configPath(values.config), { sites: named });
  const sites = named === 'every' ? Object.keys(config.sites) : named;
  const drivers = await createDrivers(config, sites, { journal: values.control });
  const connection = await connected(config.temporal);
  const bundle = config.temporal.payloadKeys.length === 0 ? 'workflow-bundle.js' : 'workflow-bundle-sealed.js';
  const shared = {
    connection,
    namespace: config.temporal.namespace,
    dataConverter: dataConverter(config.temporal.payloadKeys),
    activities: createActivities(drivers.ports),
    maxHeartbeatThrottleInterval: '1s',
    stickyQueueScheduleToStartTimeout: '1s',
    shutdownGraceTime: '3s',
    shutdownForceTime: '8s',
  } as const;
  const queues = sites.map((site) => Worker.create({ ...shared, taskQueue: siteQueue(site) }));
  if (values.control) queues.push(Worker.create({ ...shared, taskQueue: CONTROL_QUEUE, workflowBundle: { codePath: fileURLToPath(new URL(`../${bundle}`, import.meta.url)) } }));
  if (queues.length === 0) throw new ChangeoverError('Invalid', 'With --sites none and --no-control there is nothing to do.');
  const workers = await Promise.all(queues);
  console.log(`worker ready: ${[...sites.map(siteQueue), ...(values.control ? [CONTROL_QUEUE] : [])].join(', ')}`);
  try {
    await Promise.all(workers.map((worker) => worker.run()));
  } finally {
    await drivers.close();
    await connection.close();
  }
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
