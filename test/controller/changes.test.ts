import { SeenPlans } from '../../src/controller/changes.js';
import { aWatchedPlan } from './support.js';

const key = 'infoscale-vtas/orders';
const east = aWatchedPlan({ specPrimary: 'east' });
const west = aWatchedPlan({ specPrimary: 'west', generation: 2 });

function seen(now: () => number = () => 0): SeenPlans {
  const plans = new SeenPlans(now);
  plans.listed([east]);
  return plans;
}

describe('What a watch has told', () => {
  test('is a change only when one object went from one value to another in an update event', () => {
    const plans = seen();
    plans.modified(west);
    expect(plans.change(key, west)).toEqual({ from: 'east', to: 'west' });
  });

  test.each<[string, (plans: SeenPlans) => void]>([
    ['a list that differs from what was known', (plans) => plans.listed([west])],
    ['a plan that appeared', (plans) => plans.added(west)],
    ['an object that was made anew under its name', (plans) => plans.modified(aWatchedPlan({ ...west, uid: 'another' }))],
    ['a plan that was deleted and came back', (plans) => {
      plans.deleted(east);
      plans.added(west);
    }],
    ['an update of something else', (plans) => plans.modified(aWatchedPlan({ specPrimary: 'east', generation: 2 }))],
    ['a change that was answered', (plans) => {
      plans.modified(west);
      plans.answered(key);
    }],
    ['a change that a list shows to be over', (plans) => {
      plans.modified(west);
      plans.listed([east]);
    }],
  ])('is no change: %s', (_, tell) => {
    const plans = seen();
    tell(plans);
    expect(plans.change(key, west)).toBeNull();
  });

  test('keeps a change through later updates of other fields, and through a list that still shows it', () => {
    const plans = seen();
    plans.modified(west);
    plans.modified(aWatchedPlan({ specPrimary: 'west', generation: 3 }));
    plans.listed([west]);
    expect(plans.change(key, west)).toEqual({ from: 'east', to: 'west' });
  });

  test('tells the last of several changes, from the value right before it', () => {
    const plans = seen();
    plans.modified(aWatchedPlan({ specPrimary: 'north', generation: 2 }));
    plans.modified(west);
    expect(plans.change(key, west)).toEqual({ from: 'north', to: 'west' });
  });

  test('gives up a change that could not be answered for five minutes', () => {
    let now = 0;
    const plans = seen(() => now);
    plans.modified(west);
    now = 5 * 60_000;
    expect(plans.change(key, west)).not.toBeNull();
    now += 1;
    expect(plans.change(key, west)).toBeNull();
  });

  test('that tells late is not taken for somebody who asks now, by the time the API server wrote down', () => {
    const wrote = '2026-03-01T03:00:00Z';
    let clock = Date.parse(wrote);
    const plans = new SeenPlans(() => 0, () => clock);
    plans.listed([east]);
    const asked = aWatchedPlan({ ...west, writer: { manager: 'kubectl-patch', operation: 'Update', at: wrote } });
    plans.modified(asked);
    clock += 5 * 60_000;
    expect(plans.change(key, asked)).not.toBeNull();
    clock += 1;
    expect(plans.change(key, asked)).toBeNull();
    // A clock of ours that is behind starts what was just written.
    clock = Date.parse(wrote) - 60_000;
    expect(plans.change(key, asked)).not.toBeNull();
  });
});
