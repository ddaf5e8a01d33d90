import type { SwapProofs } from '../../src/activities/crossing.js';
import { Bench, failureOf } from './support.js';

const swap = (b: Bench, proofs: SwapProofs) => b.run((a) => a.swapRoles({ ...b.place('swap-roles'), ...proofs }));
const commands = (b: Bench) => b.world.calls.filter((c) => c.call === 'Replication.migrate').length;
const groupName = (b: Bench) => [...b.world.site('east').groups.values()].map((g) => `${g.diskGroup}/${g.rvg}`)[0] ?? '';
const old = new Date(Date.now() - 61_000).toISOString();

describe('The role swap', () => {
  test('is commanded once with fresh proofs, and says in the record before that it may be under way', async () => {
    const b = new Bench();
    const proofs = await b.toTheLine();
    let phase = '';
    b.world.on('Replication.migrate', () => void (phase = b.record('east').phase));
    expect(await swap(b, proofs)).toMatchObject({ exitCode: 0 });
    expect(phase).toBe('crossing');
    expect((await b.roleAt('west')).role).toBe('primary');
    expect(b.world.law()).toEqual([]);
  });

  test('commands nothing when the roles are swapped already', async () => {
    const b = new Bench();
    const proofs = await b.toTheLine();
    await swap(b, proofs);
    expect((await swap(b, proofs)).command).toMatch(/swapped already/);
    expect(commands(b)).toBe(1);
  });

  const refusals: readonly (readonly [string, string, (proofs: SwapProofs) => SwapProofs, (b: Bench) => void])[] = [
    ['a drained proof older than a minute', 'ProofStale', (p) => ({ ...p, drained: { ...p.drained, at: old } }), () => {}],
    ['a snapshot proof older than a minute', 'ProofStale', (p) => ({ ...p, confirmed: { ...p.confirmed, at: old } }), () => {}],
    ['a drained proof of another epoch', 'ProofStale', (p) => ({ ...p, drained: { ...p.drained, epoch: 1 } }), () => {}],
    ['a snapshot proof of another run', 'ProofStale', (p) => ({ ...p, confirmed: { ...p.confirmed, run: 'orders-0' } }), () => {}],
    ['an offline proof of another epoch', 'ProofStale', (p) => ({ ...p, offline: { ...p.offline, epoch: 1 } }), () => {}],
    ['a record that lets someone write', 'NotFenced', (p) => p, (b) => b.setRecord('east', { writer: 'east' })],
    ['a fence that is off', 'NotFenced', (p) => p, (b) => b.world.happens('a switch', () => b.world.site('east').fences.forEach((f) => (f.on = false)))],
    ['its volume group in the hands of another run', 'StillRunning', (p) => p, (b) => b.world.happens('another run', () => void b.world.site('east').groupLocks.set(groupName(b), { unit: 'other', run: 'other-1', epoch: 1 }))],
    ['an open volume', 'StillRunning', (p) => p, (b) => b.world.happens('a mount', () => b.world.site('east').pods.push({ name: 'x', workload: 'orders', claims: ['orders-ledger'], mounted: true, ready: false, terminating: false }))],
    ['a role command that is alive', 'OutcomeUnknown', (p) => p, (b) => b.world.happens('a command', () => b.world.site('east').groups.forEach((g) => (g.liveCommands = 1)))],
    ['a role that cannot be read', 'OutcomeUnknown', (p) => p, (b) => b.world.happens('storage is away', () => void (b.world.site('east').storageReachable = false))],
  ];
  test.each(refusals)('is not commanded with %s', async (_, code, proofs, happens) => {
    const b = new Bench();
    const made = await b.toTheLine();
    happens(b);
    // A pod of the test that the world's workloads do not own goes at once unless pods are held.
    if (code === 'StillRunning' && b.world.site('east').groupLocks.size === 0) {
      b.world.site('east').holdPods = true;
      happens(b);
    }
    expect((await failureOf(swap(b, proofs(made)))).code).toBe(code);
    expect(commands(b)).toBe(0);
  });

  test('leaves a record that no longer says so only when the roles are read as before and quiet', async () => {
    const b = new Bench();
    const proofs = await b.toTheLine();
    const settle = () => b.run((a) => a.ensureNotCrossing(b.place('swap-roles')));
    b.world.roles.next.push('outlives-its-client');
    await swap(b, proofs);
    expect((await failureOf(settle())).code).toBe('StillRunning');
    expect(b.record('east').phase).toBe('crossing');
    b.world.roles.finishCommands('rolled-back');
    await settle();
    expect(b.record('east').phase).toBe('offline');
    await swap(b, proofs);
    expect((await failureOf(settle())).code).toBe('RoleChanged');
  });

  test('does not start an application of another run', async () => {
    const b = new Bench();
    await swap(b, await b.toTheLine());
    const swapped = { kind: 'roles-swapped', run: 'orders-0', epoch: 2, at: new Date().toISOString(), source: 'secondary', target: 'primary', by: 'migrate' } as const;
    expect((await failureOf(b.run((a) => a.ensureActive({ ...b.place('activate-target', { site: 'west' }), swapped })))).code).toBe('ProofStale');
    expect(b.record('west').writer).toBe('east');
  });

  test('does not start an application where the volumes are not Primary', async () => {
    const b = new Bench();
    await b.toTheLine();
    const swapped = { kind: 'roles-swapped', run: 'orders-1', epoch: 2, at: new Date().toISOString(), source: 'secondary', target: 'primary', by: 'migrate' } as const;
    expect((await failureOf(b.run((a) => a.ensureActive({ ...b.place('activate-target', { site: 'west' }), swapped })))).code).toBe('RoleChanged');
    expect(b.world.writers()).toEqual([]);
  });

  test('asks again where the role cannot be read just now, instead of waiting for a person', async () => {
    const b = new Bench();
    await swap(b, await b.toTheLine());
    const swapped = { kind: 'roles-swapped', run: 'orders-1', epoch: 2, at: new Date().toISOString(), source: 'secondary', target: 'primary', by: 'migrate' } as const;
    const activate = () => b.run((a) => a.ensureActive({ ...b.place('activate-target', { site: 'west' }), swapped }));
    b.world.happens('silence', () => (b.world.site('west').storageReachable = false));
    expect((await failureOf(activate())).code).toBe('Unreachable');
    expect(b.world.writers()).toEqual([]);
    b.world.happens('an answer', () => (b.world.site('west').storageReachable = true));
    await activate();
    expect(b.world.writers()).toEqual(['west']);
  });
});
