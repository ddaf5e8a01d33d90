import { momentsOf, named, noticing } from '../harness/moments.js';
import { told, type Story } from '../harness/story.js';

/**
 * A whole site is out of reach from some call on: first nobody does anything, then it is back and a person says retry.
 * Meanwhile no law is broken and the run is over or held with a way on; afterwards it ends as it should.
 */
const MOST_DECISIONS = 12;

async function stuck(story: Story): Promise<string | null> {
  if (story.conductor.outcome.kind !== 'running') return null;
  const { held, phase } = await story.status();
  if (held === null) return `the run rests without being held (${phase})`;
  return held.choices.length === 0 ? `held at ${held.step} without a way on` : null;
}

async function retried(story: Story): Promise<string | null> {
  for (let decisions = 0; decisions < MOST_DECISIONS && story.conductor.outcome.kind === 'running'; decisions += 1) {
    const { held } = await story.status();
    if (held === null) return 'the run rests without being held';
    await story.decide('retry', { step: held.step });
    await story.goOn();
  }
  return story.conductor.outcome.kind === 'running' ? `still held at ${(await story.status()).held?.step} after many retries` : null;
}

async function judged(story: Story, lost: string): Promise<readonly string[]> {
  const reasons = [await stuck(story), ...story.world.law()].filter((reason) => reason !== null).map((reason) => `while ${lost} is lost: ${reason}`);
  story.world.restore(lost);
  const why = await retried(story);
  if (why !== null) return [...reasons, why];
  const { line, debts } = await story.status();
  if (story.conductor.story.children.length > 0) {
    await story.payDebts();
    await story.conductor.advance(10 * 60_000);
    if (story.closed() !== 'completed') return [...reasons, `what is owed to ${lost} is not paid although it answers again`];
  }
  return [...reasons, ...(debts.length > 0 ? story.world.law() : story.faults(line === 'after' ? 'west' : 'east'))];
}

describe('The law holds', () => {
  test.each(['west', 'east'])('when %s is lost at any call, and is back later', async (lost) => {
    const broken: string[] = [];
    for (const moment of noticing(await momentsOf((story) => story.migrate()), lost)) {
      await told({}, async (story) => {
        story.when(moment.n, () => story.world.partition(lost));
        await story.migrate();
        for (const reason of await judged(story, lost)) broken.push(`lost at ${named(moment)}: ${reason}`);
      });
    }
    expect(broken).toEqual([]);
  }, 300_000);
});
