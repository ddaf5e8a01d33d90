import { ApplicationFailure, WorkflowFailedError } from '@temporalio/client';
import { ChangeoverError } from '../domain/errors.js';
import type { UnitRef } from '../domain/request.js';
import { keyOf } from './changes.js';
import { reasonOf, type Log } from './log.js';
import type { Verbs } from './verbs.js';

/** After a failure it is tried again after so long, doubling up to a minute; and at once when the plan has changed on a site. */
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;

/** A site's plan as it asked for the adoption: `<uid>/<generation>`. The plans of one unit have a uid each. */
export interface Asking {
  readonly site: string;
  readonly generation: string;
}

interface Tried {
  readonly generations: ReadonlyMap<string, string>;
  readonly atMs: number;
  readonly pauseMs: number;
  readonly reasons: readonly string[];
}

/** Adoptions of new plans, one at a time for each unit, whichever site asks. They wait for workers as long as it takes, beside the queue. */
export class Adoptions {
  private readonly tried = new Map<string, Tried>();
  private readonly running = new Set<string>();

  constructor(
    private readonly options: { readonly verbs: Pick<Verbs, 'adopt'>; readonly log: Log; readonly sites: readonly string[]; readonly enabled: boolean; readonly ended: (unit: UnitRef) => void },
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Why the last try failed; empty when there was none, or it went well. */
  disagreements(unit: UnitRef): readonly string[] {
    return this.tried.get(keyOf(unit))?.reasons ?? [];
  }

  /** Begins an adoption unless one is under way or failed just now. Returns after how long to ask again; null: when it has ended. */
  want(unit: UnitRef, asking: Asking): number | null {
    const key = keyOf(unit);
    if (!this.options.enabled || this.running.has(key)) return null;
    const tried = this.tried.get(key);
    const since = this.now() - (tried?.atMs ?? 0);
    if (tried !== undefined && tried.generations.get(asking.site) === asking.generation && since < tried.pauseMs) return tried.pauseMs - since;
    this.running.add(key);
    void this.adopt(unit, asking);
    return null;
  }

  private async adopt(unit: UnitRef, asking: Asking): Promise<void> {
    const { verbs, log, sites, ended } = this.options;
    const key = keyOf(unit);
    try {
      const { writer, members, epoch } = await verbs.adopt(unit, sites);
      this.tried.delete(key);
      log('info', `adopted: ${writer} may write (epoch ${epoch}; members ${members.join(', ')})`, { unit: unit.name });
    } catch (error) {
      const reasons = reasonsOf(error);
      if (JSON.stringify(reasons) !== JSON.stringify(this.tried.get(key)?.reasons)) log('warn', `not adopted: ${reasons.join(' ')}`, { unit: unit.name });
      this.tried.set(key, { ...after(this.tried.get(key), asking), atMs: this.now(), reasons });
    }
    this.running.delete(key);
    ended(unit);
  }
}

function after(before: Tried | undefined, { site, generation }: Asking): Pick<Tried, 'generations' | 'pauseMs'> {
  const known = before?.generations.get(site);
  const changed = before === undefined || (known !== undefined && known !== generation);
  return { generations: new Map([...(before?.generations ?? []), [site, generation]]), pauseMs: changed ? FIRST_PAUSE_MS : Math.min(before.pauseMs * 2, LONGEST_PAUSE_MS) };
}

function reasonsOf(error: unknown): readonly string[] {
  if (error instanceof WorkflowFailedError && error.cause instanceof ApplicationFailure) {
    const detail = error.cause.details?.[0] as { reasons?: readonly string[] } | undefined;
    return detail?.reasons ?? [error.cause.message];
  }
  return error instanceof ChangeoverError && error.reasons.length > 0 ? error.reasons : [reasonOf(error)];
}
