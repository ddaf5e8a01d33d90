import { createHash } from 'node:crypto';
import { ChangeoverError } from '../../domain/errors.js';
import { CONTROLLER_MANAGER } from '../../domain/names.js';
import type { PlanEvent } from '../../domain/watched-plan.js';
import { pathOf, type Kube } from './kube.js';

/** What an event is about. */
export interface Involved {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export interface Events {
  /** Tells it once; told again within ten minutes it is counted. Left out when one object has used up its share. */
  tell(about: Involved, event: PlanEvent): Promise<void>;
}

/** Repeated within this, an event is counted instead of told again: as client-go's recorder does. */
const SAME_MS = 10 * 60_000;
/** An object's share: so many at once, and one more in each of these. A run has about a dozen. */
const BURST = 25;
const REFILL_MS = 12_000;
/** A server-side limit of the field (core/v1 Event). */
const LONGEST_MESSAGE = 1_024;

interface Told {
  readonly name: string;
  readonly firstAt: Date;
  lastMs: number;
  count: number;
}

interface Share {
  left: number;
  atMs: number;
}

const events = { group: '', version: 'v1', plural: 'events' };

/** Writes core/v1 Events, aggregated and limited for each object. `now` is the clock in milliseconds. */
export function createEvents(kube: Pick<Kube, 'create' | 'patch'>, options: { instance: string; now?: () => number }): Events {
  const now = options.now ?? Date.now;
  const told = new Map<string, Told>();
  const shares = new Map<string, Share>();

  const takeShare = (uid: string): boolean => {
    const at = now();
    const share = shares.get(uid) ?? { left: BURST, atMs: at };
    const refilled = Math.min(BURST, share.left + (at - share.atMs) / REFILL_MS);
    shares.set(uid, { left: refilled < 1 ? refilled : refilled - 1, atMs: at });
    return refilled >= 1;
  };

  const forgetOld = (): void => {
    for (const [key, one] of told) if (now() - one.lastMs > SAME_MS) told.delete(key);
    for (const [key, one] of shares) if (now() - one.atMs > BURST * REFILL_MS) shares.delete(key);
  };

  const again = async (about: Involved, known: Told): Promise<boolean> => {
    try {
      await kube.patch(pathOf(events, about.namespace, known.name), { count: known.count + 1, lastTimestamp: new Date(now()).toISOString() }, 'merge', { fieldManager: CONTROLLER_MANAGER });
    } catch (error) {
      // Events live for an hour; one that is gone is told anew.
      if (error instanceof ChangeoverError && error.code === 'NotFound') return false;
      throw error;
    }
    known.count += 1;
    known.lastMs = now();
    return true;
  };

  return {
    async tell(about, { type, reason, message }) {
      forgetOld();
      if (!takeShare(about.uid)) return;
      const text = message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE - 1)}…` : message;
      const key = createHash('sha256').update(JSON.stringify([about.uid, type, reason, text])).digest('hex').slice(0, 16);
      const known = told.get(key);
      if (known !== undefined && (await again(about, known))) return;
      const at = new Date(now());
      const name = `${about.name.slice(0, 200)}.${key.slice(0, 8)}${at.getTime().toString(16)}`;
      await kube.create(
        pathOf(events, about.namespace),
        {
          apiVersion: 'v1',
          kind: 'Event',
          metadata: { name, namespace: about.namespace },
          involvedObject: about,
          type,
          reason,
          message: text,
          firstTimestamp: at.toISOString(),
          lastTimestamp: at.toISOString(),
          count: 1,
          source: { component: CONTROLLER_MANAGER },
          reportingComponent: CONTROLLER_MANAGER,
          reportingInstance: options.instance,
        },
        { fieldManager: CONTROLLER_MANAGER },
      );
      told.set(key, { name, firstAt: at, lastMs: at.getTime(), count: 1 });
    },
  };
}
