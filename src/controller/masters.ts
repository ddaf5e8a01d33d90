import { ChangeoverError } from '../domain/errors.js';
import type { PlanSite } from '../ports/plan-site.js';
import { reasonOf, type Log } from './log.js';

interface Look {
  readonly atMs: number;
  readonly found: readonly string[];
}

/** A look this young counts as now. */
const FRESH_MS = 10_000;

/**
 * Law 13: never two masters. Where InfoScale's own DR manager is found on any site, the controller writes nothing on any site.
 * A site that cannot be looked at counts as it was seen last; only a start needs to have seen all of them.
 */
export class Masters {
  private readonly looks = new Map<string, Look>();
  private readonly running = new Map<string, Promise<Look>>();
  private said = '';

  constructor(
    private readonly sites: readonly PlanSite[],
    private readonly log: Log,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** What was found, site by site, as far as it was looked at. */
  found(): readonly string[] {
    return [...this.looks].flatMap(([site, { found }]) => found.map((one) => `${site}: ${one}`));
  }

  /** Whether the controller may write at this site: looked at now, the others as they were seen last. Throws when it does not answer. */
  async mayWriteAt(site: PlanSite): Promise<boolean> {
    await this.look(site);
    return this.isAlone();
  }

  /** Whether it may start a run: every site looked at now. Throws when one does not answer (an unknown is a no). */
  async mayStart(): Promise<boolean> {
    const seen = await Promise.allSettled(this.sites.map((site) => this.look(site)));
    const failed = seen.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw new ChangeoverError('Unreachable', `It is not known whether InfoScale's own DR manager is on every site: ${reasonOf(failed.reason)}`);
    return this.isAlone();
  }

  /** As of the last look, without another one. */
  isAlone(): boolean {
    const found = this.found();
    const text = found.join('; ');
    if (text !== this.said) {
      if (found.length > 0) this.log('warn', `InfoScale's own DR manager is here (${text}). It is the master of the DR plans: nothing is written on any site, and plans are only watched.`);
      else this.log('info', 'InfoScale\'s own DR manager is gone; the DR plans are answered again.');
      this.said = text;
    }
    return found.length === 0;
  }

  private async look(site: PlanSite): Promise<Look> {
    const known = this.looks.get(site.site);
    if (known !== undefined && this.now() - known.atMs < FRESH_MS) return known;
    const running = this.running.get(site.site) ?? this.lookNow(site);
    this.running.set(site.site, running);
    try {
      return await running;
    } finally {
      this.running.delete(site.site);
    }
  }

  private async lookNow(site: PlanSite): Promise<Look> {
    const look = { found: await site.foreignManagers(), atMs: this.now() };
    this.looks.set(site.site, look);
    return look;
  }
}
