import { whyNot } from '../../src/domain/decisions.js';
import { possibleDecisions } from '../../src/domain/possible.js';
import { decisionKinds, type Status } from '../../src/domain/status.js';
import { aStatus, NOW } from '../cli/support.js';

const held: Status['held'] = { step: 'swap-roles', since: NOW, code: 'SwapFailed', error: 'e', advice: 'a', choices: [{ choice: 'retry', effect: 'again' }, { choice: 'attest-source-off', effect: 'on' }] };
const waiting: Status['waiting'] = { for: 'approval', until: null, by: ['ada'], choices: [{ choice: 'approve', effect: 'begins' }, { choice: 'reject', effect: 'undone' }] };
const outage: Status['outage'] = { startedAt: NOW, endedAt: null, budgetMs: 60_000, deadline: null };

const moments: readonly (readonly [string, Partial<Status>])[] = [
  ['while the application serves', {}],
  ['while it waits for an approval', { phase: 'waiting', waiting }],
  ['while it is paused', { phase: 'paused', waiting: { for: 'resume', until: null, by: null, choices: [{ choice: 'resume', effect: 'on' }, { choice: 'cancel', effect: 'undone' }] } }],
  ['inside the outage', { phase: 'outage', outage }],
  ['while it is held', { phase: 'held', outage, held, line: 'crossing' }],
  ['while another way is open', { phase: 'forward', outage, line: 'after', otherWay: { choice: 'turn-back', effect: 'back' } }],
  ['while it undoes', { phase: 'undoing' }],
  ['when it is over', { phase: 'completed', endedAt: NOW }],
];

describe('What can be decided', () => {
  test.each(moments)('%s is what the run would take, and nothing else', (_, of) => {
    const status = aStatus(of);
    const shown = possibleDecisions(status, Date.parse(NOW));
    const taken = decisionKinds.filter((kind) => {
      const listed = shown.find((one) => one.kind === kind);
      const decision = { id: 'd', kind, step: listed?.step ?? null, by: listed?.by?.[0] ?? 'ada', verified: true, via: 'api' as const, reason: 'r', statement: listed?.statement ?? null };
      return whyNot(decision, status, Date.parse(NOW)) === null;
    });
    // Pausing what is paused is taken, and changes nothing: it is not offered.
    const offered = of.phase === 'paused' ? taken.filter((kind) => kind !== 'pause') : taken;
    expect(shown.map(({ kind }) => kind).toSorted()).toEqual(offered.toSorted());
  });

  test('says whose it must be, what must be typed, and what it costs', () => {
    expect(possibleDecisions(aStatus({ phase: 'waiting', waiting }), Date.parse(NOW))).toContainEqual(expect.objectContaining({ kind: 'approve', by: ['ada'], loses: 'nothing' }));
    expect(possibleDecisions(aStatus({ phase: 'held', held }), Date.parse(NOW))).toContainEqual(expect.objectContaining({ kind: 'attest-source-off', step: 'swap-roles', statement: 'east is off' }));
  });
});
