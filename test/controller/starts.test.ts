import { ChangeoverError } from '../../src/domain/errors.js';
import { mark } from '../../src/domain/names.js';
import { ControllerWorld, PATH } from './world.js';

describe('A controller', () => {
  let world: ControllerWorld;
  beforeEach(() => {
    world = new ControllerWorld();
  });
  afterEach(() => world.end());

  const watching = async (): Promise<void> => {
    world.begin();
    await world.until('both plans to be Ready', () => world.conditions('east')['Ready']?.status === 'True' && world.conditions('west')['Ready']?.status === 'True');
  };
  const shows = (site: 'east' | 'west', type: string): Promise<void> => world.until(`${type} to be shown at ${site}`, () => world.conditions(site)[type]?.status === 'True');

  test('starts one run for a patch on the source, and says who asked for what', async () => {
    await watching();
    world.write('east', { primary: 'west', annotations: { [mark.requestedBy]: 'alice' } });
    await world.until('a run to start', () => world.requests.length === 1);
    expect(world.requests[0]).toMatchObject({
      unit: { namespace: 'infoscale-vtas', name: 'orders' }, target: 'west', expectedPrimary: 'east', sites: ['east', 'west'],
      requestedBy: { name: 'alice', verified: false, via: 'controller' }, reason: 'spec.primaryCluster of infoscale-vtas/orders was changed from east to west on east',
    });
    await shows('east', 'InProgress');
    const plan = world.kubes.east.peek(PATH);
    expect(world.annotations('east')[mark.answered]).toBe(`${String(plan?.metadata['uid'])}/2 ${world.requests[0]?.run}`);
    expect((await world.events('east'))[0]).toMatch(/^MigrationStarted: run .* asked for by alice \(unverified\)/);
  });

  test('starts one run beside a second controller that starts at the same moment', async () => {
    world.begin();
    await watching();
    world.write('east', { primary: 'west' });
    await world.until('a run to start', () => world.requests.length === 1);
    await shows('east', 'InProgress');
    expect(world.requests).toHaveLength(1);
    expect(world.lines.filter((line) => line.includes('started:'))).toHaveLength(1);
  });

  test.each<[string, () => void | Promise<void>]>([
    ['is found at its start', () => void world.write('east', { primary: 'west' })],
    ['comes with a list after lost events', async () => {
      await watching();
      world.unheard('east', () => void world.write('east', { primary: 'west' }));
      await world.relist('east');
    }],
    ['comes with an object that was made anew', async () => {
      await watching();
      world.kubes.east.drop(PATH);
      world.write('east', { primary: 'west' }, { uid: 'another', status: { primaryCluster: 'east' } });
    }],
    ['comes with an applied manifest', async () => {
      await watching();
      world.write('east', { primary: 'west', manager: 'kubectl-client-side-apply' });
    }],
    ['stays when the status is emptied', async () => {
      await watching();
      world.write('east', {}, { status: {} });
    }],
  ])('starts nothing for an inequality that %s, and shows how to confirm', async (_, make) => {
    await make();
    if (world.lines.length === 0) world.begin();
    await shows('east', 'NeedsConfirmation');
    expect(world.conditions('east')['NeedsConfirmation']?.message).toMatch(/To confirm, on east: kubectl .*changeover migrate|changeover adopt orders/);
    expect(world.requests).toEqual([]);
  });

  test('refuses a patch on the target, and under GitOps, with an event and a condition', async () => {
    await watching();
    world.write('west', { primary: 'west' });
    await shows('west', 'Refused');
    expect(world.conditions('west')['Refused']?.message).toMatch(/east is primary: a migration is asked for there/);
    world.write('east', { primary: 'west', manager: 'argocd-controller', operation: 'Apply' });
    await shows('east', 'Refused');
    expect(world.conditions('east')).toMatchObject({ Refused: { message: expect.stringContaining('argocd-controller') }, NeedsConfirmation: { reason: 'Refused' }, Ready: { status: 'False', reason: 'Refused' } });
    expect(await world.events('west')).toEqual([expect.stringMatching(/^ChangeRefused: east is primary/)]);
    expect(world.requests).toEqual([]);
    // Put back, everything is as it was.
    world.write('west', {});
    await world.until('Ready at west', () => world.conditions('west')['Ready']?.status === 'True' && world.conditions('west')['Refused'] === undefined);
  });

  test('tries a start again that Temporal did not take, without starting twice', async () => {
    await watching();
    world.startFailures.push(new ChangeoverError('Unreachable', 'Temporal does not answer.'));
    world.write('east', { primary: 'west' });
    await world.until('a run to start', () => world.requests.length === 1);
    expect(world.lines.some((line) => line.includes('Temporal does not answer'))).toBe(true);
    await shows('east', 'InProgress');
    expect(world.requests).toHaveLength(1);
  });

  test('that comes back follows the run that is open, and starts no other', async () => {
    await watching();
    world.write('east', { primary: 'west' });
    await world.until('a run to start', () => world.requests.length === 1);
    await world.end();
    world.begin();
    world.say({ phase: 'outage', headline: 'The outage has begun' });
    await world.until('the run to be shown', () => world.conditions('east')['InProgress']?.reason === 'Outage');
    expect(world.requests).toHaveLength(1);
    expect(world.lines.filter((line) => line.includes('started:'))).toHaveLength(1);
  });

  test('cancels by a patch back before the line, and explains it after', async () => {
    await watching();
    world.write('east', { primary: 'west' });
    await world.until('a run to start', () => world.requests.length === 1);
    world.write('east', { primary: 'east' });
    await world.until('the cancel', () => world.decisions.length === 1);
    expect(world.decisions[0]).toMatchObject({ kind: 'cancel', via: 'controller', verified: false, reason: 'spec.primaryCluster was changed back to east on east' });
    world.own('east', { run: 'orders-1', phase: 'forward' });
    world.write('east', { primary: 'west' });
    world.write('east', { primary: 'east' });
    await world.until('TooLate', async () => (await world.events('east')).some((event) => event.startsWith('TooLate: It is too late to cancel')));
    world.write('east', { primary: 'north' });
    await world.until('ChangeRefused', async () => (await world.events('east')).some((event) => event.startsWith('ChangeRefused: Run')));
    expect(world.decisions).toHaveLength(1);
    expect(world.requests).toHaveLength(1);
  });

  test('shows a refused run with all reasons, and that it needs to be asked for again', async () => {
    await watching();
    world.write('east', { primary: 'west' });
    await world.until('a run to start', () => world.requests.length === 1);
    world.say({ phase: 'refused', headline: 'Refused', refusals: ['The link is down.', 'A right is missing.'], endedAt: '2026-03-01T03:01:00.000Z' });
    await shows('east', 'Refused');
    expect(world.conditions('east')['Refused']).toMatchObject({ reason: 'ChecksFailed', message: expect.stringContaining('The link is down. A right is missing.') });
    await shows('east', 'NeedsConfirmation');
    expect(world.requests).toHaveLength(1);
  });

  test('shows the hold of a run that somebody else started, with the choices', async () => {
    await watching();
    world.opened('orders-7');
    world.own('east', { run: 'orders-7', phase: 'forward' });
    world.write('east', { primary: 'west', manager: 'changeover', annotations: { [mark.proposedBy]: 'orders-7' } });
    await shows('east', 'InProgress');
    world.say({ phase: 'held', line: 'after', held: { step: 'activate-target', since: '2026-03-01T03:00:00.000Z', code: 'NotReady', error: 'A pod is not Ready.', advice: 'See the pod.', choices: [{ choice: 'retry', effect: 'tries it again' }] } });
    await shows('east', 'Held');
    expect(world.conditions('east')['Held']?.message).toContain('changeover retry orders --step activate-target');
    expect(await world.events('west')).toContainEqual(expect.stringMatching(/^Held: /));
  });

  test('tells it when a plan is deleted under an open run', async () => {
    await watching();
    world.opened('orders-7');
    world.write('east', { primary: 'west', manager: 'changeover', annotations: { [mark.proposedBy]: 'orders-7' } });
    await shows('east', 'InProgress');
    world.kubes.east.drop(PATH);
    await world.until('an event', async () => (await world.events('east')).length > 0);
    expect(await world.events('east')).toEqual([expect.stringMatching(/^PlanDeleted: The plan was deleted on east while run orders-7 is at work/)]);
  });
});
