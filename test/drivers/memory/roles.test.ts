import { createWorld, type World } from '../../../src/drivers/memory/world.js';
import { aPlan, aWork } from '../../harness/builders.js';

function replication(world: World, site: string) {
  const found = world.ports.site(site).replication;
  if (found === null) throw new Error(`${site} has no replication`);
  return found;
}

describe('a role command', () => {
  const stopped = async () => {
    const world = createWorld();
    await world.ports.site('east').workloads.ensureStopped(aPlan(world), aWork());
    return world;
  };
  const roles = (world: World) => ['east', 'west'].map((site) => world.site(site).groups.get('orders_rvg')?.role);

  test.each([
    ['rolls-back', 1, ['primary', 'secondary']],
    ['done-but-nonzero', 1, ['secondary', 'primary']],
    ['done-without-exit', null, ['secondary', 'primary']],
    ['undone-without-exit', null, ['primary', 'secondary']],
    ['neither', 1, ['secondary', 'secondary']],
    ['both', 1, ['primary', 'primary']],
  ] as const)('that %s answers %s and leaves %j', async (outcome, exitCode, expected) => {
    const world = await stopped();
    world.roles.next.push(outcome);
    expect((await replication(world, 'east').migrate(aPlan(world), aWork())).exitCode).toBe(exitCode);
    expect(roles(world)).toEqual(expected);
  });

  test.each([
    ['done', ['secondary', 'primary']],
    ['rolled-back', ['primary', 'secondary']],
  ] as const)('that outlives its client is seen alive until it ends %s', async (how, expected) => {
    const world = await stopped();
    const group = { rvg: 'orders_rvg', diskGroup: 'vrts_kube_dg-east' };
    world.roles.next.push('outlives-its-client');
    await replication(world, 'east').migrate(aPlan(world), aWork());
    expect(await replication(world, 'east').view(group)).toMatchObject({ role: 'primary', liveCommands: 1 });
    world.roles.finishCommands(how);
    expect((await replication(world, 'east').view(group)).liveCommands).toBe(0);
    expect(roles(world)).toEqual(expected);
  });
});
