import fc from 'fast-check';
import { ChangeoverError } from '../../src/domain/errors.js';
import type { DecisionKind } from '../../src/domain/status.js';
import { carryOn } from '../harness/judged.js';
import { isWhole, momentsOf } from '../harness/moments.js';
import { told, type Story } from '../harness/story.js';

/** Several things at once, at any moments, in any order: the blocks under what nobody thought of. */
type Event =
  | { readonly kind: 'fault'; readonly at: number; readonly when: 'before' | 'after'; readonly code: 'Unreachable' | 'Forbidden' | 'ObjectChanged' }
  | { readonly kind: 'die' | 'cancel'; readonly at: number }
  | { readonly kind: 'away'; readonly at: number; readonly site: 'east' | 'west'; readonly calls: number }
  | { readonly kind: 'decide'; readonly at: number; readonly decision: DecisionKind };

const RUNS = isWhole ? 600 : 40;
const at = fc.integer({ min: 1, max: 260 });
const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constant('fault' as const), at, when: fc.constantFrom('before' as const, 'after' as const), code: fc.constantFrom('Unreachable' as const, 'Forbidden' as const, 'ObjectChanged' as const) }),
  fc.record({ kind: fc.constantFrom('die' as const, 'cancel' as const), at }),
  fc.record({ kind: fc.constant('away' as const), at, site: fc.constantFrom('east' as const, 'west' as const), calls: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ kind: fc.constant('decide' as const), at, decision: fc.constantFrom<DecisionKind>('pause', 'resume', 'retry', 'skip', 'cancel', 'turn-back', 'go-forward', 'ack') }),
);

function arrange(story: Story, happening: Event, calls: readonly { site: string; call: string; nth: number }[]): void {
  const { world, conductor } = story;
  switch (happening.kind) {
    case 'fault': {
      const call = calls[(happening.at - 1) % calls.length];
      if (call !== undefined) world.fault({ site: call.site, call: call.call, nth: call.nth, when: happening.when, error: new ChangeoverError(happening.code, 'at random') });
      return;
    }
    case 'die':
      return story.when(happening.at, () => conductor.killWorker());
    case 'cancel':
      return story.when(happening.at, () => conductor.cancelSoon());
    case 'away':
      story.when(happening.at, () => world.partition(happening.site));
      return story.when(happening.at + happening.calls, () => world.restore(happening.site));
    case 'decide':
      return story.when(happening.at, () => story.decideSoon(happening.decision));
  }
}

describe('The law holds', () => {
  test('whatever happens at once, at whatever moments', async () => {
    const calls = await momentsOf((story) => story.migrate());
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 4 }), (events) =>
        told({}, async (story) => {
          for (const one of events) arrange(story, one, calls);
          await story.migrate();
          for (const site of ['east', 'west']) story.world.restore(site);
          await story.goOn();
          const stuck = await carryOn(story);
          expect({ stuck, broken: story.world.law() }).toEqual({ stuck: null, broken: [] });
        }),
      ),
      { numRuns: RUNS, ...(isWhole ? {} : { seed: 20 }) },
    );
  }, 300_000);
});
