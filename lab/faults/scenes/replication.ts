import { setTimeout as pause } from 'node:timers/promises';
import { waitFor } from '../../process/wait.js';
import { nodeNames, sites } from '../../settings.js';
import { askVvrd } from '../../site/vvrd-client.js';
import type { Fault } from '../fault.js';
import type { Stage } from '../stage.js';

/** A command as an administrator types it at the source; what it prints. */
async function ask(stage: Stage, args: readonly string[]): Promise<string> {
  const argv = ['-g', sites[stage.source].diskGroup, ...args];
  const answer = await askVvrd(stage.source, { op: 'vradmin', node: nodeNames(sites[stage.source])[0], argv }, 20_000);
  if (answer['exitCode'] !== 0) throw new Error(`vradmin ${argv.join(' ')} ended with ${JSON.stringify(answer)}`);
  return String(answer['stdout']);
}

async function vradmin(stage: Stage, verb: string, ...more: readonly string[]): Promise<void> {
  stage.say(`vradmin ${verb} orders_rvg ${more.join(' ')}`);
  await ask(stage, ['-s', verb, 'orders_rvg', ...more]);
}

/** The SRL of the source is full after its next write: from then on only the DCM knows what the target lacks. */
async function overflow(stage: Stage): Promise<void> {
  await stage.vvr(stage.source, { pauseReplication: true, srlSizeBytes: 1 });
  await waitFor(async () => (await report(stage)).includes('DCM (contains'), { what: 'replication to log to the DCM', deadlineMs: OVERFLOW_MS });
}

/** What an administrator does about it: the SRL as it was, and a resynchronisation from the DCM. */
async function resync(stage: Stage): Promise<void> {
  await stage.vvr(stage.source, { pauseReplication: false, srlSizeBytes: 0 });
  await ask(stage, ['-wait', 'resync', 'orders_rvg']);
  await waitFor(async () => !(await report(stage)).includes('DCM'), { what: 'replication to log to the SRL', deadlineMs: OVERFLOW_MS });
}

const report = (stage: Stage): Promise<string> => ask(stage, ['-l', 'repstatus', 'orders_rvg']);

const OVERFLOW_MS = 30_000;

/** How long a swap that goes wrong goes on going wrong, ms. */
const SWAP_TROUBLE_MS = 2_500;

/** What goes wrong with replication and with the role swap. */
export const replicationFaults: readonly Fault[] = [
  {
    name: 'replication-link-down-before',
    title: 'The replication link is down before the run',
    how: 'the links `vvr-east` and `vvr-west` are cut until the run is over',
    must: 'Refuse with the state of the link; change nothing.',
    ends: ['refused'],
    async play(stage) {
      await stage.link('vvr', 'cut');
      await pause(SWAP_TROUBLE_MS);
      await stage.migrate();
      await stage.ended();
      await stage.link('vvr', 'ok');
    },
    tests: [{ file: 'test/workflows/planned-migration.test.ts', title: 'when a link is broken, with every reason at once' }],
  },
  {
    name: 'replication-link-down-inside',
    title: 'The replication link goes down inside the outage',
    how: 'replication ships nothing and its links are cut from the moment the application stops, until the run is over',
    must: 'Wait for the drain within the outage budget only, then undo by itself: the application serves at the source again.',
    ends: ['undone'],
    options: { outageBudgetMs: 12_000 },
    async play(stage) {
      await stage.migrate();
      await stage.begun('offline-source');
      await stage.vvr(stage.source, { pauseReplication: true });
      await stage.link('vvr', 'cut');
      await stage.until('the run to be undone or held', ({ endedAt, phase, line }) => endedAt !== null || (phase === 'held' && line === 'before'));
      await stage.vvr(stage.source, { pauseReplication: false });
      await stage.link('vvr', 'ok');
      const { phase, held } = await stage.until('the run to go on', ({ endedAt, phase: now }) => endedAt !== null || now === 'held');
      if (phase === 'held') await stage.decide('retry', 'the link is whole again', '--step', held?.step ?? '');
      await stage.ended();
    },
    tests: [{ file: 'test/workflows/planned-migration.test.ts', title: 'undoes itself when the outage budget is used up' }],
  },
  {
    name: 'replication-link-down-after',
    title: 'The replication link goes down once the roles are swapped',
    how: 'its links are cut when the target is activated, until the application serves there',
    must: 'Bring the application up at the target; nothing is called protected before replication runs back to the source.',
    ends: ['completed', 'completed-with-debts'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('activate-target', stage.target);
      await stage.link('vvr', 'cut');
      await stage.until('the outage to end', ({ outage }) => outage !== null && outage.endedAt !== null);
      await stage.link('vvr', 'ok');
      await stage.ended();
    },
    tests: [{ file: 'test/contracts/replication.contract.ts', title: 'runs from the new Primary to the old one after the swap' }],
  },
  {
    name: 'drain-too-slow',
    title: 'Replication does not catch up within the outage budget',
    how: 'the Primary ships nothing from the moment the application stops',
    must: 'Undo by itself at the deadline; the application serves at the source with every write.',
    ends: ['undone'],
    options: { outageBudgetMs: 12_000 },
    async play(stage) {
      await stage.migrate();
      await stage.begun('offline-source');
      await stage.vvr(stage.source, { pauseReplication: true });
      await stage.ended();
      await stage.vvr(stage.source, { pauseReplication: false });
    },
    tests: [{ file: 'test/workflows/planned-migration.test.ts', title: 'undoes itself when the outage budget is used up' }],
  },
  {
    name: 'logging-to-dcm',
    title: 'The SRL has overflown before the run, and replication logs to the DCM',
    how: 'an SRL of one byte while nothing is shipped, until the run is over; then `vradmin resync`',
    must: 'Refuse and say what replication logs to; change nothing.',
    ends: ['refused'],
    async play(stage) {
      await overflow(stage);
      await stage.migrate();
      await stage.ended();
      await resync(stage);
    },
    tests: [{ file: 'test/domain/checks/data.test.ts', title: 'Logging to DCM refuses' }],
  },
  {
    name: 'srl-overflow',
    title: 'The SRL overflows while the target is staged',
    how: 'an SRL of one byte while nothing is shipped, from the moment the target is staged until the run is over; then `vradmin resync`',
    must: 'See it at the recheck and undo before anything has stopped.',
    ends: ['undone'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('stage-target', stage.target);
      await overflow(stage);
      const { outage } = await stage.ended();
      await resync(stage);
      if (outage !== null) throw new Error('the application was stopped though replication logged to the DCM');
    },
    tests: [{ file: 'test/domain/checks/data.test.ts', title: 'Logging to DCM refuses' }],
  },
  {
    name: 'swap-refused-by-target',
    title: 'The target refuses the role swap, which rolls back',
    how: '`migrateFailRemote` at the source for a while',
    must: 'Believe the roles, which are as before: command again within the budget, or undo.',
    ends: ['completed', 'undone'],
    async play(stage) {
      await stage.vvr(stage.source, { migrateFailRemote: true });
      await stage.migrate();
      await stage.begun('swap-roles');
      await pause(SWAP_TROUBLE_MS);
      await stage.vvr(stage.source, { migrateFailRemote: false });
      await stage.ended();
    },
    tests: [{ file: 'test/migration/role-commands.test.ts', title: 'is refused by the target once: it is given again' }],
  },
  {
    name: 'swap-lies',
    title: 'The role command is done but says that it failed',
    how: '`migrateExitNonZeroThoughDone` at the source',
    must: 'Believe the roles read back on both sites, not the exit code.',
    ends: ['completed'],
    async play(stage) {
      await stage.vvr(stage.source, { migrateExitNonZeroThoughDone: true });
      await stage.migrate();
      await stage.ended();
      await stage.vvr(stage.source, { migrateExitNonZeroThoughDone: false });
    },
    tests: [{ file: 'test/migration/role-commands.test.ts', title: 'is done but says that it failed: the roles are believed, not the exit code' }],
  },
  {
    name: 'swap-outlives-its-client',
    title: 'The role command goes on after its client is gone',
    how: '`migrateOutliveClient` and a migrate of two seconds at the source',
    must: 'Settle nothing while a command may still act; then go by the roles.',
    ends: ['completed'],
    options: { commandTimeoutMs: 3_000 },
    async play(stage) {
      await stage.vvr(stage.source, { migrateOutliveClient: true, migrateMs: 2_000 });
      await stage.migrate();
      await stage.ended();
      await stage.vvr(stage.source, { migrateOutliveClient: false, migrateMs: 0 });
    },
    tests: [{ file: 'test/lab/vvr.test.ts', title: 'with a client that dies is an outcome nobody knows, until the roles are read' }],
  },
  {
    name: 'swap-hangs',
    title: 'The role command hangs',
    how: '`migrateHang` at the source until the run is held',
    must: 'Hold in the crossing and start nothing anywhere while the command may still act; go on by itself when it has ended.',
    ends: ['completed'],
    options: { commandTimeoutMs: 2_500 },
    async play(stage) {
      await stage.vvr(stage.source, { migrateHang: true });
      await stage.migrate();
      await stage.held();
      await stage.vvr(stage.source, { migrateHang: false });
      await stage.ended();
    },
    tests: [{ file: 'test/migration/role-commands.test.ts', title: 'hangs: the run is held, nothing is started anywhere while it may still act, and when it goes on the run does too' }],
  },
  {
    name: 'swap-stops-half-way',
    title: 'The role swap stops half way: neither site is Primary',
    how: '`migrateStopHalf` at the source; the roles are repaired by vradmin when the run is held',
    must: 'Repair neither by itself, hold with the ways on, go on when a person has repaired the roles.',
    ends: ['completed'],
    options: { commandTimeoutMs: 2_500 },
    async play(stage) {
      await stage.vvr(stage.source, { migrateStopHalf: true });
      await stage.migrate();
      const { held } = await stage.held();
      await stage.vvr(stage.source, { migrateStopHalf: false });
      await vradmin(stage, 'migrate', `${stage.target}-vvr.example.test`);
      await stage.decide('retry', 'the roles were repaired by hand', '--step', held?.step ?? '');
      await stage.ended();
    },
    tests: [{ file: 'test/migration/role-commands.test.ts', title: 'stops half way: the run is held with its choices, and goes on when a person has repaired the roles' }],
  },
  {
    name: 'swap-stops-half-way-promoted',
    title: 'The role swap stops half way, and a person promotes the target',
    how: '`migrateStopHalf` at the source; `changeover promote` when the run is held',
    must: 'Show what each promotion would lose, settle the roles by one takeover, and go on from there.',
    ends: ['completed'],
    options: { commandTimeoutMs: 2_500 },
    async play(stage) {
      await stage.vvr(stage.source, { migrateStopHalf: true });
      await stage.migrate();
      await stage.held();
      await stage.vvr(stage.source, { migrateStopHalf: false });
      await stage.decide('promote', 'it has every write', stage.target, '--statement', `what only ${stage.source} has is lost`);
      await stage.ended();
    },
    tests: [
      { file: 'test/migration/role-commands.test.ts', title: 'stops half way, and a person promotes %s: the roles are settled by one takeover, and the run goes on from there' },
      { file: 'test/workflows/promote.test.ts', title: 'is ended by %s: the site takes the role once, the other follows, and %s loses nothing that was acknowledged' },
    ],
  },
];
