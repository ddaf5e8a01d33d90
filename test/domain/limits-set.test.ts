import { limitsAreSound } from '../../src/domain/checks/plan-object/index.js';
import { outageFitsTheBudget } from '../../src/domain/checks/outage/index.js';
import { limitLines } from '../../src/domain/limit-lines.js';
import { callLimits, contradictions, limitsSet, optionsWith, shownLimits } from '../../src/domain/limits-set.js';
import { limitFaults, limitTable, parseLimits } from '../../src/domain/limit-table.js';
import { limits } from '../../src/domain/limits.js';
import { defaultOptions } from '../../src/domain/request.js';
import { resolvePlan } from '../../src/domain/resolve.js';
import { aFacts, said } from './facts.js';

const set = (of: Partial<Parameters<typeof limitsSet>[0]> = {}) => limitsSet({ plan: {}, sites: { east: {}, west: {} }, target: 'west', named: [], ...of });

describe('The table of limits', () => {
  test('lies within its own bounds, and every name is there once', () => {
    expect(limitTable.filter(({ usualMs, leastMs, mostMs }) => usualMs !== null && (usualMs < leastMs || usualMs > mostMs)).map(({ name }) => name)).toEqual([]);
    expect(new Set(limitTable.map(({ name }) => name)).size).toBe(limitTable.length);
    expect(contradictions(defaultOptions, [], ['east'])).toEqual([]);
  });

  test('says everything that is wrong with what somebody sets, at once', () => {
    expect(limitFaults({ outageBudgetMs: 10, 'outage.startToClose': 5_000, 'undo.heartbeatMs': 'soon', kubernetesCallMs: 1_000, commandTimeoutMs: 2_000.5, 'debt.patienceMs': 0 }, 'plan')).toEqual([
      'outageBudgetMs must be a whole number of milliseconds from 1000 to 3600000.',
      'There is no limit outage.startToClose (docs/limits.md lists all).',
      'undo.heartbeatMs must be a whole number of milliseconds from 3000 to 60000.',
      'kubernetesCallMs is set in the configuration of a site, not on a plan.',
      'commandTimeoutMs must be a whole number of milliseconds from 1000 to 3600000.',
    ]);
    expect(limitFaults({ kubernetesCallMs: 1_000 }, 'site')).toEqual([]);
  });

  test.each(['', 'soon', '[]', 'null', '5', `{"${'x'.repeat(5_000)}":1}`])('reads no limits from %.20j', (text) => expect(parseLimits(text)).toEqual({ values: {}, faults: [expect.stringContaining('must be a JSON object of numbers')] }));

  test('takes nothing from an annotation with a fault', () => {
    expect(parseLimits('{"outageBudgetMs": 90000}')).toEqual({ values: { outageBudgetMs: 90_000 }, faults: [] });
    expect(parseLimits('{"outageBudgetMs": 90000, "__proto__": 1}')).toMatchObject({ values: {}, faults: [expect.stringContaining('There is no limit')] });
  });
});

describe('What is set', () => {
  test('is what the plan says before a site, a site before what is usual, and a request before all', () => {
    const sites = { east: { 'outage.startToCloseMs': 50_000, outageBudgetMs: 5_000 }, west: { 'outage.startToCloseMs': 60_000, outageBudgetMs: 70_000, kubernetesCallMs: 20_000 } };
    const bySites = set({ sites });
    expect(bySites).toEqual([
      { name: 'outageBudgetMs', ms: 70_000, from: 'site', site: 'west' },
      { name: 'outage.startToCloseMs', ms: 50_000, from: 'site', site: 'east' },
      { name: 'outage.startToCloseMs', ms: 60_000, from: 'site', site: 'west' },
    ]);
    expect([callLimits('outage', 'east', bySites).startToClose, callLimits('outage', 'west', bySites).startToClose, callLimits('outage', 'north', bySites)]).toEqual([50_000, 60_000, limits.outage]);
    const byPlan = set({ sites, plan: { 'outage.startToCloseMs': 90_000, outageBudgetMs: 80_000 } });
    expect([callLimits('outage', 'east', byPlan).startToClose, optionsWith(defaultOptions, byPlan).outageBudgetMs]).toEqual([90_000, 80_000]);
    expect(optionsWith({ ...defaultOptions, outageBudgetMs: 30_000 }, set({ sites, plan: { outageBudgetMs: 80_000 }, named: ['outageBudgetMs'] })).outageBudgetMs).toBe(30_000);
  });

  test('that does not go together refuses, with every contradiction and every fault', () => {
    const facts = aFacts({ source: { plan: { limits: { values: {}, faults: ['There is no limit x.'] } } }, target: { site: { limits: { 'undo.heartbeatMs': 60_000, 'undo.startToCloseMs': 5_000, 'undo.retryFromMs': 30_000, 'ready.scheduleToCloseMs': 5_000, commandTimeoutMs: 200_000 } } } });
    expect(said(limitsAreSound, facts).map((one) => one.split(' Correct')[0])).toEqual([
      'On east: There is no limit x.',
      'commandTimeoutMs (200000) must be less than cross.startToCloseMs (180000) at east: the command would be given up before its time.',
      'ready.startToCloseMs (300000) must be at most ready.scheduleToCloseMs (5000) at west.',
      'undo.heartbeatMs (60000) must be less than undo.startToCloseMs (5000) at west.',
      'undo.retryFromMs (30000) must be at most undo.retryAtMostMs (5000) at west.',
      'commandTimeoutMs (200000) must be less than cross.startToCloseMs (180000) at west: the command would be given up before its time.',
    ]);
    expect(said(limitsAreSound, aFacts())).toEqual([]);
  });

  test('is the budget that a prediction must fit into', () => {
    const facts = aFacts({ source: { plan: { limits: { values: { outageBudgetMs: 2_000 }, faults: [] } } } });
    expect(said(outageFitsTheBudget, facts)).toEqual([expect.stringContaining('2.0 s are allowed')]);
    expect(said(outageFitsTheBudget, { ...facts, request: { ...facts.request, named: ['outageBudgetMs'] } })).toEqual([]);
  });

  test('is sealed into the plan; a plan of which nothing is set is as it always was', () => {
    const facts = aFacts({ source: { plan: { limits: { values: { 'forward.patienceMs': 9_000, commandTimeoutMs: 70_000 }, faults: [] } } } });
    const of = (one: typeof facts) => resolvePlan(one.request, { kind: 'known', ...one }, one.names?.plan ?? null);
    expect(of(facts)).toMatchObject({ limits: [{ name: 'commandTimeoutMs', ms: 70_000 }, { name: 'forward.patienceMs', ms: 9_000 }], request: { options: { commandTimeoutMs: 70_000, outageBudgetMs: 120_000 } } });
    expect(of(aFacts())).not.toHaveProperty('limits');
  });
});

describe('What is shown', () => {
  const sites = { east: { kubernetesCallMs: 20_000 }, west: { 'outage.startToCloseMs': 60_000 } };
  const shown = shownLimits({ ...defaultOptions, commandTimeoutMs: 30_000 }, set({ sites, plan: { 'undo.heartbeatMs': 9_000 } }), { sites, named: [] });
  const of = (name: string) => shown.filter((one) => one.name === name).map(({ value, from, site }) => [value, from, site]);

  test('is every limit with its value, its unit and where it comes from', () => {
    expect(new Set(shown.map(({ name }) => name))).toEqual(new Set(limitTable.map(({ name }) => name)));
    expect(new Set(shown.map(({ unit }) => unit))).toEqual(new Set(['ms']));
    expect([of('outageBudgetMs'), of('commandTimeoutMs'), of('undo.heartbeatMs'), of('debt.patienceMs')]).toEqual([[[120_000, 'default', null]], [[30_000, 'configuration', null]], [[9_000, 'plan', null]], [[null, 'default', null]]]);
    expect([of('outage.startToCloseMs'), of('kubernetesCallMs')]).toEqual([[[60_000, 'site', 'west'], [120_000, 'default', null]], [[20_000, 'site', 'east'], [10_000, 'default', null]]]);
    expect(shownLimits(defaultOptions, [], { sites, named: ['outageBudgetMs'] })[0]).toMatchObject({ name: 'outageBudgetMs', from: 'request' });
  });

  test('is one line for each part of a run', () => {
    const lines = limitLines(shown);
    expect(lines).toContain('outageBudgetMs: 120000 (default)');
    expect(lines).toContainEqual(expect.stringMatching(/^outage: scheduleToStartMs 15000, startToCloseMs 60000 \(site west\), startToCloseMs 120000, heartbeatMs 5000, .*scheduleToCloseMs none/));
    expect(lines).toContainEqual(expect.stringContaining('heartbeatMs 9000 (plan)'));
    expect(lines.length).toBe(12);
  });
});
