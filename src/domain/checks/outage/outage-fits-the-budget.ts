import { predictFrom } from '../../prediction.js';
import { optionsWith } from '../../limits-set.js';
import { defineCheck, found } from '../check.js';
import { limitsOf } from '../facts.js';

/** An outage that cannot end within its budget is undone before the line: the application would have been away for nothing. */
export const outageFitsTheBudget = defineCheck({
  name: 'outage-fits-the-budget',
  asks: 'The outage is expected to end within its budget',
  fix: 'Let replication catch up, choose a quieter hour, or give it a longer budget (--budget).',
  overriding: 'the run undoes itself when the budget is used up before the line',
  find: (facts) => {
    const { request, source } = facts;
    const { totalMs, parts } = predictFrom(source, facts.target);
    const { outageBudgetMs } = optionsWith(request.options, limitsOf(facts));
    if (totalMs <= outageBudgetMs) return [];
    const longest = parts.reduce((a, b) => (b.ms > a.ms ? b : a));
    return [found(source, `An outage of ${seconds(totalMs)} is expected (most of it ${longest.step}: ${seconds(longest.ms)}, ${longest.from}), and ${seconds(outageBudgetMs)} are allowed.`)];
  },
});

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
