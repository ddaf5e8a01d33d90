import type { Clock } from './clock.js';
import type { ApplicationSpec, Group, LinkState, NameState, SiteState } from './state.js';

/** What every port of the memory world is built on. */
export interface Core {
  readonly clock: Clock;
  readonly application: ApplicationSpec;
  readonly sites: ReadonlyMap<string, SiteState>;
  readonly names: NameState;
  readonly link: LinkState;
  readonly law: LawBook;
  /** The only way to change anything: afterwards pods and data follow, the law is checked, and waits look again. */
  change<T>(what: string, act: () => T): T;
  /** Resolves with the first value other than undefined; looks now and after each change. Rejects with the signal's reason. */
  until<T>(signal: AbortSignal, look: () => T | undefined): Promise<T>;
}

/** Broken laws, each a sentence, in the order they were broken. */
export interface LawBook {
  readonly broken: readonly string[];
  break(sentence: string): void;
  /** Writes the application acknowledged to a client. */
  readonly acknowledged: string[];
}

export function siteOf(core: Core, site: string): SiteState {
  const found = core.sites.get(site);
  if (found === undefined) throw new Error(`The world has no site ${site}.`);
  return found;
}

export function others(core: Core, site: SiteState): readonly SiteState[] {
  return [...core.sites.values()].filter((s) => s.site !== site.site);
}

export function groupOf(core: Core, site: SiteState): Group | null {
  return site.groups.get(core.application.rvg) ?? null;
}

/** Waits woken by changes, not by time. */
export function createHub(): { wake(): void; until: Core['until'] } {
  const looks = new Set<() => void>();
  return {
    wake: () => {
      for (const look of Array.from(looks)) look();
    },
    until: (signal, look) =>
      new Promise((resolve, reject) => {
        const end = (settle: () => void) => {
          looks.delete(tryNow);
          signal.removeEventListener('abort', tryNow);
          settle();
        };
        const tryNow = () => {
          if (signal.aborted) return end(() => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted')));
          try {
            const value = look();
            if (value !== undefined) end(() => resolve(value));
          } catch (error) {
            end(() => reject(error instanceof Error ? error : new Error(String(error))));
          }
        };
        looks.add(tryNow);
        signal.addEventListener('abort', tryNow);
        tryNow();
      }),
  };
}
