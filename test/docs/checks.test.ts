import { plannedMigrationChecks, recheckChecks, turnBackChecks } from '../../src/domain/checks/index.js';
import { read, rowsOf } from './markdown.js';

describe('The page of checks', () => {
  test('has every check in order, with what it asks, how bad it is, what would mend it and whether it can be gone past, and no other', () => {
    const names = (checks: readonly { readonly name: string }[]) => checks.map(({ name }) => name);
    const byName = new Map([...plannedMigrationChecks, ...recheckChecks, ...turnBackChecks].map((check) => [check.name, check]));
    const all = [...byName.values()];
    const when = (check: (typeof all)[number]) =>
      [names(plannedMigrationChecks).includes(check.name) ? 'preflight' : '', names(recheckChecks).includes(check.name) ? 'recheck' : '', names(turnBackChecks).includes(check.name) ? 'turn back' : ''].filter((word) => word !== '').join(', ');
    expect(rowsOf(read('docs/checks.md'), 'check', 'asks', 'severity', 'when', 'what would mend it', 'going past it means')).toEqual(
      all.map((check) => [`\`${check.name}\``, check.asks, check.severity, when(check), check.fix, check.overriding ?? 'cannot']),
    );
  });
});
