import { readDecision, rejectionOf, whyNot } from '../../src/domain/decisions.js';
import type { Decision, Status } from '../../src/domain/status.js';
import { aStatus, NOW } from '../cli/support.js';

const problemOf = (raw: unknown): string => {
  const read = readDecision(raw, 'u-1');
  return 'problem' in read ? read.problem : 'none';
};

describe('A decision that a client of Temporal sends', () => {
  const small = { kind: 'approve', by: 'alice', reason: 'the window is open' };
  const read: Decision = { ...small, kind: 'approve', id: 'u-1', step: null, verified: false, via: 'temporal', statement: null };
  const good: readonly (readonly [string, object, Partial<Decision>])[] = [
    ['with kind, name and reason came by Temporal, unverified, under the id of its update', {}, {}],
    ['named as the annotation names it is read alike', { kind: undefined, decision: 'approve' }, {}],
    ['with an id keeps it', { id: 'mine' }, { id: 'mine' }],
    ['with an empty id takes that of its update', { id: '' }, {}],
    ['about a step keeps it', { step: 'swap-roles' }, { step: 'swap-roles' }],
    ['that claims to be verified, by no way, is not', { verified: true }, {}],
    ['that claims to be verified by the command line is not', { via: 'cli', verified: true }, { via: 'cli' }],
    ['that claims to be verified by Temporal is not', { via: 'temporal', verified: true }, {}],
    ['by a way that does not exist came by Temporal', { via: 'carrier pigeon', verified: true }, {}],
    ['verified by the API is', { via: 'api', verified: true }, { via: 'api', verified: true }],
    ['verified by the controller is', { via: 'controller', verified: true }, { via: 'controller', verified: true }],
    ['for a run keeps it', { run: 'orders-1' }, { run: 'orders-1' }],
    ['with a deadline as a text, as an annotation has it, keeps the number', { seconds: '600' }, { seconds: 600 }],
    ['that is forced is', { force: 'true' }, { force: true }],
    ['that is not forced says nothing of it', { force: false }, {}],
    ['that says "true" for verified is not', { via: 'api', verified: 'true' }, { via: 'api' }],
  ];
  test.each(good)('%s', (_, of, expected) => {
    expect(readDecision({ ...small, ...of }, 'u-1')).toEqual({ decision: { ...read, ...expected } });
  });

  const bad: readonly (readonly [string, unknown, RegExp])[] = [
    ['nothing', undefined, /is an object, as/],
    ['null', null, /is an object, as/],
    ['a text', 'approve', /is an object, as/],
    ['a list', [small], /is an object, as/],
    ['an unknown kind', { ...small, kind: 'delete' }, /no such decision: delete\. There are: retry,/],
    ['no kind', { ...small, kind: undefined }, /no such decision\. There are/],
    ['a kind that is no text', { ...small, kind: { a: 1 } }, /no such decision\. There are/],
    ['no name', { ...small, by: undefined }, /needs the name of who decides/],
    ['a name of blanks', { ...small, by: ' ' }, /needs the name of who decides/],
    ['a name that is no text', { ...small, by: 7 }, /"by" of a decision is a text/],
    ['an empty reason', { ...small, reason: '' }, /needs a reason/],
    ['too long a reason', { ...small, reason: 'r'.repeat(1_025) }, /"reason" of a decision may have 1024 characters/],
    ['a deadline of no time', { ...small, seconds: 0 }, /"seconds" of a decision is a whole number from 1 to 3600/],
    ['a deadline of a day', { ...small, seconds: 86_400 }, /from 1 to 3600/],
    ['a deadline that is no number', { ...small, seconds: 'soon' }, /from 1 to 3600/],
    ['a force that is no yes or no', { ...small, force: 'very' }, /"force" of a decision is true or false/],
    ['too long a digest', { ...small, digest: 'd'.repeat(65) }, /"digest" of a decision may have 64 characters/],
    ['a step that is no text', { ...small, step: ['swap-roles'] }, /"step" of a decision is a text/],
  ];
  test.each(bad)('is rejected when it is %s', (_, raw, problem) => {
    expect(problemOf(raw)).toMatch(problem);
  });
});

describe('Whether a decision can be taken now', () => {
  const decision = (of: Partial<Decision>): Decision => ({ id: 'd', kind: 'approve', step: null, by: 'alice', verified: true, via: 'api', reason: 'r', statement: null, ...of });
  const waiting: Partial<Status> = { phase: 'waiting', waiting: { for: 'approval', until: null, by: ['alice', 'bob'], choices: [{ choice: 'approve', effect: '' }, { choice: 'reject', effect: '' }, { choice: 'cancel', effect: '' }] } };
  const held: Partial<Status> = { phase: 'held', held: { step: 'swap-roles', since: '', code: '', error: '', advice: '', choices: [{ choice: 'retry', effect: '' }, { choice: 'attest-source-off', effect: '' }] } };
  const rows: readonly (readonly [string, Partial<Decision>, Partial<Status>, RegExp | null])[] = [
    ['a verified yes of an approver can', {}, waiting, null],
    ['an unverified yes of an approver cannot, and it is told how', { verified: false, via: 'cli' }, waiting, /Nobody vouches that this is alice.*changeover approve orders --by-annotation.*the API/],
    ['a verified yes of somebody else cannot', { by: 'mallory' }, waiting, /mallory is not one of the approvers \(alice, bob\)/],
    ['an unverified no of an approver can', { kind: 'reject', verified: false }, waiting, null],
    ['a no of somebody else cannot', { kind: 'reject', by: 'mallory' }, waiting, /not one of the approvers/],
    ['a cancel of anybody can', { kind: 'cancel', by: 'mallory', verified: false }, waiting, null],
    ['an approval that nobody asked for cannot', {}, { phase: 'outage' }, /approve is not possible now \(outage\)\. Possible: pause, cancel, ack/],
    ['an unverified yes can where no approver is named', { verified: false }, { ...waiting, waiting: { ...(waiting.waiting ?? { for: '', until: null, choices: [] }), by: null } }, null],
    ['a retry of what is held can', { kind: 'retry', verified: false }, held, null],
    ['a retry of another step cannot', { kind: 'retry', step: 'finish' }, held, /finish is not held; swap-roles is/],
    ['an attestation with its sentence can', { kind: 'attest-source-off', statement: 'east is off' }, held, null],
    ['an attestation without its sentence cannot', { kind: 'attest-source-off' }, held, /Type exactly: east is off/],
    ['nothing can when the run is over', { kind: 'ack' }, { endedAt: '2026-01-01T00:00:00Z', phase: 'completed' }, /is over \(completed\)/],
  ];
  test.each(rows)('%s', (_, of, status, expected) => {
    const problem = whyNot(decision(of), aStatus(status), Date.parse(NOW));
    expect(problem ?? 'it can').toMatch(expected ?? /^it can$/);
  });
});

describe('A decision that was not taken', () => {
  test('is shown as far as it can be read, and never as a whole', () => {
    expect(rejectionOf({ kind: 'approve', by: 'x'.repeat(300) }, { problem: 'p', at: 't' })).toEqual({ kind: 'approve', by: 'x'.repeat(80), problem: 'p', at: 't' });
    expect(rejectionOf(null, { problem: 'p', at: 't' })).toEqual({ kind: '?', by: '?', problem: 'p', at: 't' });
  });
});
