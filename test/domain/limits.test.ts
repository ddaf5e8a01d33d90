import { recordLimits } from '../../src/domain/limits.js';

describe('The time that a run gives its record', () => {
  test('ends within the workflow task by the number of tries alone, and not much sooner', () => {
    const { scheduleToCloseTimeout, retry } = recordLimits.brief;
    const pauses = Array.from({ length: retry.maximumAttempts - 1 }, (_, n) => Math.min(retry.maximumInterval, retry.initialInterval * retry.backoffCoefficient ** n));
    const whole = pauses.reduce((sum, ms) => sum + ms, 0);
    expect(whole).toBeLessThan(scheduleToCloseTimeout);
    expect(whole).toBeGreaterThan(0.7 * scheduleToCloseTimeout);
  });
});
