import { ChangeoverError } from '../../src/domain/errors.js';
import { Story, told } from '../harness/story.js';

/**
 * The law, swept: the happy run's calls are learnt, then each call is made to fail before and after its effect, for ever and once,
 * and the run is cancelled there. However it ends, no law is broken, and it ends undone, completed, or held with a way on.
 */
const MOST_DECISIONS = 12;

async function learn(): Promise<readonly { site: string; call: string; nth: number }[]> {
  const story = new Story();
  await story.migrate();
  const seen = new Map<string, number>();
  const calls = story.world.calls.map(({ site, call }) => {
    const nth = (seen.get(`${site}/${call}`) ?? 0) + 1;
    seen.set(`${site}/${call}`, nth);
    return { site, call, nth };
  });
  await story.end();
  return calls;
}

/** Lets a person take the first way on, until the run is over. Returns why that was not possible, or null. */
async function carryOn(story: Story): Promise<string | null> {
  for (let decisions = 0; decisions < MOST_DECISIONS; decisions += 1) {
    if (story.conductor.outcome.kind !== 'running') return null;
    const status = await story.status();
    if (status.held === null) return `The run rests without being held (${status.phase}).`;
    if (status.held.choices.length === 0) return `Held at ${status.held.step} without a way on.`;
    await story.decide(decisions < 2 || !status.held.choices.some((c) => c.choice === 'skip') ? 'retry' : 'skip', { step: status.held.step });
    await story.goOn();
  }
  return 'The run is still held after many decisions.';
}

/** Whether all that is owed was owed to a site, and is paid by now. */
async function paid(story: Story): Promise<boolean> {
  const { debts } = await story.status();
  if (story.conductor.story.children.length === 0) return false;
  await story.payDebts();
  await story.conductor.advance(10 * 60_000);
  return story.closed() === 'completed' && debts.every((debt) => debt.includes('until it is done'));
}

async function judge(story: Story): Promise<readonly string[]> {
  const stuck = await carryOn(story);
  if (stuck !== null) return [stuck, ...story.world.law()];
  const status = await story.status();
  const serves = status.line === 'after' ? 'west' : 'east';
  if (status.phase === 'refused') return [...story.world.law(), ...story.world.atRest({ serves: 'east' })];
  if (status.debts.length > 0 && !(await paid(story))) return story.world.law();
  return story.faults(serves);
}

const faults = [
  ['fails once before its effect', { when: 'before', error: new ChangeoverError('Unreachable', 'no answer') }],
  ['fails once after its effect', { when: 'after', error: new ChangeoverError('Unreachable', 'the answer was lost') }],
  ['is refused once before its effect', { when: 'before', error: new ChangeoverError('Forbidden', 'not allowed') }],
  ['is refused once after its effect', { when: 'after', error: new ChangeoverError('ObjectChanged', 'someone was faster') }],
] as const;

describe('The law holds', () => {
  test.each(faults)('when any single call %s', async (_, fault) => {
    const broken: string[] = [];
    for (const call of await learn()) {
      await told({}, async (story) => {
        story.world.fault({ ...call, ...fault });
        await story.migrate();
        for (const reason of await judge(story)) broken.push(`${call.site} ${call.call} #${call.nth}: ${reason}`);
      });
    }
    expect(broken).toEqual([]);
  }, 300_000);

  test('when the run is cancelled at any call', async () => {
    const broken: string[] = [];
    const calls = await learn();
    for (let n = 1; n <= calls.length; n += 1) {
      await told({}, async (story) => {
        story.when(n, () => story.conductor.cancelSoon());
        await story.migrate();
        for (const reason of await judge(story)) broken.push(`cancelled at call ${n} (${calls[n - 1]?.site} ${calls[n - 1]?.call}): ${reason}`);
      });
    }
    expect(broken).toEqual([]);
  }, 300_000);

  test('when every worker dies at any call', async () => {
    const broken: string[] = [];
    const calls = await learn();
    for (let n = 1; n <= calls.length; n += 1) {
      await told({}, async (story) => {
        story.when(n, () => story.conductor.killWorker());
        await story.migrate();
        for (const reason of await judge(story)) broken.push(`workers died at call ${n} (${calls[n - 1]?.site} ${calls[n - 1]?.call}): ${reason}`);
      });
    }
    expect(broken).toEqual([]);
  }, 300_000);
});
