import type { Choice, HeldChoice, Status, WaitingStatus } from '../../src/domain/status.js';
import { mistyped } from '../harness/mistyped.js';
import { aStatus, NOW } from './support.js';

/** Whoever has nothing but the screen types what stands there: it must be a command, and the run must take it. Stories look at every screen of theirs. */
const kinds: readonly Choice[] = ['retry', 'skip', 'cancel', 'attest-source-off', 'attest-target-off', 'promote-source', 'promote-target', 'turn-back', 'go-forward'];

const heldWith = (...choices: readonly HeldChoice[]): Status => aStatus({ phase: 'held', held: { step: 'swap-roles', since: NOW, code: 'NeedsDecision', error: 'It is held.', advice: 'Decide.', choices } });

const waits = (of: Partial<WaitingStatus>): Status => aStatus({ phase: 'waiting', waiting: { for: 'approval', until: null, by: null, choices: [{ choice: 'approve', effect: 'The outage begins.' }, { choice: 'reject', effect: 'Everything is undone.' }, { choice: 'cancel', effect: 'Everything is undone.' }], ...of } });

describe('A way on that the screen shows can be typed as it stands there', () => {
  test.each(kinds)('%s of a held step', (choice) => {
    expect(mistyped(heldWith({ choice, effect: 'Something happens.', deadlineMs: 300_000 }), Date.parse(NOW))).toEqual([]);
  });

  test.each(['attest-source-off', 'attest-target-off', 'promote-source', 'promote-target'] as const)('%s of two people', (choice) => {
    expect(mistyped(heldWith({ choice, effect: 'Something happens.', attestedBy: ['zoe'] }), Date.parse(NOW))).toEqual([]);
  });

  test.each<readonly [string, Partial<WaitingStatus>]>([
    ['of anybody', {}],
    ['of somebody named', { by: ['bob', 'carol'], digest: '0123-4567' }],
    ['of the second of two', { by: ['bob', 'carol'], digest: '0123-4567', approvals: 2, approvedBy: ['bob'] }],
    ['to resume', { for: 'resume', choices: [{ choice: 'resume', effect: 'The next step runs.' }, { choice: 'cancel', effect: 'Everything is undone.' }] }],
  ])('where a run waits for an answer %s', (_, of) => {
    expect(mistyped(waits(of), Date.parse(NOW))).toEqual([]);
  });

  test('while nothing is held, to leave the way it is on', () => {
    expect(mistyped(aStatus({ phase: 'forward', line: 'after', otherWay: { choice: 'turn-back', effect: 'It is turned back.' } }), Date.parse(NOW))).toEqual([]);
  });

  test('and one that no command takes is found', () => {
    expect(mistyped(aStatus({ unit: '-x', phase: 'forward', line: 'after', otherWay: { choice: 'turn-back', effect: 'It is turned back.' } }), Date.parse(NOW))).toEqual([expect.stringContaining('unknown option')]);
    expect(mistyped({ ...heldWith({ choice: 'attest-source-off', effect: 'Something happens.' }), source: null }, Date.parse(NOW))).toEqual([expect.stringContaining('unknown command')]);
  });
});
