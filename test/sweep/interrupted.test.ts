import { ChangeoverError } from '../../src/domain/errors.js';
import type { DecisionKind } from '../../src/domain/status.js';
import { judged } from '../harness/judged.js';
import { differing, momentsOf, named, type Moment } from '../harness/moments.js';
import { told, type Story } from '../harness/story.js';

/** What may come at any moment of a planned migration beside a failure: a pause, a decision, silence. */
const learn = () => momentsOf((story) => story.migrate());

async function broken(moments: readonly Moment[], come: (story: Story, moment: Moment) => void): Promise<readonly string[]> {
  const reasons: string[] = [];
  for (const moment of moments) {
    await told({}, async (story) => {
      come(story, moment);
      await story.migrate();
      for (const reason of await judged(story)) reasons.push(`at ${named(moment)}: ${reason}`);
    });
  }
  return reasons;
}

describe('The law holds', () => {
  test('when a pause is asked for at any call', async () => {
    expect(await broken(differing(await learn()), (story, { n }) => story.when(n, () => story.decideSoon('pause')))).toEqual([]);
  }, 300_000);

  test('when any decision at all arrives at any call', async () => {
    const kinds: readonly DecisionKind[] = ['retry', 'skip', 'approve', 'resume', 'ack', 'promote-target', 'turn-back', 'go-forward'];
    const reasons = await broken(differing(await learn()), (story, { n }) => story.when(n, () => story.decideSoon(kinds[n % kinds.length] ?? 'ack')));
    expect(reasons).toEqual([]);
  }, 300_000);

  test('when the answer to any change never comes', async () => {
    const moments = (await learn()).filter(({ changes }) => changes);
    expect(await broken(moments, (story, { site, call, nth }) => story.world.fault({ site, call, nth, when: 'after', error: 'hang' }))).toEqual([]);
  }, 300_000);

  test('when a site is refused for a while, and somebody retries too early', async () => {
    const moments = (await learn()).filter(({ changes, site }) => changes && site !== 'journal');
    const refused = new ChangeoverError('Forbidden', 'not allowed');
    expect(await broken(moments, (story, { site, call, nth }) => story.world.fault({ site, call, nth, when: 'before', times: 2, error: refused }))).toEqual([]);
  }, 300_000);
});
