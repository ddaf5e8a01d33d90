import { ChangeoverError } from '../../src/domain/errors.js';
import { told, type Story } from '../harness/story.js';

const planAt = (story: Story, site: string) => story.world.site(site).plans.get('orders')!.object;

describe('Limits that a DR plan sets', () => {
  test('hold from the plan on, do not change while the run is under way, and are shown', () =>
    told({}, async (story) => {
      planAt(story, 'east').limits = { values: { outageBudgetMs: 50_000, 'forward.scheduleToCloseMs': 700_000, 'forward.startToCloseMs': 600_000 }, faults: [] };
      story.when('Objects.capture', () => void (planAt(story, 'east').limits = { values: { outageBudgetMs: 1_000, 'forward.scheduleToCloseMs': 20_000 }, faults: [] }));
      story.world.fault({ call: 'Traffic.ensureReverse', when: 'before', times: 100_000, error: new ChangeoverError('NotEverywhere', 'A PTR is not there yet.') });
      const from = story.time.now();
      await story.migrate();
      expect((await story.status()).refusals).toEqual([]);
      const { outage, held, limits } = await story.status();
      expect(outage).toMatchObject({ budgetMs: 50_000 });
      expect(held?.choices[0]).toMatchObject({ choice: 'retry', deadlineMs: 700_000 });
      expect(story.time.now() - from).toBeGreaterThan(600_000);
      expect(limits?.map(({ name, value, from: source }) => [name, value, source])).toEqual([['outageBudgetMs', 50_000, 'plan'], ['forward.startToCloseMs', 600_000, 'plan'], ['forward.scheduleToCloseMs', 700_000, 'plan']]);
    }));

  test('refuse when nobody understands them', () =>
    told({}, async (story) => {
      planAt(story, 'east').limits = { values: {}, faults: ['There is no limit x.', 'There is no limit y.'] };
      await story.migrate();
      expect((await story.status()).refusals).toEqual([expect.stringContaining('There is no limit x.'), expect.stringContaining('There is no limit y.')]);
    }));
});

test('A preflight shows every limit, and a run without own limits none', () =>
  told({}, async (story) => {
    expect((await story.preflight()).limits?.length).toBeGreaterThan(50);
    await story.forget();
    await story.migrate();
    expect(await story.status()).not.toHaveProperty('limits');
  }));
