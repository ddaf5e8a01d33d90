import { ratioOf, spreadOf } from '../../bench/statistics.js';

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

describe('A ratio', () => {
  test('is not there when the floor was not measured, or is nothing', () => {
    expect(ratioOf([], [1])).toBeNull();
    expect(ratioOf([0], [1])).toBeNull();
  });
});
