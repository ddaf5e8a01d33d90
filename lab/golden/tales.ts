import { ChangeoverError } from '../../src/domain/errors.js';
import { adoptUnit, preflight } from '../../src/client/start.js';
import { CONTROL_QUEUE, debtsIdOf } from '../../src/domain/names.js';
import { promotionOf } from '../../src/domain/status.js';
import type { WorldOptions } from '../../src/drivers/memory/world.js';
import type { assess } from '../../src/workflows/index.js';
import { sites, type Recorded, type Teller } from './teller.js';

/** A run from its start to its end, told on a real Temporal server, for the history it leaves. */
export interface Tale {
  readonly name: string;
  readonly world?: WorldOptions;
  tell(teller: Teller): Promise<readonly Recorded[]>;
}

const notBound = (times = 1) => ({ call: 'Objects.assertVolumesBound', site: 'west', when: 'before', times, error: new ChangeoverError('ObjectChanged', 'A claim is bound elsewhere.') }) as const;

async function heldAtTheTarget(teller: Teller): Promise<void> {
  teller.world.fault(notBound());
  await teller.migrate();
  await teller.held();
}

/** A crossing that leaves two Primaries, or none. */
async function heldWith(teller: Teller, roles: 'both' | 'neither'): Promise<void> {
  teller.world.roles.next.push(roles);
  await teller.migrate({ commandTimeoutMs: 1_000 });
  await teller.held();
}

/** Migrations that come to the target, or go home. */
const arrivals: readonly Tale[] = [
  {
    name: 'planned-completed',
    async tell(teller) {
      await teller.migrate();
      await teller.ended();
      return teller.run();
    },
  },
  {
    name: 'planned-held-retried',
    async tell(teller) {
      await heldAtTheTarget(teller);
      await teller.decide('ack');
      await teller.decide('retry');
      await teller.ended();
      return teller.run();
    },
  },
  {
    name: 'planned-skipped-with-debt',
    async tell(teller) {
      teller.world.fault({ call: 'Traffic.ensureReverse', when: 'before', error: new ChangeoverError('RecordChanged', 'A PTR is not ours.') });
      await teller.migrate();
      await teller.held();
      await teller.decide('skip', { step: 'reverse-names' });
      await teller.ended();
      return teller.run();
    },
  },
  {
    name: 'planned-approved',
    async tell(teller) {
      await teller.migrate({ approval: { approvers: ['ann'], expiresAfterMs: 600_000 } });
      await teller.until('the run to wait', ({ waiting }) => waiting !== null);
      await teller.decide('approve');
      await teller.ended();
      return teller.run();
    },
  },
  {
    name: 'planned-paused',
    async tell(teller) {
      const paused = teller.when('Objects.capture', 'pause');
      await teller.migrate();
      await paused;
      await teller.until('the run to be paused', ({ phase }) => phase === 'paused');
      await teller.decide('resume');
      await teller.ended();
      return teller.run();
    },
  },
  {
    name: 'planned-swap-without-exit',
    async tell(teller) {
      teller.world.roles.next.push('done-without-exit');
      await teller.migrate({ commandTimeoutMs: 1_000 });
      await teller.ended();
      return teller.run();
    },
  },
  {
    name: 'planned-promoted-target',
    async tell(teller) {
      await heldWith(teller, 'both');
      await teller.decide('promote-target', { statement: promotionOf('east') });
      await teller.ended();
      return teller.run();
    },
  },
  {
    name: 'planned-debt-paid',
    async tell(teller) {
      teller.world.fault({ call: 'Plans.settle', site: 'east', when: 'before', times: 2, error: new ChangeoverError('Forbidden', 'not allowed') });
      await teller.migrate();
      const { debts } = await teller.ended();
      if (debts.length === 0) throw new Error('the run owes nothing');
      await teller.client.workflow.getHandle(debtsIdOf('orders-1')).terminate('recorded');
      return [...(await teller.run()), ...(await teller.histories(debtsIdOf('orders-1')))];
    },
  },
  {
    name: 'turn-back',
    async tell(teller) {
      await heldAtTheTarget(teller);
      await teller.decide('turn-back');
      await teller.until('the run to come home', ({ procedure, endedAt }) => procedure === 'turn-back' && endedAt !== null);
      return teller.run();
    },
  },
  {
    name: 'go-forward',
    async tell(teller) {
      await heldAtTheTarget(teller);
      teller.world.happens('the link breaks', () => (teller.world.link.connected = false));
      await teller.decide('turn-back');
      await teller.until('the way back to be held', ({ procedure, held }) => procedure === 'turn-back' && held !== null);
      teller.world.happens('the link is mended', () => (teller.world.link.connected = true));
      await teller.decide('go-forward');
      await teller.until('the run to arrive', ({ procedure, endedAt }) => procedure !== 'turn-back' && endedAt !== null);
      return teller.run();
    },
  },
];

/** Runs that leave everything as it was. */
const undone: readonly Tale[] = [
  {
    name: 'planned-refused',
    async tell(teller) {
      teller.world.happens('the link breaks', () => (teller.world.link.connected = false));
      await teller.migrate();
      await teller.ended();
      return teller.run();
    },
  },
  {
    name: 'planned-promoted-source',
    async tell(teller) {
      await heldWith(teller, 'neither');
      await teller.decide('promote-source', { statement: promotionOf('west') });
      await teller.ended();
      return teller.run();
    },
  },
  {
    name: 'planned-undone',
    async tell(teller) {
      teller.world.fault({ call: 'Workloads.ensureStopped', when: 'after', error: new ChangeoverError('Forbidden', 'not allowed') });
      await teller.migrate();
      await teller.ended();
      return teller.run();
    },
  },
  {
    name: 'planned-cancelled',
    async tell(teller) {
      const cancelled = teller.when('Objects.ensureStaged', 'cancel');
      await teller.migrate();
      await cancelled;
      await teller.ended();
      return teller.run();
    },
  },
  {
    name: 'planned-cancelled-in-outage',
    async tell(teller) {
      const cancelled = teller.when('Replication.awaitDrained', 'cancel');
      await teller.migrate();
      await cancelled;
      await teller.ended();
      return teller.run();
    },
  },
  {
    name: 'planned-rejected',
    async tell(teller) {
      await teller.migrate({ approval: { approvers: ['ann'], expiresAfterMs: 600_000 } });
      await teller.until('the run to wait', ({ waiting }) => waiting !== null);
      await teller.decide('reject');
      await teller.ended();
      return teller.run();
    },
  },
  {
    name: 'planned-undo-held-retried',
    async tell(teller) {
      teller.world.fault({ call: 'Workloads.ensureStopped', when: 'after', error: new ChangeoverError('Forbidden', 'not allowed') });
      teller.world.fault({ call: 'Workloads.ensureStarted', when: 'before', error: new ChangeoverError('Forbidden', 'not allowed') });
      await teller.migrate();
      await teller.held();
      await teller.decide('retry');
      await teller.ended();
      return teller.run();
    },
  },
];

/** A run whose workflow is gone, taken up again from what stands on the sites. */
const recovered: readonly Tale[] = [
  {
    name: 'recover-undo',
    async tell(teller) {
      const gone = teller.whenCalled('Replication.awaitDrained', () => teller.terminate());
      await teller.migrate();
      await gone;
      return teller.recovered('recommended');
    },
  },
  {
    name: 'recover-forward',
    async tell(teller) {
      await heldAtTheTarget(teller);
      await teller.terminate();
      return teller.recovered('forward');
    },
  },
  {
    // Reset to its last task, a run goes on as if nothing had been.
    name: 'planned-reset',
    async tell(teller) {
      await teller.migrate({ approval: { approvers: ['ann'], expiresAfterMs: 600_000 } });
      await teller.until('the run to wait', ({ waiting }) => waiting !== null);
      await teller.reset('last');
      await teller.until('the run to wait again', ({ waiting }) => waiting !== null);
      await teller.decide('approve');
      await teller.until('the run to arrive', ({ phase }) => phase === 'completed');
      return [await teller.newest()];
    },
  },
  {
    // Reset to its beginning it knows nothing of what it has changed: it refuses to begin again, and is recovered.
    name: 'recover-reset',
    async tell(teller) {
      await heldAtTheTarget(teller);
      await teller.reset('first');
      const { refusals } = await teller.until('the run to refuse', ({ phase }) => phase === 'refused');
      if (!refusals.some((why) => why.includes('its workflow was reset'))) throw new Error(`the run refused otherwise: ${refusals.join(' ')}`);
      const reset = await teller.newest();
      return [reset, ...(await teller.recovered('forward'))];
    },
  },
  {
    name: 'recover-turn-back',
    async tell(teller) {
      await heldAtTheTarget(teller);
      await teller.terminate();
      return teller.recovered('turn-back');
    },
  },
];

/** What is no move. */
const others: readonly Tale[] = [
  {
    name: 'adopt',
    world: { adopted: false },
    async tell(teller) {
      await adoptUnit(teller.client, { unit: teller.request().unit, sites });
      return teller.run();
    },
  },
  {
    name: 'check',
    async tell(teller) {
      await preflight(teller.client, teller.request());
      return teller.histories('changeover-check/orders-1');
    },
  },
  {
    name: 'assess',
    async tell(teller) {
      await heldAtTheTarget(teller);
      await teller.client.workflow.execute<typeof assess>('assess', { taskQueue: CONTROL_QUEUE, workflowId: 'look', args: [{ unit: teller.request().unit, sites }] });
      return teller.histories('look');
    },
  },
];

/** Every procedure and every way in which it can end, as far as they are built. */
export const tales: readonly Tale[] = [...arrivals, ...undone, ...recovered, ...others];
