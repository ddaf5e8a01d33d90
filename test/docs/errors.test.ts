import { errorTable, isRetryable, type ErrorCode } from '../../src/domain/errors.js';
import { read, rowsOf } from './markdown.js';

const text = read('docs/errors.md');
const rows = rowsOf(text, 'code', 'family', 'tried again', 'meaning', 'advice');

describe('The page of errors', () => {
  test('has every code of the table, in its order, and no other', () => {
    expect(rows.map(([code]) => code)).toEqual(Object.keys(errorTable));
  });

  test.each(Object.keys(errorTable) as ErrorCode[])('says of %s what the table says', (code) => {
    const [, family, again, meaning, advice] = rows.find((row) => row[0] === code) ?? [];
    expect({ family, again, advice }).toEqual({ family: errorTable[code].family, again: isRetryable(code) ? 'yes' : 'no', advice: errorTable[code].advice });
    expect(meaning).toMatch(/^[A-Z].+\.$/);
  });

  test('explains every family', () => {
    expect(new Set(rowsOf(text, 'family', 'meaning').map(([family]) => family))).toEqual(new Set(Object.values(errorTable).map((row) => row.family)));
  });
});
