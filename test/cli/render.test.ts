import { jest } from '@jest/globals';
import { Progress, renderScreen } from '../../src/cli/render.js';
import { details, screenOf } from '../../src/domain/screen.js';
import type { HeldStatus, SiteStatus, Status } from '../../src/domain/status.js';
import { aStatus, NOW } from './support.js';

beforeAll(() => jest.useFakeTimers({ now: Date.parse(NOW) }));
afterAll(() => jest.useRealTimers());

/** The screen without its last line, which holds the local time. */
function shown(status: Status): readonly string[] {
  const lines = renderScreen(status).split('\n');
  expect(lines.at(-1)).toMatch(/^2026-03-01T03:00:30Z \(local .+\)$/);
  return lines.slice(0, -2);
}

const site = (name: string, of: Partial<SiteStatus> = {}): SiteStatus => ({ site: name, at: NOW, role: 'primary', writable: 'yes', fence: 'off', workloads: 'Deployment/orders 2/2', ...of });
const outage = { startedAt: '2026-03-01T03:00:00.000Z', endedAt: null, budgetMs: 60_000, deadline: '2026-03-01T03:01:00.000Z' };
const held: HeldStatus = {
  step: 'swap-roles', since: '2026-03-01T03:00:10.000Z', code: 'NeedsDecision', error: 'The source cannot be read.', advice: 'See the choices in changeover status and decide.',
  choices: [
    { choice: 'retry', effect: 'The roles are read again; nothing is changed.' },
    { choice: 'attest-source-off', effect: 'You vouch that the source cannot write.' },
    { choice: 'attest-target-off', effect: 'You vouch that the target cannot write.' },
  ],
};

describe('The screen', () => {
  test('before the outage says that the application serves', () => {
    expect(shown(aStatus({ sites: [site('east'), site('west', { at: '2026-03-01T03:00:00.000Z', role: 'secondary', writable: 'no', fence: 'on', workloads: 'none' })] }))).toEqual([
      'orders: east → west · preparing · Capturing the application\'s objects',
      'The application serves; east can write.',
      'Before the line: the run can be undone.',
      '',
      'Sites',
      '  east: primary, writable yes, fence off, workloads Deployment/orders 2/2 (read 03:00:30Z)',
      '  west: secondary, writable no, fence on, workloads none (read 03:00:00Z, 30 s ago)',
      '',
      'Steps',
      '  ✓ claim 1.5 s',
      '',
      'Facts',
      '  run orders-1, asked for by ann: power works',
      '  plan 0123456789ab',
    ]);
  });

  test('inside the outage says since when, the budget, and what happens if nobody does anything', () => {
    expect(shown(aStatus({ phase: 'outage', headline: 'Waiting until the target has every write', writer: null, outage, steps: [] })).slice(0, 4)).toEqual([
      'orders: east → west · outage · Waiting until the target has every write',
      'THE SERVICE IS DOWN since 03:00:00Z (30 s); budget 60 s; no site can write.',
      'Before the line: the run can be undone.',
      'If the line is not reached by 03:01:00Z, the run undoes itself.',
    ]);
  });

  test('of a held run gives each way on as a command that can be typed', () => {
    expect(shown(aStatus({ phase: 'held', headline: 'swap-roles is held', line: 'crossing', writer: 'unknown', outage, held, steps: [] }))).toEqual([
      'orders: east → west · held · swap-roles is held',
      'THE SERVICE IS DOWN since 03:00:00Z (30 s); budget 60 s; it is not known which site can write.',
      'On the line: what became of the role swap is not clear, and nothing is started anywhere until it is.',
      'HELD at swap-roles since 03:00:10Z: The source cannot be read. See the choices in changeover status and decide. If you do nothing, it stays held.',
      '',
      'You can',
      '  changeover retry orders --step swap-roles --reason "…": The roles are read again; nothing is changed. Outage from then on: unknown; loses nothing.',
      '  changeover attest orders east --statement "east is off" --reason "…": You vouch that the source cannot write. Outage from then on: unknown; loses nothing if the statement is true; what east still acknowledges if it is not.',
      '  changeover attest orders west --statement "west is off" --reason "…": You vouch that the target cannot write. Outage from then on: unknown; loses nothing if the statement is true; what west acknowledges if it is not.',
      '',
      'Facts',
      '  run orders-1, asked for by ann: power works',
      '  plan 0123456789ab',
    ]);
  });

  test('of a waiting run says for what, until when, and the answers', () => {
    const waiting = { for: 'approval of plan 0123456789ab', until: '2026-03-01T04:00:00.000Z', by: ['bob'], choices: [{ choice: 'approve', effect: 'The outage begins.' }, { choice: 'reject', effect: 'Everything is undone.' }] } as const;
    expect(shown(aStatus({ phase: 'waiting', headline: 'Waiting for approval by bob', waiting, steps: [] })).slice(3, 8)).toEqual([
      'Waiting for approval of plan 0123456789ab; at 04:00:00Z the run undoes itself.',
      '',
      'You can',
      '  changeover approve orders --by-annotation --reason "…": The outage begins. Outage from then on: unknown; loses nothing.',
      '  changeover reject orders --reason "…": Everything is undone. Outage from then on: none; loses nothing.',
    ]);
  });

  test('of a paused run has no end by itself', () => {
    const waiting = { for: 'resume', until: null, by: null, choices: [{ choice: 'resume', effect: 'The next step runs.' }] } as const;
    expect(screenOf(aStatus({ phase: 'paused', waiting }), Date.parse(NOW)).next).toBe('Waiting for resume.');
  });

  const ended: readonly (readonly [string, Partial<Status>, readonly string[]])[] = [
    ['completed', { phase: 'completed', line: 'after', writer: 'west', outage: { ...outage, endedAt: '2026-03-01T03:00:01.400Z', deadline: null } }, ['The application runs on west. The outage lasted 1.4 s (from 03:00:00Z to 03:00:01Z); west can write.', 'After the line: the run is only carried on, never undone.']],
    ['completed with debts', { phase: 'completed-with-debts', line: 'after', writer: 'west', debts: ['east does not know yet that west is primary.'] }, ['The application serves; west can write.', 'After the line: the run is only carried on, never undone.']],
    ['refused', { phase: 'refused', refusals: ['A link is broken.'] }, ['The application serves; east can write.', 'The line was not crossed.']],
    ['refused before anything was known', { phase: 'refused', source: null, writer: 'unknown', refusals: ['No site has the plan.'] }, ['Nothing was changed; it is not known which site can write.', 'The line was not crossed.']],
    ['undone', { phase: 'undone', outage: { ...outage, endedAt: '2026-03-01T03:02:05.000Z', deadline: null } }, ['The application runs on east. The outage lasted 2 min 5 s (from 03:00:00Z to 03:02:05Z); east can write.', 'The line was not crossed.']],
  ];
  test.each(ended)('of a run that is %s names no next and no choice', (_, of, [service, line]) => {
    const screen = screenOf(aStatus({ ...of, endedAt: NOW }), Date.parse(NOW));
    expect(screen).toMatchObject({ service, line, next: '', choices: [] });
    expect(screen.facts).toEqual(expect.arrayContaining([...(of.debts ?? []).map((d) => `debt: ${d}`), ...(of.refusals ?? []).map((r) => `reason: ${r}`)]));
  });

  test('lists the last command, decisions, who took the incident, and a cancel', () => {
    const decision = { id: 'd1', kind: 'ack', step: null, by: 'ann', verified: false, via: 'cli', reason: 'on it', at: '2026-03-01T03:00:20.000Z' } as const;
    const status = aStatus({ lastCommand: { site: 'east', command: 'vradmin -g dg -s migrate orders_rvg', exitCode: null, output: 'no answer' }, decisions: [decision], acknowledgedBy: 'ann', cancelRequested: true });
    expect(screenOf(status, Date.parse(NOW)).facts.slice(2)).toEqual([
      'last command on east: vradmin -g dg -s migrate orders_rvg; exit unknown; no answer',
      'taken by ann',
      'a cancel was asked for',
      '03:00:20Z ann (unverified, cli): ack, on it',
    ]);
  });

  test('of every state of a step has its own mark', () => {
    const states = ['running', 'done', 'failed', 'skipped', 'undoing', 'undone', 'undo-failed'] as const;
    const steps = states.map((state) => ({ name: state, title: state, state, startedAt: NOW, endedAt: null, attempt: state === 'failed' ? 2 : 1, note: null }));
    expect(screenOf(aStatus({ steps }), Date.parse(NOW)).steps).toEqual(['… running', '✓ done', '✗ failed (attempt 2)', '– skipped', '↩… undoing', '↩ undone', '↩✗ undo-failed']);
  });

  test('in the UI holds times and never ages, so that it changes only when something happened', () => {
    const status = aStatus({ phase: 'held', held, outage, sites: [site('east', { at: '2026-03-01T02:59:00.000Z' })] });
    const early = details(status, Date.parse(NOW));
    jest.setSystemTime(Date.parse(NOW) + 3_600_000);
    expect(details(status, Date.parse(NOW))).toBe(early);
    jest.setSystemTime(Date.parse(NOW));
    expect(early).toContain('**You can**\n- changeover retry orders');
    expect(early).not.toContain('ago');
  });
});

describe('Progress', () => {
  const running = { name: 'lower-ttl', title: 'Lowering the TTL', state: 'running', startedAt: '2026-03-01T03:00:00.000Z', endedAt: null, attempt: 1, note: null } as const;

  function told(...statuses: readonly Status[]): readonly string[] {
    const lines: string[] = [];
    const progress = new Progress((line) => lines.push(line));
    for (const status of statuses) progress.show(status);
    return lines;
  }

  test('is a line when a step starts, a line when it ends, a line for each phase, and nothing twice', () => {
    const one = aStatus({ steps: [running], headline: 'Lowering the TTL' });
    const two = { ...one, steps: [{ ...running, state: 'done', endedAt: '2026-03-01T03:00:05.000Z', note: 'TTL 1 s' }] } as const;
    expect(told(one, one, two, two)).toEqual([
      '03:00:30Z    lower-ttl …  Lowering the TTL',
      '03:00:30Z ── preparing: Lowering the TTL',
      '03:00:30Z    lower-ttl done 5.00 s  TTL 1 s',
    ]);
  });

  test('shows an undo as one', () => {
    const undoing = aStatus({ phase: 'undoing', headline: 'Undoing: Cancelled.', steps: [{ ...running, state: 'undoing' }] });
    expect(told(undoing)).toEqual(['03:00:30Z    undoing lower-ttl …  Lowering the TTL', '03:00:30Z ── undoing: Undoing: Cancelled.']);
  });

  test('of a held run shows what happens by itself and every way on', () => {
    expect(told(aStatus({ phase: 'held', headline: 'swap-roles is held', held, steps: [] })).slice(0, 5)).toEqual([
      '03:00:30Z ── held: swap-roles is held',
      '03:00:30Z    The application serves; east can write.',
      '03:00:30Z    Before the line: the run can be undone.',
      '03:00:30Z    HELD at swap-roles since 03:00:10Z: The source cannot be read. See the choices in changeover status and decide. If you do nothing, it stays held.',
      '03:00:30Z    changeover retry orders --step swap-roles --reason "…": The roles are read again; nothing is changed. Outage from then on: none; loses nothing.',
    ]);
  });
});

describe('What Temporal knows beside the run', () => {
  test('is who polls each queue, and of each call which try it is, when the next comes and what the last one said', () => {
    const call = { id: 'offline-source/ensureOffline@east', attempt: 2, ofAttempts: 8, nextTryAt: '2026-03-01T03:00:31.000Z', lastFailure: 'no answer', lastHeartbeat: null };
    const fresh = { id: 'drain-replication/awaitDrained@east', attempt: 1, ofAttempts: 0, nextTryAt: null, lastFailure: null, lastHeartbeat: 'west-vvr: consistent, behind' };
    const lines = renderScreen(aStatus({ steps: [] }), { calls: [call, fresh], pollers: [{ site: 'east', workers: ['worker-1'] }, { site: 'west', workers: [] }] }).split('\n');
    expect(lines.slice(4, 10)).toEqual([
      'Under way',
      '  offline-source/ensureOffline@east (try 2 of 8, next at 03:00:31Z); last failure: no answer',
      '  drain-replication/awaitDrained@east (try 1): west-vvr: consistent, behind',
      '',
      'Workers',
      '  east: worker-1',
    ]);
    expect(lines[10]).toBe('  west: NOBODY polls its queue');
  });
});
