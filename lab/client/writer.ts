import { setTimeout as delay } from 'node:timers/promises';
import { nowMs } from './clock.js';
import type { AddressPolicy } from './habits.js';
import { postOrder } from './post-order.js';
import type { Receipt } from './post-order.js';
import type { Recorder } from './recorder.js';

export interface WriterOptions {
  readonly policy: AddressPolicy;
  /** Name of this writer's sequence in the ledger. */
  readonly client: string;
  readonly name: string;
  readonly port: number;
  readonly paceMs: number;
  readonly recorder: Recorder;
  readonly stop: AbortSignal;
}

export interface WriterSummary {
  readonly acknowledged: number;
  readonly failedAttempts: number;
  /** Longest time from one acknowledgement to the next, ms. */
  readonly longestGapMs: number;
}

type Attempt =
  | { readonly sentAt: number; readonly ackAt: number; readonly address: string; readonly receipt: Receipt }
  | { readonly sentAt: number; readonly reason: string };

/** Pause after a failed attempt: short enough that the measured outage is the service's, not the client's. */
const retryPauseMs = 20;

/** Waits, or ends early when the client is told to stop. */
async function pause(ms: number, stop: AbortSignal): Promise<void> {
  if (ms <= 0) return;
  // Timers drop parts of a ms, and the pace is a least one.
  await delay(Math.ceil(ms), undefined, { signal: stop }).catch(() => undefined);
}

/** Collects what went wrong with one order. */
class Trouble {
  private from = 0;
  private to = 0;
  private count = 0;
  private readonly reasons: Record<string, number> = {};

  add(sentAt: number, reason: string): void {
    if (this.count === 0) this.from = sentAt;
    this.to = nowMs();
    this.count += 1;
    this.reasons[reason] = (this.reasons[reason] ?? 0) + 1;
  }

  get attempts(): number {
    return this.count;
  }

  record({ recorder, policy: { habit } }: WriterOptions, seq: number): void {
    if (this.count === 0) return;
    const { from, to, count: attempts, reasons } = this;
    recorder.write({ kind: 'failure', habit, seq, from, to, attempts, reasons });
  }
}

/** One attempt: the acknowledgement as it will be recorded, or the reason why there is none. */
async function attempt({ policy, client, name, port }: WriterOptions, seq: number): Promise<Attempt> {
  const sentAt = nowMs();
  let address = 'no address';
  try {
    address = await policy.address();
    const receipt = await postOrder({ address, port, name, agent: policy.agent, client, seq });
    return { sentAt, address, receipt, ackAt: nowMs() };
  } catch (error) {
    return { sentAt, reason: `${address}: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/**
 * Writes orders 1, 2, 3, … one at a time until told to stop. The same order is tried until it is
 * acknowledged, so an acknowledged order stands exactly once under (client, seq) or something is wrong.
 * @param onFirst called at the first acknowledgement.
 */
export async function writeOrders(options: WriterOptions, onFirst: () => void): Promise<WriterSummary> {
  const { policy: { habit }, client, paceMs, recorder, stop } = options;
  let acknowledged = 0;
  let failedAttempts = 0;
  let longestGapMs = 0;
  let lastAckAt: number | undefined;
  for (let seq = 1; !stop.aborted; seq += 1) {
    const trouble = new Trouble();
    const firstSentAt = nowMs();
    let done = false;
    while (!done && !stop.aborted) {
      const tried = await attempt(options, seq);
      if ('reason' in tried) {
        trouble.add(tried.sentAt, tried.reason);
        failedAttempts += 1;
        await pause(retryPauseMs, stop);
        continue;
      }
      const { sentAt, ackAt, address, receipt } = tried;
      const attempts = trouble.attempts + 1;
      recorder.write({ kind: 'ack', habit, client, seq, ...receipt, address, sentAt, ackAt, firstSentAt, attempts });
      if (lastAckAt === undefined) onFirst();
      else longestGapMs = Math.max(longestGapMs, ackAt - lastAckAt);
      lastAckAt = ackAt;
      acknowledged += 1;
      done = true;
      await pause(sentAt + paceMs - ackAt, stop);
    }
    trouble.record(options, seq);
  }
  return { acknowledged, failedAttempts, longestGapMs };
}
