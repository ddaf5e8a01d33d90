import { ChangeoverError } from '../../domain/errors.js';
import type { Clock } from './clock.js';

/** One call of a port, as the world saw it. */
export interface Call {
  /** Ordinal over all calls, from 1. */
  readonly n: number;
  /** The site; `names` for Traffic. */
  readonly site: string;
  /** `Replication.migrate`. */
  readonly call: string;
  readonly at: number;
  outcome: 'pending' | 'done' | 'failed';
}

export interface Fault {
  /** `Replication.migrate`; left out, it is every call. */
  readonly call?: string;
  readonly site?: string;
  /** Which of the matching calls, from 1; left out: the first. */
  readonly nth?: number;
  /** How many in a row from there; left out: one. */
  readonly times?: number;
  /** Before the effect, or after it: the answer is lost. */
  readonly when: 'before' | 'after';
  /** `hang`: no answer until the caller gives up. */
  readonly error: ChangeoverError | 'hang';
}

export type Listener = (call: Call) => void | Promise<void>;

/** Every call of every port passes here: it is logged, listeners act, faults strike. */
export interface Control {
  readonly calls: readonly Call[];
  fault(fault: Fault): void;
  clearFaults(): void;
  /** Runs before (default) or after each such call (a number: the nth of all), for someone else who acts at that moment. Returns how to stop it. */
  on(call: string | number, listener: Listener, when?: 'before' | 'after'): () => void;
  run<T>(which: { site: string; call: string }, args: readonly unknown[], act: () => Promise<T>): Promise<T>;
}

/** Answers that are values, not calls over a wire. */
const direct: ReadonlySet<string> = new Set(['groupOf', 'reverseZoneOf', 'site', 'digestOf']);

/** Answers that say in themselves that nothing could be read. */
const views: ReadonlySet<string> = new Set(['Replication.view', 'Replication.role', 'Replication.standing']);

export function createControl(clock: Clock, reachable: (site: string) => boolean): Control {
  const calls: Call[] = [];
  const faults: { fault: Fault; seen: number }[] = [];
  const listeners: { call: string | number; when: 'before' | 'after'; listener: Listener }[] = [];

  /** Each fault counts a call once, in the phase it strikes in. */
  const due = (call: Call, when: 'before' | 'after'): Fault | null => {
    let found: Fault | null = null;
    for (const entry of faults) {
      const { fault } = entry;
      if (fault.when !== when || (fault.call ?? call.call) !== call.call || (fault.site ?? call.site) !== call.site) continue;
      entry.seen += 1;
      const first = fault.nth ?? 1;
      if (entry.seen >= first && entry.seen < first + (fault.times ?? 1)) found ??= fault;
    }
    return found;
  };
  const pass = async (call: Call, when: 'before' | 'after', args: readonly unknown[]) => {
    for (const entry of Array.from(listeners)) if ((entry.call === call.call || entry.call === call.n) && entry.when === when) await entry.listener(call);
    const fault = due(call, when);
    if (fault?.error === 'hang') await hang(args);
    else if (fault !== null) throw fault.error;
  };

  return {
    calls,
    fault: (fault) => void faults.push({ fault, seen: 0 }),
    clearFaults: () => void faults.splice(0),
    on: (call, listener, when = 'before') => {
      const entry = { call, when, listener };
      listeners.push(entry);
      return () => void listeners.splice(listeners.indexOf(entry), 1);
    },
    async run(which, args, act) {
      const call: Call = { n: calls.length + 1, ...which, at: clock.now(), outcome: 'pending' };
      calls.push(call);
      try {
        await pass(call, 'before', args);
        // A view of unreadable storage is an answer, not an error (the port says so).
        if (!reachable(which.site) && !views.has(which.call)) throw new ChangeoverError('Unreachable', `${which.site} does not answer.`);
        const value = await act();
        await pass(call, 'after', args);
        call.outcome = 'done';
        return value;
      } catch (error) {
        call.outcome = 'failed';
        throw error;
      }
    },
  };
}

/** The same methods, each through the control. */
export function intercepted<T extends object>(control: Control, which: { site: string; port: string }, target: T): T {
  return new Proxy(target, {
    get(object, name, receiver) {
      const member: unknown = Reflect.get(object, name, receiver);
      if (typeof member !== 'function' || typeof name !== 'string' || direct.has(name)) return member;
      return (...args: unknown[]) => control.run({ site: which.site, call: `${which.port}.${name}` }, args, async () => Reflect.apply(member, object, args) as unknown);
    },
  });
}

function hang(args: readonly unknown[]): Promise<never> {
  const signal = args.map(signalIn).find((s) => s !== null) ?? null;
  return new Promise((_, reject) => {
    if (signal === null) return;
    const stop = () => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

function signalIn(value: unknown): AbortSignal | null {
  if (typeof value !== 'object' || value === null) return null;
  if ('signal' in value && value.signal instanceof AbortSignal) return value.signal;
  return 'work' in value ? signalIn(value.work) : null;
}
