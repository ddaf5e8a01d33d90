import { errorFamilies, families, THROTTLED_PAUSE_MS } from '../../src/domain/error-families.js';
import { courseOf, errorTable, type ErrorCode } from '../../src/domain/errors.js';
import { read, rowsOf } from './markdown.js';

const text = read('docs/errors.md');
const codes = Object.keys(errorTable) as ErrorCode[];

describe('The page of errors', () => {
  test('has every code, in the order of the table, with what the table says of it, and no other', () => {
    expect(rowsOf(text, 'code', 'family', 'what is', 'what to do')).toEqual(codes.map((code) => [code, errorTable[code].family, errorTable[code].is, errorTable[code].advice]));
  });

  test('has every family with what a run does about it, and no other', () => {
    expect(rowsOf(text, 'family', 'meaning', 'tried again', 'before the line', 'after the line')).toEqual(
      errorFamilies.map((family) => [family, families[family].meaning, families[family].again, families[family].before, families[family].after]),
    );
  });

  test('names each code for which a run does something else than for its family', () => {
    const own = codes.filter((code) => errorTable[code].before !== undefined || errorTable[code].after !== undefined);
    expect(rowsOf(text, 'code', 'a run before the line', 'a run after the line')).toEqual(own.map((code) => [code, courseOf(code).before, courseOf(code).after]));
  });

  test('says how slowly a busy server is asked again', () => {
    expect(text).toContain(`never sooner than ${THROTTLED_PAUSE_MS / 1000} s`);
  });
});

describe('The table of errors', () => {
  test.each(codes)('says of %s in whole sentences what is and what to do', (code) => {
    const { before, after } = courseOf(code);
    expect([errorTable[code].is, errorTable[code].advice, before, after].filter((sentence) => !/^[A-Z].+\.$/.test(sentence))).toEqual([]);
  });

  test('uses every family', () => {
    expect(new Set(codes.map((code) => errorTable[code].family))).toEqual(new Set(errorFamilies));
  });
});
