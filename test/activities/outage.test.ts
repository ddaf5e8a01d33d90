import type { RoleReading } from '../../src/activities/inspection.js';
import { Bench, failureOf } from './support.js';

const online = (b: Bench, target: RoleReading | null, of: { attestedOff?: boolean; attempt?: number } = {}) =>
  b.run((a) => a.ensureOnline({ ...b.place('offline-source'), target, attestedOff: of.attestedOff ?? false }));

async function offlineBench(): Promise<{ b: Bench; target: RoleReading }> {
  const b = new Bench();
  await b.toTheLine();
  return { b, target: await b.roleAt('west') };
}

/** Nothing was started, and nobody may write. */
const stillOffline = (b: Bench) => {
  expect(b.record('east').writer).toBeNull();
  expect(b.world.site('east').fences.get('orders')?.on).toBe(true);
  expect(b.world.writers()).toEqual([]);
};

describe('The source comes back', () => {
  test('when it is Primary and the target is not, read now; however often it is asked', async () => {
    const { b, target } = await offlineBench();
    for (let n = 0; n < 2; n += 1) await online(b, target);
    expect(b.world.writers()).toEqual(['east']);
    expect(b.world.law()).toEqual([]);
  });

  test('when a person vouches that the target is off', async () => {
    const { b } = await offlineBench();
    await online(b, null, { attestedOff: true });
    expect(b.world.writers()).toEqual(['east']);
  });

  const refusals: readonly (readonly [string, string, (target: RoleReading) => RoleReading | null, (b: Bench) => void])[] = [
    ['the target is Primary', 'RoleChanged', (t) => ({ ...t, role: 'primary' }), () => {}],
    ['the target cannot be read', 'Unreachable', (t) => ({ ...t, role: 'unreadable' }), () => {}],
    ['the target was not read', 'Unreachable', () => null, () => {}],
    ['the target was read too long ago', 'Unreachable', (t) => ({ ...t, at: new Date(Date.now() - 16_000).toISOString() }), () => {}],
    ['the source is not Primary', 'RoleChanged', (t) => t, (b) => b.world.happens('a role change', () => b.world.site('east').groups.forEach((g) => (g.role = 'secondary')))],
    ['the source cannot be read just now', 'Unreachable', (t) => t, (b) => b.world.happens('silence', () => (b.world.site('east').storageReachable = false))],
    ['a role command is alive', 'StillRunning', (t) => t, (b) => b.world.happens('a command', () => b.world.site('east').groups.forEach((g) => (g.liveCommands = 1)))],
    ['the record says that a swap may be under way', 'OutcomeUnknown', (t) => t, (b) => b.setRecord('east', { phase: 'crossing' })],
    ['another run holds the unit', 'OwnershipLost', (t) => t, (b) => b.setRecord('east', { run: 'orders-9' })],
  ];
  test.each(refusals)('not when %s', async (_, code, reading, happens) => {
    const { b, target } = await offlineBench();
    happens(b);
    expect((await failureOf(online(b, reading(target)))).code).toBe(code);
    stillOffline(b);
  });

  test('not when a person vouches for the target but the source itself is not Primary', async () => {
    const { b } = await offlineBench();
    b.world.happens('a role change', () => b.world.site('east').groups.forEach((g) => (g.role = 'secondary')));
    expect((await failureOf(online(b, null, { attestedOff: true }))).code).toBe('RoleChanged');
    stillOffline(b);
  });
});

describe('While nobody may write at the source', () => {
  test.each([
    ['its fence stays', (b: Bench) => b.run((a) => a.ensureFenceRemoved(b.place('stage-target')))],
    ['nothing is thawed', (b: Bench) => b.run((a) => a.ensureThawed(b.place('freeze-controllers')))],
    ['its volumes stay Retain', (b: Bench) => b.run((a) => a.ensureVolumePoliciesRestored(b.place('protect-volumes')))],
  ] as const)('%s', async (_, act) => {
    const { b } = await offlineBench();
    expect((await failureOf(act(b))).code).toBe('OutcomeUnknown');
    stillOffline(b);
    expect(b.world.law()).toEqual([]);
  });

  test('a late attempt to take it offline does not overrule the way back', async () => {
    const { b, target } = await offlineBench();
    const late = b.place('offline-source');
    await online(b, target);
    expect((await failureOf(b.run((a) => a.ensureOffline(late)))).code).toBe('OwnershipLost');
    expect(b.record('east').writer).toBe('east');
    expect(b.world.writers()).toEqual(['east']);
  });
});

describe('The drain', () => {
  test.each([
    ['of another run', { run: 'orders-0' }],
    ['of another epoch', { epoch: 1 }],
  ] as const)('is not awaited on a proof of being offline %s', async (_, of) => {
    const b = new Bench();
    const { offline } = await b.toTheLine();
    expect((await failureOf(b.run((a) => a.awaitDrained({ ...b.place('drain-replication'), offline: { ...offline, ...of } })))).code).toBe('ProofStale');
  });
});
