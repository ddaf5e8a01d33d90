import { formatDecisionAnnotation, parseAnswerAnnotation } from '../../src/domain/annotations.js';
import { ChangeoverError } from '../../src/domain/errors.js';
import { mark } from '../../src/domain/names.js';
import { decisionKinds } from '../../src/domain/status.js';
import { ControllerWorld, PATH, type Site } from './world.js';

const ann = '{"by":"ann","decision":"retry","step":"swap-roles","reason":"the link is back"}';

describe('A decision that is written on a plan', () => {
  let world: ControllerWorld;
  beforeEach(async () => {
    world = new ControllerWorld();
    world.opened('orders-7');
    world.begin();
    await world.until('both plans to be shown', () => world.conditions('east')['Ready'] !== undefined && world.conditions('west')['Ready'] !== undefined);
  });
  afterEach(() => world.end());

  const writes = (site: Site, text: string): void => void world.write(site, { annotations: { [mark.decision]: text } });
  /** What stands in its place once it has been answered. */
  const answered = async (site: Site): Promise<ReturnType<typeof parseAnswerAnnotation>> => {
    await world.until('the answer', () => world.annotations(site)[mark.decision] === undefined && world.annotations(site)[mark.decisionAnswer] !== undefined);
    return parseAnswerAnnotation(world.annotations(site)[mark.decisionAnswer] ?? '');
  };

  test.each(decisionKinds)('%s is sent to the run as an update of the controller\'s', async (kind) => {
    const statement = kind.startsWith('attest') ? 'it is off' : null;
    writes('west', formatDecisionAnnotation({ by: 'ann', kind, step: null, reason: 'as agreed', id: null, statement }));
    expect(await answered('west')).toMatchObject({ by: 'ann', decision: kind, outcome: 'accepted', verified: false });
    expect(world.decisions).toMatchObject([{ kind, by: 'ann', via: 'controller', verified: false, reason: 'as agreed', statement }]);
  });

  test.each([
    ['attest', 'west', 'attest-source-off'],
    ['attest', 'east', 'attest-target-off'],
    ['promote', 'west', 'promote-source'],
    ['promote', 'east', 'promote-target'],
  ] as const)('%s of %s is about the side that the site is on in the run, which a way back has turned around: %s', async (kind, site, meant) => {
    world.say({ procedure: 'turn-back', source: 'west', target: 'east' });
    writes('west', formatDecisionAnnotation({ by: 'ann', kind, site, step: null, reason: 'as agreed', id: null, statement: 'as shown' }));
    expect(await answered('west')).toMatchObject({ decision: meant, outcome: 'accepted' });
    expect(world.decisions).toMatchObject([{ kind: meant, statement: 'as shown' }]);
  });

  test('about a site that takes no part in the run is answered with the two that do', async () => {
    world.say({ procedure: 'turn-back', source: 'west', target: 'east' });
    writes('west', formatDecisionAnnotation({ by: 'ann', kind: 'attest', site: 'north', step: null, reason: 'as agreed', id: null, statement: 'north is off' }));
    expect(await answered('west')).toMatchObject({ decision: 'attest', outcome: 'rejected', message: 'north takes no part in the run of orders (west → east).' });
    expect(world.decisions).toEqual([]);
  });

  test('is taken once, on either site, and answered by annotation, event and condition', async () => {
    writes('west', ann);
    const answer = await answered('west');
    expect(answer).toMatchObject({ outcome: 'accepted', message: expect.stringContaining('Taken for swap-roles') });
    await world.until('the condition', () => world.conditions('west')['Decision']?.status === 'True');
    expect(world.conditions('west')['Decision']).toMatchObject({ reason: 'Accepted', observedGeneration: 1, message: expect.stringMatching(/^retry by ann \(unverified\)/) });
    await world.until('the event', async () => (await world.events('west')).some((event) => event.startsWith('DecisionAccepted: retry by ann')));
    expect(world.decisions).toHaveLength(1);
    expect(world.annotations('east')[mark.decisionAnswer]).toBeUndefined();
  });

  test('that the run does not take is answered with the run\'s own sentence', async () => {
    world.decideFailure = new ChangeoverError('Refused', 'Nothing is held; there is nothing to retry.', { reasons: ['This rejection is not in the record: the disk is full.'] });
    writes('east', ann);
    expect(await answered('east')).toMatchObject({ outcome: 'rejected', message: 'Nothing is held; there is nothing to retry.' });
    await world.until('the condition', () => world.conditions('east')['Decision']?.reason === 'Rejected');
    await world.until('the event', async () => (await world.events('east')).some((event) => event.startsWith('DecisionRejected: retry by ann')));
    expect(world.lines).toContain('warn This rejection is not in the record: the disk is full.');
  });

  test('that nobody can read is answered and sent to nobody', async () => {
    writes('east', '{"by":"ann","decision":"retry","colour":"red","reason":"x"}');
    expect(await answered('east')).toMatchObject({ by: 'unknown', outcome: 'rejected', message: expect.stringContaining('unknown field "colour"') });
    expect(world.decisions).toEqual([]);
  });

  test('is sent again with the same id when Temporal did not answer, and the same words written anew are another', async () => {
    world.decideFailure = new ChangeoverError('Unreachable', 'Temporal does not answer.');
    writes('east', ann);
    await world.until('a failure', () => world.lines.some((line) => line.includes('Temporal does not answer')));
    expect(world.annotations('east')[mark.decision]).toBe(ann);
    world.decideFailure = null;
    const first = await answered('east');
    writes('east', ann);
    await world.until('the second', () => world.decisions.length === 2);
    const [one, two] = world.decisions.map(({ id }) => id);
    expect(one).toBe(first?.id);
    expect(two).not.toBe(one);
  });

  test('is not sent again when the plan changed before the answer could be written', async () => {
    let refusals = 0;
    world.kubes.east.deny = (call, body) => {
      if (call !== `PATCH ${PATH}` || !(mark.decisionAnswer in (body.metadata.annotations ?? {})) || (refusals += 1) > 1) return;
      throw new ChangeoverError('Conflict', 'the object has been modified');
    };
    writes('east', ann);
    expect(await answered('east')).toMatchObject({ outcome: 'accepted' });
    expect(refusals).toBe(2);
    expect(world.decisions).toHaveLength(1);
  });
});
