import { judge, overrideProblems, plannedMigrationChecks, recheckChecks, refusing } from '../../../src/domain/checks/index.js';
import * as outage from '../../../src/domain/checks/outage/index.js';
import { targetIsPreferred } from '../../../src/domain/checks/plan-object/index.js';
import { screenOf } from '../../../src/domain/screen.js';
import { aStatus } from '../../cli/support.js';
import { aFacts, aMigrationRequest, aSecondary, observedNames, said, type FactsChange } from '../facts.js';

const { options } = aMigrationRequest();
const behind = (text: string): FactsChange => ({ source: { replication: { secondaries: [aSecondary({ behind: text })] } } });

describe('Checks of the outage to come', () => {
  test('An outage that cannot end within its budget refuses, and says what takes longest', () => {
    expect(said(outage.outageFitsTheBudget, aFacts(behind('0h 5m 0s')))).toEqual([expect.stringMatching(/An outage of 30\d\.\d s is expected \(most of it drain-replication: 299\.5 s, as far as the target is behind\), and 120\.0 s are allowed\./)]);
    expect(said(outage.outageFitsTheBudget, aFacts({ ...behind('0h 5m 0s'), request: { options: { ...options, outageBudgetMs: 600_000 } } }))).toEqual([]);
    expect(said(outage.outageFitsTheBudget, aFacts())).toEqual([]);
  });

  test('A backlog warns and does not refuse', () => {
    const reasons = judge(plannedMigrationChecks, aFacts(behind('0h 0m 30s')));
    expect(reasons).toMatchObject([{ check: 'target-keeps-up', severity: 'warn', site: 'east', says: 'Secondary west-1 is behind by 0h 0m 30s.' }]);
    expect(refusing(reasons)).toEqual([]);
  });

  test('A long TTL warns with what it costs, once', () => {
    const facts = aFacts();
    const long = (waitForTtl: boolean) => ({ ...facts, request: { ...facts.request, options: { ...options, waitForTtl } }, names: facts.names === null ? null : { plan: { ...facts.names.plan, originalTtlSeconds: 3_600 }, observed: observedNames() } });
    expect(said(outage.oldTtlIsShort, long(true))).toEqual([expect.stringContaining('begins 3600 s after the start')]);
    expect(said(outage.oldTtlIsShort, long(false))).toEqual([expect.stringContaining('the old address for up to 3600 s')]);
    expect(judge(recheckChecks, long(true))).toEqual([]);
  });
});

describe('A reason', () => {
  test('says which check it is of, where and when it was read, and what would mend it', () => {
    expect(judge([targetIsPreferred], aFacts({ source: { site: { at: '2026-01-01T00:00:07.000Z' }, plan: { preferred: ['north'] } } }))).toEqual([
      {
        check: 'target-is-preferred', severity: 'refuse', site: 'east', readAt: '2026-01-01T00:00:07.000Z', says: 'west is not in preferredClusterList (north).',
        fix: 'Choose a preferred site, or add this one to preferredClusterList.', overridden: null,
      },
    ]);
  });

  test('stands on the screen with all of that', () => {
    const findings = judge(plannedMigrationChecks, aFacts({ ...behind('0h 0m 30s') }));
    expect(screenOf(aStatus({ findings }), 0).facts).toContainEqual(expect.stringMatching(/^warning: Secondary west-1 is behind .* \[target-keeps-up; read at east 00:00:00Z\]$/));
  });

  test('of every check has a name of its own and an advice', () => {
    expect(new Set(recheckChecks.map(({ name }) => name)).size).toBe(recheckChecks.length);
    for (const { name, asks, fix } of recheckChecks) expect([name, asks !== '', fix.endsWith('.') || fix.endsWith('UNIT')]).toEqual([name, true, true]);
  });
});

describe('An override', () => {
  const over = { 'target-is-preferred': 'the preferred site burns' };

  test('lets the run go on, and is shown with who and why', () => {
    const reasons = judge(plannedMigrationChecks, aFacts({ source: { plan: { preferred: ['north'] } }, request: { overrides: over } }));
    expect(reasons).toMatchObject([{ check: 'target-is-preferred', overridden: { by: 'ann', reason: 'the preferred site burns' } }]);
    expect(refusing(reasons)).toEqual([]);
    expect(screenOf(aStatus({ findings: reasons }), 0).facts).toContainEqual(expect.stringContaining('overridden by ann (the preferred site burns): west is not in preferredClusterList'));
  });

  test('of a check that does not allow it changes nothing and is refused itself', () => {
    const overrides = { 'roles-are-as-recorded': 'I know better' };
    expect(refusing(judge(plannedMigrationChecks, aFacts({ target: { replication: { role: 'primary' } }, request: { overrides } })))).toHaveLength(1);
    expect(overrideProblems(plannedMigrationChecks, overrides)).toEqual([expect.stringMatching(/^roles-are-as-recorded cannot be overridden\. Those that can be: .*target-is-preferred \(/)]);
  });

  test('of an unknown check, or without a reason, is refused', () => {
    expect(overrideProblems(plannedMigrationChecks, { everything: 'yes' })).toEqual([expect.stringMatching(/^There is no check everything\./)]);
    expect(overrideProblems(plannedMigrationChecks, { 'target-is-preferred': ' ' })).toEqual(['The override of target-is-preferred needs a reason.']);
    expect(overrideProblems(plannedMigrationChecks, over)).toEqual([]);
  });
});
