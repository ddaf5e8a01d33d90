import { Story } from './story.js';

/** A call of the run without faults, as a fault names it. */
export interface Moment {
  /** Ordinal over all calls, from 1. */
  readonly n: number;
  readonly site: string;
  readonly call: string;
  readonly nth: number;
  /** False where the call only looks: it has no effect to come before or after. */
  readonly changes: boolean;
}

/** Every call is tried, not only those that can differ: `npm run test:long` sets it. */
export const isWhole = process.env['CHANGEOVER_SWEEP'] === 'whole';

const looks = /\.(read|observe|view|role|standing|identity|clusterUid|missingRights|plan|membership|foreignManagers|dataReplication|dns|capture|assert\w+|await\w+)$/;

/** The calls of a story, in order. */
export async function momentsOf(tell: (story: Story) => Promise<unknown>): Promise<readonly Moment[]> {
  const story = new Story();
  await tell(story);
  await story.end();
  const seen = new Map<string, number>();
  return story.world.calls.map(({ site, call }, position) => {
    const nth = (seen.get(`${site}/${call}`) ?? 0) + 1;
    seen.set(`${site}/${call}`, nth);
    return { n: position + 1, site, call, nth, changes: !looks.test(call) };
  });
}

/** Where a fault at the call itself can differ: a call that only looks fails alike before and after. */
export function faultable(moments: readonly Moment[], when: 'before' | 'after'): readonly Moment[] {
  return isWhole || when === 'before' ? moments : moments.filter(({ changes }) => changes);
}

/** Where something from outside can come at a new state of the world: at each change, and right after it. */
export function differing(moments: readonly Moment[]): readonly Moment[] {
  return isWhole ? moments : moments.filter(({ changes }, i) => changes || i === 0 || moments[i - 1]?.changes === true);
}

/** Where the loss of a site can be noticed first: at its own calls, and at changes elsewhere. */
export function noticing(moments: readonly Moment[], lost: string): readonly Moment[] {
  return isWhole ? moments : moments.filter(({ site, changes }) => site === lost || changes);
}

export function named({ n, site, call, nth }: Moment): string {
  return `${site} ${call} #${nth} (call ${n})`;
}
