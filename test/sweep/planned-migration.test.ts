import { ChangeoverError } from '../../src/domain/errors.js';
import { judged } from '../harness/judged.js';
import { differing, faultable, momentsOf, named } from '../harness/moments.js';
import { told, type Story } from '../harness/story.js';

/**
 * The law, swept: the happy run's calls are learnt, then each call is made to fail before and after its effect, for ever and once,
 * and the run is cancelled there. However it ends, no law is broken, and it ends undone, completed, or held with a way on.
 */
const learn = () => momentsOf((story) => story.migrate());

const faults = [
  ['fails once before its effect', { when: 'before', error: new ChangeoverError('Unreachable', 'no answer') }],
  ['fails once after its effect', { when: 'after', error: new ChangeoverError('Unreachable', 'the answer was lost') }],
  ['is refused once before its effect', { when: 'before', error: new ChangeoverError('Forbidden', 'not allowed') }],
  ['is refused once after its effect', { when: 'after', error: new ChangeoverError('ObjectChanged', 'someone was faster') }],
] as const;

/** Something comes from outside at each moment where it can differ. */
async function broken(come: (story: Story) => void): Promise<readonly string[]> {
  const reasons: string[] = [];
  for (const moment of differing(await learn())) {
    await told({}, async (story) => {
      story.when(moment.n, () => come(story));
      await story.migrate();
      for (const reason of await judged(story)) reasons.push(`at ${named(moment)}: ${reason}`);
    });
  }
  return reasons;
}

describe('The law holds', () => {
  test.each(faults)('when any single call %s', async (_, fault) => {
    const reasons: string[] = [];
    for (const moment of faultable(await learn(), fault.when)) {
      const { site, call, nth } = moment;
      await told({}, async (story) => {
        story.world.fault({ site, call, nth, ...fault });
        await story.migrate();
        for (const reason of await judged(story)) reasons.push(`${named(moment)}: ${reason}`);
      });
    }
    expect(reasons).toEqual([]);
  }, 300_000);

  test('when the run is cancelled at any call', async () => {
    expect(await broken((story) => story.conductor.cancelSoon())).toEqual([]);
  }, 300_000);

  test('when every worker dies at any call', async () => {
    expect(await broken((story) => story.conductor.killWorker())).toEqual([]);
  }, 300_000);
});
