import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { faultComponent } from '../../fault.js';
import { waitFor } from '../../process/wait.js';
import { sites } from '../../settings.js';
import { kubeconfigPath } from '../../site/kubeconfig.js';
import type { Fault } from '../fault.js';
import type { Stage } from '../stage.js';
import { toursOfKills, workerKills } from './kills.js';

const TEMPORAL_AWAY_MS = 20_000;
const RESTART_MS = 20_000;

async function withoutTemporal(stage: Stage): Promise<void> {
  stage.say(await faultComponent('crash', 'temporal'));
  await pause(TEMPORAL_AWAY_MS);
  stage.say(await waitFor(() => faultComponent('restart', 'temporal'), { what: 'temporal to start again', deadlineMs: RESTART_MS, intervalMs: 200 }));
}

/** What goes wrong with the product's own parts. */
export const ourFaults: readonly Fault[] = [
  ...workerKills,
  ...toursOfKills,
  {
    name: 'temporal-away-while-calm',
    title: 'Temporal is gone for 20 seconds while the application still serves',
    how: 'kill -9 of the server while the target is staged; its database is kept',
    must: 'Go on when it is back.',
    ends: ['completed'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('stage-target', stage.target);
      await withoutTemporal(stage);
      await stage.ended();
    },
    tests: [],
  },
  {
    name: 'temporal-away-in-outage',
    title: 'Temporal is gone for 20 seconds inside the outage',
    how: 'kill -9 of the server when the application stops; its database is kept',
    must: 'Undo if the budget was used up, go on otherwise; never start anything twice.',
    ends: ['completed', 'undone'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('offline-source');
      await withoutTemporal(stage);
      await stage.ended();
    },
    tests: [],
  },
  {
    name: 'token-expired',
    title: 'The product\'s token for the target is not accepted any more',
    how: 'another token is written into the kubeconfig before the run, and the good one after it',
    must: 'Refuse; change nothing.',
    ends: ['refused'],
    async play(stage) {
      const file = kubeconfigPath(sites[stage.target], 'changeover');
      const good = readFileSync(file, 'utf8');
      writeFileSync(file, good.replace(/token: .+/, 'token: expired'));
      stage.scenario.worker.killHard();
      try {
        await stage.migrate();
        await stage.ended();
      } finally {
        writeFileSync(file, good);
        const times = stage.scenario.worker.readyTimes();
        stage.scenario.worker.killHard();
        await stage.scenario.worker.awaitReady(times + 1);
      }
    },
    tests: [{ file: 'test/drivers/kubernetes/failure.test.ts', title: 'without a Status body is told by its number' }],
  },
];
