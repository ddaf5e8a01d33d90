import { assertSelectable, matcherOf } from '../../../src/domain/restore/selector.js';

describe('the selector of an application', () => {
  test.each([
    ['an empty namespace', { namespace: '', labels: [] }],
    ['a namespace of blanks', { namespace: '  ', labels: [] }],
    ['an empty element', { namespace: 'orders', labels: ['app=a', ''] }],
    ['an empty part of an element', { namespace: 'orders', labels: ['app=a,'] }],
    ['something that is no requirement', { namespace: 'orders', labels: ['app=a b'] }],
  ])('refuses %s', (_, application) => {
    expect(() => assertSelectable(application)).toThrow(expect.objectContaining({ code: 'Invalid' }));
  });

  test.each([
    ['no element means everything', [], {}, true],
    ['parts of an element are AND-ed', ['a=1,b=2'], { a: '1' }, false],
    ['elements are OR-ed', ['a=1', 'b=2'], { b: '2' }, true],
    ['an unequal value selects objects without the label too', ['a!=1'], {}, true],
    ['a key alone asks for its presence', ['a'], { a: '' }, true],
    ['a negated key asks for its absence', ['!a'], { a: '' }, false],
    ['a label that is missing is not equal to anything', ['a='], {}, false],
  ])('%s', (_, labels, given, expected) => {
    expect(matcherOf({ namespace: 'orders', labels })(given as Record<string, string>)).toBe(expected);
  });
});
