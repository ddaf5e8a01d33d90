import { limitTable } from '../../src/domain/limit-table.js';
import { read, rowsOf } from './markdown.js';

describe('The page of limits', () => {
  test('has every limit in order, with what it is, its usual value, its bounds and where it can be set, and no other', () => {
    expect(rowsOf(read('docs/limits.md'), 'limit', 'what it is', 'default', 'least', 'most', 'can be set')).toEqual(
      limitTable.map(({ name, what, usualMs, leastMs, mostMs, scope }) => [`\`${name}\``, what, usualMs === null ? 'none' : String(usualMs), String(leastMs), String(mostMs), scope === 'site' ? 'site' : 'site, plan']),
    );
  });
});
