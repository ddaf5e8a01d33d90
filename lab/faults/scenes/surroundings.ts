import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { waitFor } from '../../process/wait.js';
import { podsOf, withApi } from '../../scenario/application.js';
import { productConfigPath } from '../../scenario/product-paths.js';
import { nodeNames, sites } from '../../settings.js';
import { askVvrd } from '../../site/vvrd-client.js';
import { changeObject, retried, whenHeld } from '../by-hand.js';
import type { Fault } from '../fault.js';
import type { Stage } from '../stage.js';
import { killAndRestart } from './kills.js';
import { deleteRecord, setAddress } from './names.js';

const BY_HAND_MS = 20_000;
const STILL_MS = 20_000;
const RESYNC_MS = 60_000;

/** What an administrator types at the source about the link to the target, until it is taken. */
async function link(stage: Stage, ...verb: readonly string[]): Promise<void> {
  const argv = ['-g', sites[stage.source].diskGroup, ...verb, 'orders_rvg', `${stage.target}-vvr.example.test`];
  await waitFor(async () => (await askVvrd(stage.source, { op: 'vradmin', node: nodeNames(sites[stage.source])[0], argv }, BY_HAND_MS))['exitCode'] === 0, { what: `vradmin ${argv.join(' ')}`, deadlineMs: BY_HAND_MS, intervalMs: 50 });
  stage.say(`vradmin ${argv.join(' ')}`);
}

async function awaitReplicating(stage: Stage): Promise<void> {
  const argv = ['-g', sites[stage.source].diskGroup, '-l', 'repstatus', 'orders_rvg'];
  const report = async () => String((await askVvrd(stage.source, { op: 'vradmin', node: nodeNames(sites[stage.source])[0], argv }, BY_HAND_MS))['stdout']);
  await waitFor(async () => { const said = await report(); return !said.includes('DCM') && said.includes('replicating (connected)'); }, { what: 'replication to go on', deadlineMs: RESYNC_MS, intervalMs: 200 });
}

/** What happens to links, names, records and pods around a run. */
export const surroundingFaults: readonly Fault[] = [
  {
    name: 'replication-paused-by-hand',
    title: 'An administrator pauses replication inside the outage',
    how: '`vradmin pauserep` at the source when the application stops, `resumerep` when the run undoes itself or is over',
    must: 'Say that it is paused, wait within the outage budget, then undo by itself.',
    ends: ['undone'],
    options: { outageBudgetMs: 12_000 },
    async play(stage) {
      await stage.migrate();
      await stage.begun('offline-source');
      await link(stage, 'pauserep');
      const { headline, held } = await stage.until('the run to be undone or held', ({ endedAt, held: stuck }) => endedAt !== null || stuck !== null);
      stage.say(`it says: ${headline}; ${held?.error ?? ''}`);
      await link(stage, 'resumerep');
      await retried(stage, async () => {});
      await awaitReplicating(stage);
    },
    tests: [{ file: 'test/activities/boundary.test.ts', title: 'ends its waiting with the budget, is not tried again, and says what it waited for' }],
  },
  {
    name: 'replication-stopped-by-hand',
    title: 'An administrator detaches the Secondary inside the outage',
    how: '`vradmin -f -s stoprep` at the source when the application stops; `startrep -a` when the run is over',
    must: 'Never cross to a target that is not known to have every write: undo by itself.',
    ends: ['undone'],
    options: { outageBudgetMs: 12_000 },
    async play(stage) {
      await stage.migrate();
      await stage.begun('offline-source');
      await link(stage, '-f', '-s', 'stoprep');
      const { headline, held } = await stage.until('the run to be undone or held', ({ endedAt, held: stuck }) => endedAt !== null || stuck !== null);
      stage.say(`it says: ${headline}; ${held?.error ?? ''}`);
      await retried(stage, async () => {});
      await link(stage, '-a', 'startrep');
      await awaitReplicating(stage);
    },
    tests: [{ file: 'test/activities/boundary.test.ts', title: 'ends its waiting with the budget, is not tried again, and says what it waited for' }],
  },
  {
    name: 'record-deleted-in-outage',
    title: 'Someone deletes the name inside the outage',
    how: 'nsupdate removes the A record of `orders.example.test` when the application stops, and writes that of the target when the run is held',
    must: 'Write nothing over it: hold, name the record, and go on when a person has decided what is right.',
    ends: ['completed'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('offline-source');
      await deleteRecord('orders.example.test.');
      await retried(stage, async () => setAddress('orders.example.test.', sites[stage.target].address4));
    },
    tests: [],
  },
  {
    name: 'journal-lost-in-outage',
    title: 'The journal cannot be written inside the outage',
    how: 'its folder is moved away and a file put in its place when the application stops, until the run is held or over',
    must: 'Delay nothing inside the outage, go on, and write what was kept when the journal is back.',
    ends: ['completed', 'completed-with-debts', 'undone'],
    async play(stage) {
      const folder = join(dirname(productConfigPath()), 'journal');
      if (!existsSync(folder)) throw new Error(`no journal in ${folder}`);
      await stage.migrate();
      await stage.begun('offline-source');
      renameSync(folder, `${folder}.away`);
      writeFileSync(folder, 'not a folder');
      stage.say(`${folder} is a file now`);
      try {
        await stage.until('the target to serve', ({ endedAt, outage }) => endedAt !== null || (outage !== null && outage.endedAt !== null));
      } finally {
        rmSync(folder);
        renameSync(`${folder}.away`, folder);
      }
      await retried(stage, async () => {});
    },
    tests: [],
  },
  {
    name: 'staged-object-kept-by-finalizer',
    title: 'An object that stands staged at the target cannot be deleted when the run is cancelled',
    how: 'a finalizer on the staged ConfigMap, then a cancel; the finalizer is removed when the run is held',
    must: 'Give everything else back, say what is left and why, and end undone.',
    ends: ['undone'],
    async play(stage) {
      const path = '/api/v1/namespaces/orders/configmaps/orders';
      await stage.migrate('--approver', 'somebody');
      await stage.until('the run to wait for an approval', ({ phase }) => phase === 'waiting');
      await changeObject(stage, { site: stage.target, path, value: { metadata: { finalizers: ['example.test/stays'] } } });
      await stage.decide('cancel', 'not tonight');
      await whenHeld(stage, async ({ headline, held }) => {
        stage.say(`it says: ${headline}; ${held?.error ?? 'not held'}`);
        await changeObject(stage, { site: stage.target, path, value: { metadata: { finalizers: [] } } }).catch(() => undefined);
      });
    },
    tests: [{ file: 'test/drivers/kubernetes/objects/stage.test.ts', title: 'names what it deleted and a finalizer of somebody keeps' }],
  },
  {
    name: 'pod-killed-at-target',
    title: 'The pod at the target is deleted as soon as it serves',
    how: '`kubectl delete pod` of every pod of the application at the target when the names have moved',
    must: 'Be completed only when the application serves there.',
    ends: ['completed', 'completed-with-debts'],
    async play(stage) {
      await stage.migrate();
      await stage.until('the names to have moved', ({ steps, endedAt }) => endedAt !== null || steps.some(({ name, state }) => name === 'redirect-traffic' && state === 'done'), 20);
      await withApi(stage.target, async (api) => {
        for (const name of await podsOf(api)) await api.request('DELETE', `/api/v1/namespaces/orders/pods/${name}?gracePeriodSeconds=0`);
      });
      stage.say('every pod at the target was deleted');
      await retried(stage, async () => {});
    },
    tests: [],
  },
  {
    name: 'etcd-killed-at-both',
    title: 'etcd of both sites is killed inside the outage',
    how: 'kill -9 when the application stops, started again at once',
    must: 'Read again and go on.',
    ends: ['completed', 'undone'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('offline-source');
      await Promise.all([stage.source, stage.target].map((site) => killAndRestart(stage, `etcd-${site}`)));
      await retried(stage, async () => {});
    },
    tests: [],
  },
  {
    name: 'worker-stopped-in-its-tracks',
    title: 'The worker stands still for twenty seconds inside the outage',
    how: 'SIGSTOP when the application stops, SIGCONT twenty seconds later',
    must: 'Go on when it goes on, within the budget, or undo.',
    ends: ['completed', 'undone'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('offline-source');
      const pid = stage.scenario.worker.pid;
      if (pid === undefined) throw new Error('no worker');
      process.kill(pid, 'SIGSTOP');
      stage.say('SIGSTOP of the worker');
      await pause(STILL_MS);
      process.kill(pid, 'SIGCONT');
      stage.say('SIGCONT of the worker');
      await retried(stage, async () => {});
    },
    tests: [],
  },
];
