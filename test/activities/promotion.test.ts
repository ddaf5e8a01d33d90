import type { RoleReading } from '../../src/activities/inspection.js';
import { Bench, failureOf } from './support.js';

/** Stopped and fenced at east, west fenced; both sites say that they are Primary, or none does. */
async function bench(roles: 'both' | 'neither'): Promise<Bench> {
  const b = new Bench();
  await b.toTheLine();
  b.world.happens('someone at the storage', () => {
    for (const site of ['east', 'west']) b.world.site(site).groups.forEach((group) => (group.role = roles === 'both' ? 'primary' : 'secondary'));
  });
  return b;
}

const commanded = (b: Bench) => b.world.calls.filter(({ call }) => ['Replication.giveUp', 'Replication.takeOver', 'Replication.resync'].includes(call)).length;
const giveUp = (b: Bench, other: RoleReading) => b.run((a) => a.giveUpRole({ ...b.place('swap-roles'), other }));
const seize = (b: Bench, other: RoleReading) => b.run((a) => a.takeRole({ ...b.place('swap-roles', { site: 'west' }), other }));
const pod = { name: 'x', workload: 'orders', claims: ['orders-ledger'], mounted: true, ready: false, terminating: false };
const old = new Date(Date.now() - 16_000).toISOString();

describe('A Primary', () => {
  test('gives up with one command, and its record says before that a role may be changing', async () => {
    const b = await bench('both');
    let phase = '';
    b.world.on('Replication.giveUp', () => void (phase = b.record('east').phase));
    expect(await giveUp(b, await b.roleAt('west'))).toMatchObject({ exitCode: 0 });
    expect([phase, (await b.roleAt('east')).role, (await b.roleAt('west')).role]).toEqual(['crossing', 'secondary', 'primary']);
    expect((await giveUp(b, await b.roleAt('west'))).command).toMatch(/Secondary already/);
    expect(commanded(b)).toBe(1);
  });

  const refusals: readonly (readonly [string, string, (b: Bench, west: RoleReading) => RoleReading])[] = [
    ['another that is not Primary', 'RoleChanged', (_, west) => ({ ...west, role: 'secondary' })],
    ['another that cannot be read', 'RoleChanged', (_, west) => ({ ...west, role: 'unreadable' })],
    ['another that was read too long ago', 'RoleChanged', (_, west) => ({ ...west, at: old })],
    ['another with a command alive', 'OutcomeUnknown', (_, west) => ({ ...west, liveCommands: 1 })],
    ['a command alive here', 'OutcomeUnknown', (b, west) => (b.world.happens('a command', () => b.world.site('east').groups.forEach((group) => (group.liveCommands = 1))), west)],
    ['a role here that cannot be read', 'OutcomeUnknown', (b, west) => (b.world.happens('storage is away', () => (b.world.site('east').storageReachable = false)), west)],
    ['a record that lets it write', 'NotFenced', (b, west) => (b.setRecord('east', { writer: 'east' }), west)],
    ['a fence that is off', 'NotFenced', (b, west) => (b.world.happens('a switch', () => b.world.site('east').fences.forEach((fence) => (fence.on = false))), west)],
    ['a foreign pod that mounts a claim', 'StillRunning', (b, west) => (b.world.happens('a pod', () => b.world.site('east').foreignMounters.push('orders/debug')), west)],
    ['its volume group in the hands of another run', 'StillRunning', (b, west) => (b.world.happens('another run', () => b.world.site('east').groups.forEach((group) => b.world.site('east').groupLocks.set(`${group.diskGroup}/${group.rvg}`, { unit: 'other', run: 'other-1', epoch: 1 }))), west)],
  ];
  test.each(refusals)('does not give up with %s', async (_, code, happens) => {
    const b = await bench('both');
    const west = await b.roleAt('west');
    expect((await failureOf(giveUp(b, happens(b, west)))).code).toBe(code);
    expect(commanded(b)).toBe(0);
  });

  test('does not give up with a volume that is open', async () => {
    const b = await bench('both');
    b.world.site('east').holdPods = true;
    b.world.happens('a mount', () => b.world.site('east').pods.push(pod));
    expect((await failureOf(giveUp(b, await b.roleAt('west')))).code).toBe('StillRunning');
    expect(commanded(b)).toBe(0);
  });

  test('does not send its data over a site that is Primary', async () => {
    const b = await bench('both');
    const other = await b.roleAt('east');
    expect((await failureOf(b.run((a) => a.ensureResync({ ...b.place('swap-roles', { site: 'west' }), other })))).code).toBe('RoleChanged');
    expect(commanded(b)).toBe(0);
  });
});

describe('Where no site is Primary', () => {
  test('one takes the role with one command', async () => {
    const b = await bench('neither');
    expect(await seize(b, await b.roleAt('east'))).toMatchObject({ exitCode: 0 });
    expect([(await b.roleAt('west')).role, commanded(b)]).toEqual(['primary', 1]);
  });

  test('none takes it that cannot read its own role', async () => {
    const b = await bench('neither');
    const east = await b.roleAt('east');
    b.world.happens('storage is away', () => (b.world.site('west').storageReachable = false));
    expect((await failureOf(seize(b, east))).code).toBe('OutcomeUnknown');
    expect(commanded(b)).toBe(0);
  });

  test.each([
    ['the other one is Primary by now', 'RoleChanged', { role: 'primary' }],
    ['the other one cannot be read', 'RoleChanged', { role: 'unreadable' }],
    ['a command is at work on the other one', 'OutcomeUnknown', { liveCommands: 1 }],
  ] as const)('none takes it while %s', async (_, code, of) => {
    const b = await bench('neither');
    expect((await failureOf(seize(b, { ...(await b.roleAt('east')), ...of }))).code).toBe(code);
    expect(commanded(b)).toBe(0);
  });
});
