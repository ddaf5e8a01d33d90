import { ChangeoverError } from '../../src/domain/errors.js';
import { judged } from '../harness/judged.js';
import { differing, faultable, momentsOf, named, type Moment } from '../harness/moments.js';
import { told, type Story } from '../harness/story.js';

/**
 * Somebody swaps the roles by hand inside the outage, and a person goes on from the held undo. Each call from then on fails before its effect
 * or after it, or its answer never comes, or the workers die there: no law is broken, and with retries the application serves at the target.
 */
const quick = { commandTimeoutMs: 1_000, outageBudgetMs: 20_000 };
const refused = new ChangeoverError('Forbidden', 'not allowed');
const faults = [['is refused before its effect', 'before', refused], ['is refused after its effect', 'after', refused], ['has its effect and is never answered', 'after', 'hang']] as const;

async function heldUndo(story: Story): Promise<void> {
  story.when('Replication.awaitDrained', () =>
    story.world.happens('someone at the storage', () => {
      for (const [site, role] of [['east', 'secondary'], ['west', 'primary']] as const) for (const group of story.world.site(site).groups.values()) group.role = role;
    }),
  );
  await story.migrate({ options: quick });
}

async function onward(story: Story): Promise<void> {
  await story.decide('go-forward');
  await story.goOn();
}

async function momentsOnward(): Promise<readonly Moment[]> {
  let from = 0;
  const moments = await momentsOf(async (story) => {
    await heldUndo(story);
    from = story.world.calls.length;
    await onward(story);
  });
  return moments.slice(from);
}

describe('The law holds while a run goes on from an undo that must not start the source', () => {
  test.each(faults)('when any single call %s', async (_, when, error) => {
    const broken: string[] = [];
    for (const moment of faultable(await momentsOnward(), when)) {
      await told({}, async (story) => {
        await heldUndo(story);
        story.world.fault({ site: moment.site, call: moment.call, nth: moment.nth, when, error });
        await onward(story);
        for (const reason of await judged(story)) broken.push(`${named(moment)}: ${reason}`);
      });
    }
    expect(broken).toEqual([]);
  }, 300_000);

  test('when every worker dies at any call', async () => {
    const broken: string[] = [];
    for (const moment of differing(await momentsOnward())) {
      await told({}, async (story) => {
        await heldUndo(story);
        story.when(moment.n, () => story.conductor.killWorker());
        await onward(story);
        for (const reason of await judged(story)) broken.push(`workers died at ${named(moment)}: ${reason}`);
      });
    }
    expect(broken).toEqual([]);
  }, 300_000);
});
