import fc from 'fast-check';
import { assertOwned, claimed, recordsAgree, reclaimed, released, takeTurn, type OwnershipRecord } from '../../src/domain/ownership.js';
import { decide, type Role } from '../../src/domain/roles.js';

const role = fc.constantFrom<Role>('primary', 'secondary', 'unreadable');
const fresh: OwnershipRecord = { unit: 'orders', epoch: 1, writer: 'east', run: null, procedure: null, phase: 'free', turns: {}, clusterUid: 'uid-east' };

/** What runs do to one record, in any order; each says the epoch it believes in. */
type Act =
  | { readonly kind: 'claim' | 'release' | 'reclaim'; readonly run: string }
  | { readonly kind: 'turn'; readonly run: string; readonly step: string; readonly attempt: number; readonly behind: number };

const run = fc.constantFrom('r1', 'r2');
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ kind: fc.constantFrom('claim' as const, 'release' as const, 'reclaim' as const), run }),
  fc.record({ kind: fc.constant('turn' as const), run, step: fc.constantFrom('stage', 'swap'), attempt: fc.integer({ min: 1, max: 9 }), behind: fc.integer({ min: 0, max: 2 }) }),
);

const orNull = (change: () => OwnershipRecord): OwnershipRecord | null => {
  try {
    return change();
  } catch {
    return null;
  }
};

function after(record: OwnershipRecord, of: Act): OwnershipRecord | null {
  const { epoch } = record;
  switch (of.kind) {
    case 'claim':
      return record.run === null ? claimed(record, { run: of.run, procedure: 'planned-migration', writer: record.writer ?? 'east' }) : null;
    case 'release':
      return record.run === of.run ? released(record, 'east') : null;
    case 'reclaim':
      return orNull(() => reclaimed(record, { run: of.run, epoch: epoch + 1, procedure: 'turn-back' }));
    case 'turn':
      return orNull(() => takeTurn(record, { run: of.run, epoch: epoch - of.behind, step: of.step, attempt: of.attempt }));
  }
}

/** What must not be in going from one record to the next. */
function wrong(record: OwnershipRecord, one: Act, next: OwnershipRecord): readonly string[] {
  const isStranger = one.kind === 'turn' && (record.run !== one.run || one.behind !== 0);
  const isOld = one.kind === 'turn' && one.attempt < (record.turns[one.step] ?? 0);
  return [
    ...(next.epoch < record.epoch ? ['the epoch fell'] : []),
    ...(isStranger ? ['a stranger took a turn'] : []),
    ...(isOld ? ['an older attempt took a turn'] : []),
    ...(next.run !== record.run && next.run !== null && record.run !== null ? ['the lock went from one run to another'] : []),
  ];
}

describe('Whatever is done to an ownership record, in whatever order,', () => {
  test('its epoch never falls, and only the holder of this epoch ever takes a turn, none older than the newest', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        let record = fresh;
        for (const one of acts) {
          const next = after(record, one);
          if (next === null) continue;
          expect(wrong(record, one, next)).toEqual([]);
          record = next;
        }
      }),
    );
  });

  test('who held it in an epoch of before holds it no more', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 20 }), run, (acts, who) => {
        const record = acts.reduce((current, one) => after(current, one) ?? current, fresh);
        for (let epoch = 0; epoch < record.epoch; epoch += 1) expect(() => assertOwned(record, { run: who, epoch })).toThrow(/no longer holds/);
      }),
    );
  });

  test('records agree whatever each site counted by itself, and with nobody else', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 20 }), fc.dictionary(fc.string(), fc.nat()), (acts, turns) => {
        const record = acts.reduce((current, one) => after(current, one) ?? current, fresh);
        expect(recordsAgree(record, { ...record, turns, clusterUid: 'uid-west' })).toBe(true);
        expect(recordsAgree(record, { ...record, epoch: record.epoch + 1 })).toBe(false);
        expect(recordsAgree(record, { ...record, writer: 'north' })).toBe(false);
      }),
    );
  });
});

describe('Whatever two sites say of their roles,', () => {
  test('a swap is believed only when both were read, a person has always a way, and no role is repaired unseen', () => {
    fc.assert(
      fc.property(role, role, (source, target) => {
        const verdict = decide({ source, target });
        const readable = source !== 'unreadable' && target !== 'unreadable';
        const ways = verdict.kind === 'held' ? verdict.ways : [];
        expect(verdict.kind === 'swapped').toBe(source === 'secondary' && target === 'primary');
        expect(verdict.kind === 'unchanged').toBe(source === 'primary' && target === 'secondary');
        expect(ways.includes('retry')).toBe(verdict.kind === 'held');
        expect(ways.some((way) => way.startsWith('promote'))).toBe(verdict.kind === 'held' && readable);
        expect(ways.some((way) => way.startsWith('attest'))).toBe(!readable);
      }),
    );
  });
});
