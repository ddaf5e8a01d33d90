import { plannedMigrationChecks, recheckChecks, turnBackChecks } from '../../src/domain/checks/index.js';
import { read, rowsOf } from './markdown.js';

describe('The page of checks', () => {
  test('has every check in order, with what it asks, how bad it is, what would mend it and whether it can be gone past, and no other', () => {
    const all = [...new Set([...plannedMigrationChecks, ...recheckChecks, ...turnBackChecks])];
    const when = (check: (typeof all)[number]) =>
      [plannedMigrationChecks.includes(check) ? 'preflight' : '', recheckChecks.includes(check) ? 'recheck' : '', turnBackChecks.includes(check) ? 'turn back' : ''].filter((word) => word !== '').join(', ');
    expect(rowsOf(read('docs/checks.md'), 'check', 'asks', 'severity', 'when', 'what would mend it', 'going past it means')).toEqual(
      all.map((check) => [`\`${check.name}\``, check.asks, check.severity, when(check), check.fix, check.overriding ?? 'cannot']),
    );
  });
});
