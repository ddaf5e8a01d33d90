import { executionName, historyName } from '../../../src/domain/record/names.js';

describe('An execution of a run', () => {
  test('is told from another that began in the same minute: their ids begin with the time', () => {
    const [first, second] = ['01931f2e-7c1a-7d52-9a1b-5b1f0a7e3c11', '01931f2e-9e44-7b10-8c0d-77ab12cd34ef'];
    expect(executionName(first)).not.toBe(executionName(second));
    expect(historyName('orders-1', first)).not.toBe(historyName('orders-1', second));
  });
});
