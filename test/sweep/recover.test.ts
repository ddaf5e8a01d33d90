import { ChangeoverError } from '../../src/domain/errors.js';
import { Story, told } from '../harness/story.js';

/**
 * A run loses its workflow at every single call, as by a terminate or a lost Temporal database, and is recovered by the way that is
 * recommended: no law is broken, the application serves, nothing is lost, and what the lost run had under way does nothing when it wakes.
 */
const neverReady = { call: 'Objects.assertVolumesBound', site: 'west', when: 'before', error: new ChangeoverError('ObjectChanged', 'A claim is bound elsewhere.') } as const;

async function callsOf(tell: (story: Story) => Promise<unknown>): Promise<readonly string[]> {
  const story = new Story();
  await tell(story);
  await story.end();
  return story.world.calls.map(({ site, call }) => `${site} ${call}`);
}

/** Recovers a run that was cut; null: no record named a run, so there was nothing to do. */
async function recovered(story: Story): Promise<{ readonly reasons: readonly string[]; readonly serves: string | null }> {
  const { advice, reasons, run } = await story.assess();
  if (run === null) {
    const isFree = reasons.some((reason) => reason.includes('nothing to recover'));
    const [serves = 'nobody'] = story.world.writers();
    // A plan whose record is free already is read by nobody, and the claim is over.
    const faults = story.faults(serves).filter((reason) => !reason.startsWith('A plan is still kept'));
    return { serves: null, reasons: isFree ? faults : [`It cannot be recovered: ${reasons.join(' ')}`] };
  }
  if (advice?.kind !== 'open') return { serves: null, reasons: [`The roles are not settled: ${advice?.reason}`] };
  await story.recover();
  if (story.closed() !== 'completed') {
    const { held, headline } = await story.status();
    return { serves: null, reasons: [`${story.closed()}: ${headline} ${held?.error ?? ''}`] };
  }
  const { writer, phase } = await story.status();
  const serves = advice.ways[0] === 'forward' ? 'west' : 'east';
  if (writer !== serves) return { serves, reasons: [`${phase}, and ${writer} is said to write, not ${serves}.`] };
  return { serves, reasons: story.faults(serves) };
}

/** A run that wakes after all breaks no law; and the next migration works. */
async function afterwards(story: Story, { serves, wake }: { serves: string; wake: () => void }): Promise<readonly string[]> {
  await story.forget();
  wake();
  await story.conductor.advance(30_000).catch(() => undefined);
  const late = story.world.law().map((reason) => `woken late: ${reason}`);
  return late.length > 0 ? late : story.world.writers().includes(serves) ? [] : ['woken late: the application does not serve any more.'];
}

describe('A run whose workflow is gone is recovered', () => {
  test('at any call of a planned migration', async () => {
    const broken: string[] = [];
    const ended = new Map<string, number>();
    const calls = await callsOf((story) => story.migrate());
    for (let n = 1; n <= calls.length; n += 1) {
      await told({}, async (story) => {
        const cut = story.cutAt(n);
        await story.migrate({}, { until: cut.isCut });
        const { reasons, serves } = await recovered(story);
        const late = reasons.length === 0 && serves !== null ? await afterwards(story, { serves, wake: cut.wake }) : [];
        ended.set(serves ?? 'nothing to recover', (ended.get(serves ?? 'nothing to recover') ?? 0) + 1);
        for (const reason of [...reasons, ...late]) broken.push(`cut at call ${n} (${calls[n - 1]}): ${reason}`);
      });
    }
    expect(broken).toEqual([]);
    expect([...ended.keys()].toSorted()).toEqual(['east', 'nothing to recover', 'west']);
  }, 240_000);

  test('at any call of a way back', async () => {
    const broken: string[] = [];
    let from = 0;
    const back = async (story: Story): Promise<void> => {
      story.world.fault({ ...neverReady });
      await story.migrate();
      from = story.world.calls.length;
      await story.decide('turn-back');
      await story.goOn();
    };
    const calls = await callsOf(back);
    for (let n = from + 1; n <= calls.length; n += 1) {
      await told({}, async (story) => {
        story.world.fault({ ...neverReady });
        await story.migrate();
        const cut = story.cutAt(n);
        await story.decide('turn-back');
        await story.conductor.run({ until: cut.isCut });
        for (const reason of (await recovered(story)).reasons) broken.push(`cut at call ${n} (${calls[n - 1]}): ${reason}`);
      });
    }
    expect(broken).toEqual([]);
  }, 240_000);
});
