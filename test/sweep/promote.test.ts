import { ChangeoverError } from '../../src/domain/errors.js';
import { judged } from '../harness/judged.js';
import { faultable, momentsOf, named, type Moment } from '../harness/moments.js';
import { told, type Story } from '../harness/story.js';
import { crossedInto, promote, sides, strays } from '../harness/two-primaries.js';

/**
 * A person ends two Primaries, or none, and a call fails from then on: before its effect, after it, or its answer never comes. The run is
 * held again or goes on, no law is broken, and whoever decides the same again gets there.
 */
type Roles = 'both' | 'neither';
type Side = (typeof sides)[number];
const refused = new ChangeoverError('Forbidden', 'not allowed');
const faults = [['before', refused], ['after', refused], ['after', 'hang']] as const;

/** The calls from the decision to the last command. */
async function learn(roles: Roles, [kind, gives]: Side): Promise<readonly Moment[]> {
  let from = 0;
  const moments = await momentsOf(async (story) => {
    await crossedInto(story, roles);
    from = story.world.calls.length;
    await promote(story, kind, gives);
  });
  const last = moments.findLastIndex(({ call }) => call === 'Replication.resync');
  return moments.slice(from, last + 1);
}

async function endOf(story: Story, [kind, gives]: Side): Promise<readonly string[]> {
  for (let again = 0; again < 3; again += 1) {
    if (story.conductor.outcome.kind !== 'running') break;
    if ((await story.status()).held?.choices.some(({ choice }) => choice === kind) === true) await promote(story, kind, gives);
  }
  return judged(story);
}

describe('The law holds', () => {
  const rows = (['both', 'neither'] as const).flatMap((roles) => sides.map((side) => ({ roles, side, kind: side[0] })));
  test.each(rows)('when any single call fails while $kind ends $roles Primary', async ({ roles, side }) => {
    const reasons: string[] = [];
    const moments = await learn(roles, side);
    expect(moments.some(({ call }) => call === (roles === 'both' ? 'Replication.giveUp' : 'Replication.takeOver'))).toBe(true);
    for (const [when, error] of faults) {
      for (const moment of faultable(moments, when)) {
        await told({}, async (story) => {
          story.world.fault({ site: moment.site, call: moment.call, nth: moment.nth, when, error });
          await crossedInto(story, roles);
          await promote(story, side[0], side[1]);
          const found = [...(await endOf(story, side)), ...(side[0] === 'promote-source' && strays(story).includes('east') ? ['What was given up is at the source.'] : [])];
          for (const reason of found) reasons.push(`${error === 'hang' ? 'no answer' : `failed ${when}`} at ${named(moment)}: ${reason}`);
        });
      }
    }
    expect(reasons).toEqual([]);
  }, 240_000);
});
