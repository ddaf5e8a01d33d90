import { ChangeoverError } from '../domain/errors.js';
import type { Phase } from '../domain/status.js';

/** Exit codes, as documented in the README. Scripts rely on them. */
export const exitCode = {
  ok: 0,
  bug: 1,
  invalid: 2,
  unreachable: 3,
  refused: 4,
  undone: 5,
  held: 6,
  notFound: 7,
  debts: 8,
  busy: 9,
  damaged: 10,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

export function exitOf(error: unknown): ExitCode {
  if (!(error instanceof ChangeoverError)) return exitCode.bug;
  if (error.code === 'NotFound') return exitCode.notFound;
  if (error.code === 'Invalid') return exitCode.invalid;
  if (error.code === 'RecordDamaged') return exitCode.damaged;
  if (error.isPassing) return exitCode.unreachable;
  return error.family === 'refused' || error.family === 'precondition-lost' ? exitCode.refused : exitCode.bug;
}

export function exitOfPhase(phase: Phase): ExitCode {
  switch (phase) {
    case 'completed':
      return exitCode.ok;
    case 'completed-with-debts':
      return exitCode.debts;
    case 'refused':
      return exitCode.refused;
    case 'undone':
      return exitCode.undone;
    case 'held':
      return exitCode.held;
    case 'preparing':
    case 'waiting':
    case 'paused':
    case 'outage':
    case 'crossing':
    case 'forward':
    case 'undoing':
      return exitCode.ok;
  }
}
