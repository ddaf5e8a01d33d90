import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Client } from '@temporalio/client';
import type { Config } from '../config.js';
import { createPlanSites } from '../drivers/controller.js';
import { journalOnDemand } from '../drivers/journal/index.js';
import { createLog } from '../logging/log.js';
import { runController } from './controller.js';
import { verbsOver } from './verbs.js';

/** The controller over real sites and Temporal: configuration → drivers → watches, until the signal aborts. */
export async function controllerMain({ config, client }: { config: Config; client: Client }, signal: AbortSignal): Promise<void> {
  const identity = `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
  const drivers = createPlanSites(config, identity);
  const { approvers, approvals, approvalExpiresSeconds, adopt } = config.controller;
  const log = createLog(config.log, (line) => console.log(line));
  log('info', `controller ${identity} watches the plans of ${config.planNamespace} on ${Object.keys(config.sites).join(', ')}`);
  try {
    await runController(
      { sites: drivers.sites, leadership: (site, mayWrite) => drivers.leadership(site, mayWrite), verbs: verbsOver(client, journalOnDemand(config.journal)), settings: { sites: Object.keys(config.sites), defaults: config.defaults, approvers, approvals, approvalExpiresSeconds }, adopt, log },
      signal,
    );
  } finally {
    await drivers.close();
  }
}
