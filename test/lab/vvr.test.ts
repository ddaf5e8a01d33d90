import { createVvr, vvrDefaults } from '../../src/drivers/vvr/index.js';
import { planOf, workOf } from '../contracts/plan-of.js';
import { replicationContract, type ReplicationWorld } from '../contracts/replication.contract.js';
import { diskGroupOf, rvg, startPair, volumes, type Pair } from './vvr-pair.js';

const groups = { east: { rvg, diskGroup: diskGroupOf('east') }, west: { rvg, diskGroup: diskGroupOf('west') } };
const replication = { dataReplication: 'orders', groups, secondaries: ['west-vvr.example.test'] };
const plan = planOf({
  replication,
  request: { ...planOf({}).request, options: { ...planOf({}).request.options, commandTimeoutMs: 1_500 } },
  volumes: volumes.map((volume) => ({ claim: volume, capacity: '64Mi', persistentVolume: volume, driver: 'org.veritas.infoscale', volume, handles: { east: volume, west: volume } })),
});

async function makeWorld(): Promise<ReplicationWorld & { pair: Pair }> {
  const pair = await startPair();
  const driverOf = (site: 'east' | 'west') => createVvr(pair[site].kube, { ...vvrDefaults, site });
  const [source, target] = [driverOf('east'), driverOf('west')];
  // The first copy must have arrived before a test speaks of what is behind.
  await source.awaitDrained(replication, 'east', workOf({ signal: AbortSignal.timeout(10_000) }));
  return {
    pair, source, target, plan,
    work: () => workOf({ signal: AbortSignal.timeout(10_000) }),
    openVolume: (open) => pair.east.hold(open),
    async lag(lags) {
      await pair.east.set({ pauseReplication: lags });
      if (lags) await pair.east.write('late');
    },
    async roles(now) {
      for (const site of ['east', 'west'] as const) await pair[site].set({ forceRole: { rvg, role: now === 'both' ? 'primary' : 'secondary' } });
      // Each site hears of the other with its next heartbeat.
      const heard = now === 'both' ? 'Primary-Primary' : 'no Primary';
      const deadline = Date.now() + 10_000;
      const told = async () => [await source.view(groups.east), await target.view(groups.west)].every(({ configErrors }) => configErrors.some((error) => error.includes(heard)));
      while (!(await told())) expect(Date.now()).toBeLessThan(deadline);
      if (now === 'both') await pair.west.write('stray');
    },
    hasStray: async (site) => pair[site === 'source' ? 'east' : 'west'].has('stray'),
    close: () => pair.stop(),
  };
}

replicationContract('VVR', makeWorld);

describe('a migrate that goes wrong', () => {
  let world: Awaited<ReturnType<typeof makeWorld>>;
  const roles = async (): Promise<string[]> => [(await world.source.view(groups.east)).role, (await world.target.view(groups.west)).role];
  beforeEach(async () => {
    world = await makeWorld();
  });
  afterEach(() => world.pair.stop());

  test('on the remote host leaves the roles as they were, and says so by its exit code', async () => {
    await world.pair.east.set({ migrateFailRemote: true });
    await world.pair.west.set({ migrateFailRemote: true });
    expect((await world.source.migrate(plan, world.work())).exitCode).toBeGreaterThan(0);
    expect(await roles()).toEqual(['primary', 'secondary']);
  });

  test('is none that comes a second time, or late: it names who is to be Primary, so that the roles stay as they are', async () => {
    expect(await world.source.migrate(plan, world.work())).toMatchObject({ exitCode: 0 });
    expect((await world.source.migrate(plan, world.work())).exitCode).toBeGreaterThan(0);
    expect(await roles()).toEqual(['secondary', 'primary']);
  });

  test('with a client that dies is an outcome nobody knows, until the roles are read', async () => {
    await world.pair.east.set({ migrateOutliveClient: true, migrateMs: 300 });
    expect((await world.source.migrate(plan, world.work())).exitCode).toBeNull();
    expect((await world.source.view(groups.east)).liveCommands).toBe(1);
    const deadline = Date.now() + 5_000;
    while ((await world.target.view(groups.west)).role !== 'primary') expect(Date.now()).toBeLessThan(deadline);
    expect(await roles()).toEqual(['secondary', 'primary']);
    // The new Secondary repeats the Primary's state, which it hears of a moment later.
    while ((await world.source.view(groups.east)).liveCommands !== 0) expect(Date.now()).toBeLessThan(deadline);
  });

  test('and never ends shows as a command that is alive', async () => {
    await world.pair.east.set({ migrateHang: true });
    expect((await world.source.migrate(plan, workOf({ signal: AbortSignal.timeout(300) }))).exitCode).toBeNull();
    expect(await world.source.view(groups.east)).toMatchObject({ role: 'primary', liveCommands: 1 });
    await world.pair.east.set({ migrateHang: false });
  });

  test('and stops half-way leaves neither site Primary, and nothing that is waited for', async () => {
    await world.pair.east.set({ migrateStopHalf: true });
    await world.source.migrate(plan, world.work());
    expect(await roles()).toEqual(['secondary', 'secondary']);
    expect((await world.source.view(groups.east)).liveCommands).toBe(0);
  });

  test.each([['source', 'east', ['primary', 'secondary']], ['target', 'west', ['secondary', 'primary']]] as const)('and stops half-way is ended by a takeover at the %s, and the other site follows', async (chosen, site, after) => {
    await world.pair.east.set({ migrateStopHalf: true });
    await world.source.migrate(plan, world.work());
    await world.pair.east.set({ migrateStopHalf: false });
    expect((await world[chosen].takeOver(plan, world.work())).exitCode).toBe(0);
    expect(await roles()).toEqual(after);
    expect((await world[chosen].resync(plan, world.work())).exitCode).toBe(0);
    await world[chosen].awaitProtected(groups[site], world.work());
    expect((await world[chosen].view(groups[site])).liveCommands).toBe(0);
  });
});
