import { adviseOn, lostRun, mayStillCross, outward, situationWithoutRoles, type Remains } from '../../src/domain/recovery.js';
import type { Role } from '../../src/domain/roles.js';
import { turnedBack } from '../../src/domain/turned-back.js';
import { createWorld } from '../../src/drivers/memory/world.js';
import { aPlan } from '../harness/builders.js';
import { aRecord } from './facts.js';

const plan = aPlan(createWorld());
const held = aRecord({ epoch: 2, run: plan.run, phase: 'offline', writer: null });
const remains = (site: string, of: Partial<Remains> = {}): Remains => ({ site, record: held, kept: plan, fence: 'on', workloads: [], unknowns: [], ...of });

describe('What is open to a lost run', () => {
  const rows: readonly (readonly ['planned-migration' | 'turn-back', Role, Role, readonly string[] | string])[] = [
    ['planned-migration', 'primary', 'secondary', ['undo']],
    ['planned-migration', 'secondary', 'primary', ['forward', 'turn-back']],
    ['turn-back', 'primary', 'secondary', ['turn-back', 'forward']],
    ['turn-back', 'secondary', 'primary', ['turn-back']],
    ...(['planned-migration', 'turn-back'] as const).flatMap((procedure) => [
      [procedure, 'primary', 'primary', 'both-primary'] as const,
      [procedure, 'secondary', 'secondary', 'neither-primary'] as const,
      [procedure, 'primary', 'unreadable', 'target-unreadable'] as const,
      [procedure, 'secondary', 'unreadable', 'target-unreadable'] as const,
      [procedure, 'unreadable', 'primary', 'source-unreadable'] as const,
      [procedure, 'unreadable', 'secondary', 'source-unreadable'] as const,
      [procedure, 'unreadable', 'unreadable', 'nothing-readable'] as const,
    ]),
  ];
  test.each(rows)('%s, source %s, target %s: %s', (procedure, source, target, expected) => {
    const advice = adviseOn(procedure, { source, target });
    expect(advice.kind === 'open' ? advice.ways : advice.reason).toEqual(expected);
    expect(advice.ways.length).toBeGreaterThan(0);
  });
});

describe('A lost run is found', () => {
  const reasonsOf = (...all: Remains[]): string => {
    const lost = lostRun('orders', all);
    return lost.kind === 'refused' ? lost.reasons.join(' ') : 'found';
  };

  test('from one record and one plan, in the epoch above all records', () => {
    const ahead = remains('east', { record: { ...held, epoch: 5 } });
    expect(lostRun('orders', [ahead, remains('west', { kept: null })])).toMatchObject({ kind: 'found', plan: { run: plan.run, epoch: 6 } });
    expect(lostRun('orders', [remains('east', { kept: null }), remains('west', { record: aRecord({ epoch: 1 }), kept: plan })])).toMatchObject({ kind: 'found', plan: { epoch: 3 } });
  });

  test('by the newest plan that is kept', () => {
    expect(lostRun('orders', [remains('east', { kept: { ...turnedBack(plan, null), epoch: 3 } }), remains('west')])).toMatchObject({ plan: { procedure: 'turn-back', epoch: 4 } });
  });

  test('or it is said why not', () => {
    const free = aRecord({ epoch: 1 });
    expect(reasonsOf(remains('east', { record: free }), remains('west', { record: free }))).toContain('there is nothing to recover');
    expect(reasonsOf(remains('east', { record: free }), remains('west', { record: { ...free, epoch: 2 } }))).toContain('changeover adopt orders');
    expect(reasonsOf(remains('east', { record: free }), remains('west', { record: null, unknowns: ['no answer'] }))).toContain('On west: no answer');
    expect(reasonsOf(remains('east'), remains('west', { record: { ...held, run: 'orders-2' } }))).toContain('several runs');
    expect(reasonsOf(remains('east', { kept: null }), remains('west', { kept: null }))).toContain('No site keeps the plan');
    expect(reasonsOf(remains('east', { kept: { ...plan, procedure: 'takeover' } }), remains('west', { kept: null }))).toContain('takeover cannot be recovered');
  });
});

describe('The rest of the table', () => {
  test('a plan of turning back becomes what it was before, twice turned', () => {
    const there = outward({ ...turnedBack(plan, null), epoch: 9 });
    expect(there).toMatchObject({ procedure: 'planned-migration', epoch: 9, source: plan.source, target: plan.target, members: plan.members });
    expect(there.names?.zones).toEqual(plan.names?.zones);
    expect(outward(plan)).toBe(plan);
  });

  test('without roles, the line is passed exactly if the target writes; an unknown is a no', () => {
    expect(situationWithoutRoles(plan, { writer: 'east' })).toEqual({ source: 'primary', target: 'secondary' });
    expect(situationWithoutRoles(plan, { writer: 'west' })).toEqual({ source: 'secondary', target: 'primary' });
    expect(situationWithoutRoles(plan, null)).toEqual({ source: 'unreadable', target: 'unreadable' });
  });

  test('a role command may be at work while a record says so, or was not read', () => {
    const [quiet, crossing] = [{ phase: 'offline', writer: null }, { phase: 'crossing', writer: null }] as const;
    expect(mayStillCross(plan, { east: quiet, west: quiet })).toBe(false);
    expect(mayStillCross(plan, { east: crossing, west: quiet })).toBe(true);
    expect(mayStillCross(plan, { east: quiet, west: crossing })).toBe(true);
    expect(mayStillCross(plan, { east: quiet })).toBe(true);
    expect(mayStillCross(plan, { east: crossing, west: { phase: 'forward', writer: 'west' } })).toBe(false);
  });
});
