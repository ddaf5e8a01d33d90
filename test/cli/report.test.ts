import { ApplicationFailure, WorkflowFailedError } from '@temporalio/client';
import { jest } from '@jest/globals';
import { report } from '../../src/cli/command.js';
import { exitCode, exitOf, exitOfPhase, type ExitCode } from '../../src/cli/exit.js';
import { ChangeoverError, errorTable, type ErrorCode, type ErrorFamily } from '../../src/domain/errors.js';
import type { Phase } from '../../src/domain/status.js';

const said: { out: string[]; err: string[] } = { out: [], err: [] };
beforeEach(() => {
  said.out = [];
  said.err = [];
  jest.spyOn(console, 'log').mockImplementation((line: string) => void said.out.push(line));
  jest.spyOn(console, 'error').mockImplementation((line: string) => void said.err.push(line));
});
afterEach(() => jest.restoreAllMocks());

describe('A message about a failure', () => {
  test('stands on standard error with every reason on its own line', () => {
    expect(report(new ChangeoverError('Refused', 'Refused; nothing was changed.', { reasons: ['One.', 'Two.'] }), 'text')).toBe(exitCode.refused);
    expect(said).toEqual({ out: [], err: ['error: Refused; nothing was changed.\n  - One.\n  - Two.'] });
  });

  test('is one JSON object on standard output where JSON was asked for', () => {
    expect(report(new ChangeoverError('NotFound', 'No run of orders is open.'), 'json')).toBe(exitCode.notFound);
    expect(said.err).toEqual([]);
    expect(said.out.map((line) => JSON.parse(line) as unknown)).toEqual([{ error: 'NotFound', message: 'No run of orders is open.', reasons: [] }]);
  });

  test('of a workflow that refused says its reasons once', () => {
    const cause = ApplicationFailure.create({ type: 'Refused', message: 'Not adopted, nothing was changed: No site is Primary.', details: [{ reasons: ['No site is Primary.'] }] });
    expect(report(new WorkflowFailedError('Workflow execution failed', cause, 'NON_RETRYABLE_FAILURE'), 'text')).toBe(exitCode.refused);
    expect(said.err).toEqual(['error: Refused; nothing was changed.\n  - No site is Primary.']);
  });

  test('of anything else is its message and exit code 1', () => {
    expect(report(new TypeError('x is not a function'), 'text')).toBe(exitCode.bug);
    expect(report('a thrown string', 'text')).toBe(exitCode.bug);
    expect(said.err).toEqual(['error: x is not a function', 'error: a thrown string']);
  });
});

describe('The exit code', () => {
  const byFamily: Readonly<Record<ErrorFamily, ExitCode>> = {
    refused: exitCode.refused, transient: exitCode.unreachable, throttled: exitCode.unreachable, 'precondition-lost': exitCode.refused,
    'not-yet': exitCode.bug, ambiguous: exitCode.bug, unsafe: exitCode.bug, 'needs-person': exitCode.bug, bug: exitCode.bug,
  };
  const own: Partial<Record<ErrorCode, ExitCode>> = { NotFound: exitCode.notFound, Invalid: exitCode.invalid, RecordDamaged: exitCode.damaged };

  test.each(Object.keys(errorTable) as ErrorCode[])('of %s follows its family, or is its own', (code) => {
    expect(exitOf(new ChangeoverError(code, 'It is so.'))).toBe(own[code] ?? byFamily[errorTable[code].family]);
  });

  const phases: readonly (readonly [Phase, ExitCode])[] = [
    ['completed', 0], ['completed-with-debts', 8], ['refused', 4], ['undone', 5], ['held', 6],
    ['preparing', 0], ['waiting', 0], ['paused', 0], ['outage', 0], ['crossing', 0], ['forward', 0], ['undoing', 0],
  ];
  test.each(phases)('of a run that is %s is %d', (phase, code) => expect(exitOfPhase(phase)).toBe(code));

  test('is a different one for each meaning', () => {
    const codes = Object.values(exitCode);
    expect(new Set(codes).size).toBe(codes.length);
  });
});
