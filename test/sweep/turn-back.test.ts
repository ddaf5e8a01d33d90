import { ChangeoverError } from '../../src/domain/errors.js';
import { differing, faultable, momentsOf, named, type Moment } from '../harness/moments.js';
import { told, type Story } from '../harness/story.js';

/**
 * The law on the way back, swept: a run is held after the line and turned back; each call from then on is made to fail before and after
 * its effect, and the workers die there. However it goes, no law is broken, and with retries the application is home with every write.
 */
const MOST_DECISIONS = 12;
const neverReady = { call: 'Objects.assertVolumesBound', site: 'west', when: 'before', error: new ChangeoverError('ObjectChanged', 'A claim is bound elsewhere.') } as const;

/** Where the way back begins, counted in calls. */
async function held(story: Story): Promise<number> {
  story.world.fault({ ...neverReady });
  await story.migrate();
  return story.world.calls.length;
}

async function momentsOfTheWayBack(): Promise<readonly Moment[]> {
  let from = 0;
  const moments = await momentsOf(async (story) => {
    from = await held(story);
    await story.decide('turn-back');
    await story.goOn();
  });
  return moments.slice(from);
}

async function home(story: Story): Promise<readonly string[]> {
  for (let decisions = 0; decisions < MOST_DECISIONS && story.conductor.outcome.kind === 'running'; decisions += 1) {
    const { held: shown, phase } = await story.status();
    if (shown === null) return [`The run rests without being held (${phase}).`];
    if (shown.choices.length === 0) return [`Held at ${shown.step} without a way on.`];
    await story.decide('retry', { step: shown.step });
    await story.goOn();
  }
  if (story.conductor.outcome.kind === 'running') return [`Still held at ${(await story.status()).held?.step} after many retries.`, ...story.world.law()];
  return (await story.status()).debts.length > 0 ? story.world.law() : story.faults('east');
}

const faults = [
  ['fails once before its effect', { when: 'before', error: new ChangeoverError('Unreachable', 'no answer') }],
  ['fails once after its effect', { when: 'after', error: new ChangeoverError('Unreachable', 'the answer was lost') }],
  ['is refused once before its effect', { when: 'before', error: new ChangeoverError('Forbidden', 'not allowed') }],
  ['is refused once after its effect', { when: 'after', error: new ChangeoverError('ObjectChanged', 'someone was faster') }],
] as const;

describe('The law holds on the way back', () => {
  test.each(faults)('when any single call %s', async (_, fault) => {
    const broken: string[] = [];
    for (const moment of faultable(await momentsOfTheWayBack(), fault.when)) {
      const { site, call, nth } = moment;
      await told({}, async (story) => {
        await held(story);
        story.world.fault({ site, call, nth, ...fault });
        await story.decide('turn-back');
        await story.goOn();
        for (const reason of await home(story)) broken.push(`${named(moment)}: ${reason}`);
      });
    }
    expect(broken).toEqual([]);
  }, 300_000);

  test('when every worker dies at any call', async () => {
    const broken: string[] = [];
    for (const moment of differing(await momentsOfTheWayBack())) {
      await told({}, async (story) => {
        await held(story);
        story.when(moment.n, () => story.conductor.killWorker());
        await story.decide('turn-back');
        await story.goOn();
        for (const reason of await home(story)) broken.push(`workers died at ${named(moment)}: ${reason}`);
      });
    }
    expect(broken).toEqual([]);
  }, 300_000);

  test('when it is given up and goes forward again, wherever a call is refused before the roles are swapped back', async () => {
    const broken: string[] = [];
    for (const moment of await momentsOfTheWayBack()) {
      const { site, call, nth } = moment;
      await told({}, async (story) => {
        await held(story);
        story.world.fault({ site, call, nth, when: 'before', error: new ChangeoverError('Forbidden', 'not allowed') });
        await story.decide('turn-back');
        await story.goOn();
        const isOpen = (await story.status()).held?.choices.some(({ choice }) => choice === 'go-forward') === true;
        if (isOpen) {
          await story.decide('go-forward');
          await story.goOn();
        }
        const reasons = isOpen ? (story.closed() === 'completed' ? story.faults('west') : [`It did not go forward: ${(await story.status()).headline}`]) : await home(story);
        for (const reason of reasons) broken.push(`${named(moment)}: ${reason}`);
      });
    }
    expect(broken).toEqual([]);
  }, 300_000);
});
