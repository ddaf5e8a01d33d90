import { AsyncResource } from 'node:async_hooks';
import type { Clock } from '../../src/drivers/memory/clock.js';

/** What waits for a moment. `ambient`: timers that the code under test set by itself, such as a beat. */
export type Kind = 'workflow' | 'activity' | 'ambient';

export interface Appointment {
  readonly kind: Kind;
  readonly at: number;
  cancel(): void;
}

interface Entry extends Appointment {
  readonly order: number;
  readonly fire: () => void;
}

/** Time that stands still until it is moved; moving it lets everything due happen, in order. */
export class VirtualTime implements Clock {
  private entries: Entry[] = [];
  private order = 0;
  private present: number;

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.present = start;
  }

  now(): number {
    return this.present;
  }

  schedule(kind: Kind, afterMs: number, fire: () => void): Appointment {
    const entry: Entry = {
      kind,
      at: this.present + Math.max(0, afterMs),
      order: (this.order += 1),
      fire,
      cancel: () => {
        this.entries = this.entries.filter((e) => e !== entry);
      },
    };
    this.entries.push(entry);
    return entry;
  }

  /** The next appointment of these kinds, or of any. */
  next(...kinds: readonly Kind[]): Appointment | null {
    const candidates = this.entries.filter((e) => kinds.length === 0 || kinds.includes(e.kind));
    return candidates.toSorted((a, b) => a.at - b.at || a.order - b.order)[0] ?? null;
  }

  /** Moves to the next appointment of any kind and lets it happen. */
  step(): void {
    const entry = this.next() as Entry | null;
    if (entry === null) return;
    entry.cancel();
    this.present = Math.max(this.present, entry.at);
    entry.fire();
  }

  /** Moves to a moment at which nothing is due. */
  moveTo(at: number): void {
    this.present = Math.max(this.present, at);
  }

  /**
   * Makes this the time of everything in this process but the workflow sandbox: `Date`, `setTimeout`, `setInterval`.
   * So beats, polls and stamps of activities live in the same time as the workflow's timers. Returns how to undo it.
   */
  install(): () => void {
    const real = { Date: globalThis.Date, setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout, setInterval: globalThis.setInterval, clearInterval: globalThis.clearInterval };
    const present = () => this.present;
    const VirtualDate = new Proxy(real.Date, {
      construct: (target, args: unknown[], self) => Reflect.construct(target, args.length === 0 ? [present()] : args, self) as object,
      get: (target, name, self) => (name === 'now' ? present : (Reflect.get(target, name, self) as unknown)),
    });
    const handles = new Map<number, Appointment>();
    let last = 0;
    const begin = (ms: number, again: boolean, act: () => void) => {
      const id = (last += 1);
      // As a real timer, it fires in the context in which it was set: an activity finds its own.
      const inContext = AsyncResource.bind(act);
      const plan = () => {
        handles.set(
          id,
          this.schedule('ambient', ms, () => {
            if (again) plan();
            else handles.delete(id);
            inContext();
          }),
        );
      };
      plan();
      const handle = { id, ref: () => handle, unref: () => handle, hasRef: () => true, [Symbol.toPrimitive]: () => id };
      return handle;
    };
    const end = (handle: unknown) => {
      const id = Number(handle);
      handles.get(id)?.cancel();
      handles.delete(id);
    };
    Object.assign(globalThis, {
      Date: VirtualDate,
      setTimeout: (act: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => begin(ms, false, () => act(...args)),
      setInterval: (act: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => begin(Math.max(1, ms), true, () => act(...args)),
      clearTimeout: end,
      clearInterval: end,
    });
    return () => {
      Object.assign(globalThis, real);
      for (const handle of handles.values()) handle.cancel();
    };
  }
}

/** Turns of the event loop without news after which everything counts as waiting. */
const QUIET_TURNS = 4;

/** Activities of the memory world wait on each other, never on real time: after a few quiet turns nothing more happens by itself. */
export async function quiet(): Promise<void> {
  for (let turn = 0; turn < QUIET_TURNS; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}
