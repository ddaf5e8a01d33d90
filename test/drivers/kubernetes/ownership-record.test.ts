import { parseRecord, recordText } from '../../../src/drivers/kubernetes/ownership-record.js';
import type { OwnershipRecord } from '../../../src/domain/ownership.js';

const record: OwnershipRecord = { unit: 'orders', epoch: 3, writer: null, run: 'run-1', procedure: 'planned-migration', phase: 'offline', turns: { b: 2, a: 1 }, clusterUid: 'uid' };
const where = { unit: 'orders', site: 'east' };

describe('a stored ownership record', () => {
  test('reads back as it was, whatever the order of its turns', () => {
    expect(parseRecord(recordText(record), where)).toEqual(record);
    expect(recordText({ ...record, turns: { a: 1, b: 2 } })).toBe(recordText(record));
  });

  test.each([
    ['unit', 'payments'],
    ['epoch', -1],
    ['epoch', '3'],
    ['writer', ''],
    ['writer', undefined],
    ['run', 7],
    ['procedure', {}],
    ['phase', 'resting'],
    ['phase', 'constructor'],
    ['turns', { a: 'x' }],
    ['turns', []],
    ['clusterUid', ''],
  ])('with a bad %s (%j) is refused, never taken as absent', (field, value) => {
    expect(() => parseRecord(JSON.stringify({ ...record, [field]: value }), where)).toThrow(expect.objectContaining({ code: 'Invalid', message: expect.stringContaining('orders on east') }));
  });

  test.each(['', '{', 'null', '[]', '7'])('that is %j is refused', (text) => {
    expect(() => parseRecord(text, where)).toThrow(expect.objectContaining({ code: 'Invalid' }));
  });
});
