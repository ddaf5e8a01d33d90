import { ChangeoverError } from '../../src/domain/errors.js';
import { assertOwned, claimed, raised, recordsAgree, released, takeTurn, type Turn } from '../../src/domain/ownership.js';
import { aRecord } from './facts.js';

const held = aRecord({ epoch: 5, run: 'orders-1', procedure: 'planned-migration', phase: 'preparing' });
const turn = (of: Partial<Turn> = {}): Turn => ({ run: 'orders-1', epoch: 5, step: 'claim', attempt: 1, ...of });
const lost = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof ChangeoverError && error.code === 'OwnershipLost') return error.message;
    throw error;
  }
  return 'kept';
};

describe('A turn', () => {
  test('is written beside the turns of other steps', () => {
    const record = takeTurn(takeTurn(held, turn({ attempt: 3 })), turn({ step: 'protect-volumes', attempt: 4 }));
    expect(record.turns).toEqual({ claim: 3, 'protect-volumes': 4 });
  });

  test('may be taken again by the same attempt and by a later one', () => {
    const record = takeTurn(takeTurn(takeTurn(held, turn({ attempt: 3 })), turn({ attempt: 3 })), turn({ attempt: 4 }));
    expect(record.turns).toEqual({ claim: 4 });
  });

  test('is lost to an attempt that wakes after a later one', () => {
    expect(lost(() => takeTurn(takeTurn(held, turn({ attempt: 4 })), turn({ attempt: 3 })))).toMatch(/Attempt 3 of claim woke after attempt 4/);
  });

  const strangers: readonly (readonly [string, Partial<Turn>])[] = [
    ['another run', { run: 'orders-2' }],
    ['an older epoch', { epoch: 4 }],
    ['a newer epoch', { epoch: 6 }],
  ];
  test.each(strangers)('is refused to %s', (_, of) => {
    expect(lost(() => takeTurn(held, turn(of)))).toMatch(/no longer holds orders: run orders-1 does, in epoch 5/);
    expect(lost(() => assertOwned(held, turn(of)))).toMatch(/no longer holds/);
  });

  test('is refused on a free unit', () => {
    expect(lost(() => assertOwned(aRecord({ epoch: 5 }), turn()))).toMatch(/nobody does/);
  });
});

describe('A record', () => {
  test('is claimed into the next epoch with no turns taken, still written by the source', () => {
    expect(claimed(aRecord({ turns: { claim: 9 } }), { run: 'orders-1', procedure: 'planned-migration', writer: 'east' })).toEqual({ ...held, turns: {} });
  });

  test('is released in the same epoch, so that an older claim finds its moment gone', () => {
    expect(released({ ...held, writer: null, phase: 'crossing', turns: { claim: 1 } }, 'west')).toEqual(aRecord({ epoch: 5, writer: 'west' }));
  });

  test('that was never claimed is raised to the epoch of the run that is undone', () => {
    expect(raised(aRecord(), { epoch: 5, source: 'east' })).toEqual(aRecord({ epoch: 5 }));
  });

  const others: readonly (readonly [string, ReturnType<typeof aRecord>])[] = [
    ['that another run holds', aRecord({ run: 'orders-0' })],
    ['of another epoch', aRecord({ epoch: 7 })],
    ['with another writer', aRecord({ writer: 'west' })],
  ];
  test.each(others)('%s is not raised', (_, record) => {
    expect(raised(record, { epoch: 5, source: 'east' })).toBe(record);
  });
});

describe('Two records agree', () => {
  test('though each has its own turns, phase and cluster', () => {
    expect(recordsAgree(held, { ...held, turns: { claim: 1 }, phase: 'offline', clusterUid: 'uid-west' })).toBe(true);
  });

  test.each([['unit', { unit: 'billing' }], ['epoch', { epoch: 6 }], ['writer', { writer: null }], ['run', { run: null }]] as const)('not when the %s differs', (_, of) => {
    expect(recordsAgree(held, { ...held, ...of })).toBe(false);
  });
});
