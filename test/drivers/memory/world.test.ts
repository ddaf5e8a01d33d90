import { ChangeoverError } from '../../../src/domain/errors.js';
import { released } from '../../../src/domain/ownership.js';
import { createWorld, type World } from '../../../src/drivers/memory/world.js';
import { specOf } from '../../../src/drivers/memory/raw.js';
import { aPlan, aWork } from '../../harness/builders.js';

const east = (world: World) => world.ports.site('east');
const west = (world: World) => world.ports.site('west');
const unit = 'orders';

function replication(world: World, site: string) {
  const found = world.ports.site(site).replication;
  if (found === null) throw new Error(`${site} has no replication`);
  return found;
}

/** Stages the application at the target with a tagged snapshot, as the steps before the outage do. */
async function stage(world: World): Promise<void> {
  const plan = aPlan(world);
  const captured = await east(world).objects.capture(plan, aWork());
  const ref = await east(world).snapshots.write(unit, captured, ['east', 'west']);
  await east(world).snapshots.copyTo(ref, 'west');
  await west(world).snapshots.tag(unit, plan.run, ref);
  await west(world).fence.ensureInstalled(plan, true, aWork());
  await east(world).fence.ensureInstalled(plan, false, aWork());
  await west(world).objects.ensureStaged(plan, captured, aWork());
}

const setWriter = (world: World, site: string, writer: string | null) => world.ports.site(site).ownership.update(unit, (r) => ({ ...r, writer }));

describe('a fresh world', () => {
  test('serves at its first site and breaks no law', () => {
    const world = createWorld();
    expect(world.writeSomewhere()).toEqual({ acknowledged: true, id: 'w1', site: 'east' });
    expect(world.writers()).toEqual(['east']);
    expect(world.law()).toEqual([]);
    expect(world.atRest({ serves: 'east' })).toEqual([]);
  });

  test('serves a stateless application without replication', () => {
    const world = createWorld({ application: { claims: [] } });
    expect(world.ports.site('east').replication).toBeNull();
    expect(world.writers()).toEqual(['east']);
    expect(world.atRest({ serves: 'east' })).toEqual([]);
  });

  test('is the same wherever it starts', () => {
    const world = createWorld({ primary: 'west', sites: ['east', 'west', 'north'] });
    expect(world.atRest({ serves: 'west' })).toEqual([]);
  });
});

describe('the law of the world', () => {
  test('holds through a migration done in order', async () => {
    const world = createWorld();
    const plan = aPlan(world);
    world.writeSomewhere();
    await stage(world);
    await setWriter(world, 'east', null);
    await east(world).fence.ensureOn(plan, aWork());
    await east(world).workloads.ensureStopped(plan, aWork());
    expect(world.writeSomewhere()).toMatchObject({ acknowledged: false });
    await replication(world, 'east').migrate(plan, aWork());
    await setWriter(world, 'west', 'west');
    await west(world).fence.ensureOff(plan, aWork());
    await west(world).workloads.ensureStarted(plan, aWork());
    await world.ports.traffic?.ensureRedirected(plan.names ?? { dns: '', originalTtlSeconds: 30, zones: [], addresses: [] }, 'after', { ttlSeconds: 1, work: aWork() });
    expect(world.writeSomewhere()).toMatchObject({ acknowledged: true, site: 'west' });
    expect(world.law()).toEqual([]);
  });

  test('remembers that two sites could write, even after it has healed', async () => {
    const world = createWorld();
    await stage(world);
    await setWriter(world, 'west', 'west');
    await west(world).fence.ensureOff(aPlan(world), aWork());
    await replication(world, 'west').takeOver(aPlan(world), aWork());
    await west(world).workloads.ensureStarted(aPlan(world), aWork());
    world.powerOff('east');
    expect(world.writers()).toEqual(['west']);
    expect(world.law().join(' ')).toContain('east and west can write at once');
  });

  test('sees a pod that starts where the record does not name the site', async () => {
    const world = createWorld();
    await stage(world);
    const workload = world.site('west').objects.get('Deployment/orders');
    await west(world).fence.ensureRemoved(aPlan(world), aWork());
    world.happens('someone scales up', () => workload !== undefined && (specOf(workload)['replicas'] = 1));
    expect(world.law().join(' ')).toContain('was admitted on west, whose record says that east may write');
  });

  test('does not start that pod while the fence is on', async () => {
    const world = createWorld();
    await stage(world);
    const workload = world.site('west').objects.get('Deployment/orders');
    world.happens('someone scales up', () => workload !== undefined && (specOf(workload)['replicas'] = 1));
    expect(world.site('west').pods).toEqual([]);
    expect(world.site('west').denied).toBeGreaterThan(0);
    expect(world.law()).toEqual([]);
  });

  test('sees a fence that is switched off where nobody may write, or during a crossing', async () => {
    const world = createWorld();
    await stage(world);
    await east(world).fence.ensureOn(aPlan(world), aWork());
    await east(world).ownership.update(unit, (r) => ({ ...r, writer: null, phase: 'crossing' }));
    await east(world).fence.ensureInstalled(aPlan(world), false, aWork());
    expect(world.law()).toHaveLength(2);
  });

  test('sees that the application was stopped before the target held a sound snapshot', async () => {
    const world = createWorld();
    await east(world).workloads.ensureStopped(aPlan(world), aWork());
    expect(world.law().join(' ')).toContain('stopped on east before a sound, tagged snapshot stood at west');
  });

  test('counts the acknowledged writes that a storage without a check of its backlog would lose', async () => {
    const world = createWorld();
    await stage(world);
    world.link.lags = true;
    world.link.migrateChecksBacklog = false;
    world.writeSomewhere();
    await east(world).workloads.ensureStopped(aPlan(world), aWork());
    await replication(world, 'east').migrate(aPlan(world), aWork());
    expect(world.law().join(' ')).toContain('1 acknowledged write(s) are missing at west');
  });

  test('sees names that lead to a site before the application runs there', async () => {
    const world = createWorld();
    const { names } = aPlan(world);
    if (names === null) throw new Error('the plan has no names');
    await world.ports.traffic?.ensureRedirected(names, 'after', { ttlSeconds: 1, work: aWork() });
    expect(world.law()).toEqual(['The names were led to west before the application runs there.']);
  });

  test('sees a primary that was recorded before it was one', async () => {
    const world = createWorld();
    await east(world).plans.settle(aPlan(world).unit, 'west');
    expect(world.law().join(' ')).toContain('status.primaryCluster on east became west before the application runs there');
  });

  test('says what is not as it must be when a run has ended', async () => {
    const world = createWorld();
    await east(world).ownership.update(unit, (r) => ({ ...r, run: 'run-1', phase: 'undoing' }));
    await east(world).workloads.ensureFrozen(aPlan(world), aWork());
    await east(world).plans.show(aPlan(world).unit, { phase: 'Undoing' });
    const reasons = world.atRest({ serves: 'east' }).join('\n');
    expect(reasons).toContain('still held by run-1');
    expect(reasons).toContain('CronJob/orders-report on east was not given its original back');
    expect(reasons).toContain('still shows transient status');
    await east(world).ownership.update(unit, (r) => released(r, 'east'));
    await east(world).workloads.ensureThawed(aPlan(world), aWork());
    await east(world).plans.settle(aPlan(world).unit, null);
    expect(world.atRest({ serves: 'east' })).toEqual([]);
  });
});

describe('faults of the world', () => {
  test('strike before the effect', async () => {
    const world = createWorld();
    world.fault({ call: 'Ownership.update', site: 'east', when: 'before', error: new ChangeoverError('Unreachable', 'no answer') });
    await expect(setWriter(world, 'east', null)).rejects.toMatchObject({ code: 'Unreachable' });
    expect((await east(world).ownership.read(unit))?.writer).toBe('east');
    await setWriter(world, 'east', null);
    expect((await east(world).ownership.read(unit))?.writer).toBeNull();
  });

  test('strike after the effect', async () => {
    const world = createWorld();
    world.fault({ call: 'Ownership.update', when: 'after', error: new ChangeoverError('Unreachable', 'the answer was lost') });
    await expect(setWriter(world, 'east', null)).rejects.toMatchObject({ code: 'Unreachable' });
    expect((await east(world).ownership.read(unit))?.writer).toBeNull();
  });

  test('strike the nth call of any kind, and as often as asked', async () => {
    const world = createWorld();
    world.fault({ nth: 2, times: 2, when: 'before', error: new ChangeoverError('Throttled', 'later') });
    const answers = await Promise.all([1, 2, 3, 4].map(() => east(world).identity().then(() => 'answered', () => 'failed')));
    expect(answers).toEqual(['answered', 'failed', 'failed', 'answered']);
    expect(world.calls.map((c) => c.outcome)).toEqual(['done', 'failed', 'failed', 'done']);
  });

  test('hang until the caller gives up', async () => {
    const world = createWorld();
    const stop = new AbortController();
    world.fault({ call: 'Fence.ensureInstalled', when: 'before', error: 'hang' });
    const hanging = east(world).fence.ensureInstalled(aPlan(world), true, aWork({ signal: stop.signal }));
    stop.abort(new Error('enough'));
    await expect(hanging).rejects.toThrow('enough');
    expect(world.site('east').fences.size).toBe(0);
  });

  test('let someone else act at the moment of a call', async () => {
    const world = createWorld();
    const stop = world.on('Ownership.read', () => world.happens('a rival claims', () => void world.site('east').ownership.delete(unit)));
    expect(await east(world).ownership.read(unit)).toBeNull();
    stop();
  });

  test('a site that is cut off answers nothing but goes on, and its storage is unreadable', async () => {
    const world = createWorld();
    world.partition('east');
    await expect(east(world).ownership.read(unit)).rejects.toMatchObject({ code: 'Unreachable' });
    expect(await replication(world, 'east').view({ rvg: 'orders_rvg', diskGroup: 'vrts_kube_dg-east' })).toMatchObject({ role: 'unreadable' });
    expect(world.writers()).toEqual(['east']);
  });

  test('a site without power stops, and its bound pods come back with it without asking admission', async () => {
    const world = createWorld();
    await east(world).fence.ensureInstalled(aPlan(world), true, aWork());
    world.powerOff('east');
    expect(world.writers()).toEqual([]);
    world.restore('east');
    expect(world.writers()).toEqual(['east']);
  });
});
