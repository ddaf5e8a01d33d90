import { quantile, ratioOf, spreadOf } from '../../bench/statistics.js';

describe('A spread', () => {
  test('of an odd number of values has the middle one as its median', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3, count: 3 });
  });

  test('of an even number of values has the mean of the two in the middle', () => {
    expect(spreadOf([4, 1, 2, 3])).toMatchObject({ median: 2.5 });
  });

  test('of nothing is not there', () => {
    expect(spreadOf([])).toBeNull();
  });
});

describe('A quantile', () => {
  test('is the value below which that share of the values lies', () => {
    const hundred = Array.from({ length: 100 }, (_, n) => 100 - n);
    expect([0.5, 0.95, 1].map((share) => quantile(hundred, share))).toEqual([50, 95, 100]);
    expect(quantile([7], 0.95)).toBe(7);
    expect(quantile([], 0.95)).toBeNaN();
  });
});

describe('A ratio', () => {
  test('is not there when the floor was not measured, or is nothing', () => {
    expect(ratioOf([], [1])).toBeNull();
    expect(ratioOf([0], [1])).toBeNull();
  });
});
