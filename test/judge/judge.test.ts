import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { ack, at, CraftedRun, entry } from './support/run.js';

let run: CraftedRun;

beforeEach(() => {
  run = new CraftedRun();
});

afterEach(() => run.remove());

describe('a good run', () => {
  test('passes with its numbers', () => {
    const { ok, reasons, findings } = run.write().judged(['--primary', 'west']);
    expect(reasons).toEqual([]);
    expect(ok).toBe(true);
    expect(findings).toMatchObject({
      primary: 'west',
      outageSeconds: { always: 0.5 },
      writesAcknowledged: 6,
      writesLost: 0,
      duplicates: 0,
      orderViolations: 0,
      writersAtOnce: 1,
      acknowledgedUnwritable: 0,
      others: { east: { entries: 6, onlyHere: 0, missingHere: 0 } },
    });
  });

  test('says which site acknowledged when', () => {
    expect(run.write().findings().sitesThatAcknowledged).toEqual([
      { site: 'east', from: at(990), to: at(1000), count: 3 },
      { site: 'west', from: at(1500), to: at(1510), count: 3 },
    ]);
  });

  test('passes with a torn last line that nobody was told of', () => {
    appendFileSync(run.write().path('west', 'orders.log'), '{"seq":7,"cl');
    expect(run.judged()).toMatchObject({ ok: true, findings: { ledger: { entries: 6, tornTail: true } } });
  });

  test('passes when a retry met the entry that had come by replication', () => {
    run.acks[3] = ack(entry(4, 'east'), 1500, { servedBy: 'west' });
    run.logs['west'] = (run.logs['west'] ?? []).map((each) => (each.seq === 4 ? entry(4, 'east') : each));
    expect(run.write().judged().reasons).toEqual([]);
  });

  test('passes when the table is behind the log', () => {
    run.tables['west'] = CraftedRun.record({ seq: 5, id: 'always-x-5', line: 5, count: 5 });
    expect(run.write().judged().ok).toBe(true);
  });
});

describe('the outage', () => {
  test('is the longest gap of each habit, and every gap above a quarter of a second is listed', () => {
    run.acks.push(ack(entry(1, 'west', 'ttl-x'), 1200), ack(entry(2, 'west', 'ttl-x'), 1460), ack(entry(3, 'west', 'ttl-x'), 1510));
    for (const seq of [1, 2, 3]) run.logs['west']?.push(entry(seq, 'west', 'ttl-x'));
    const { outageSeconds, outages } = run.write().findings();
    expect(outageSeconds).toEqual({ always: 0.5, ttl: 0.26 });
    expect(outages['ttl']?.gaps).toEqual([{ from: at(1200), to: at(1460), seconds: 0.26, openEnded: false }]);
  });

  test('of the habit that never asks again lasts to the end of the record and does not fail the run', () => {
    run.acks.push(ack(entry(1, 'east', 'once-x'), 995));
    run.logs['west']?.push(entry(1, 'east', 'once-x'));
    run.endAt = at(3400);
    const { ok, findings } = run.write().judged();
    expect(findings?.outages['once']?.longest).toEqual({ from: at(995), to: at(3400), seconds: 2.405, openEnded: true });
    expect(ok).toBe(true);
  });

  test('that is not over at the end of the record fails the run', () => {
    run.endAt = at(4000);
    expect(run.write().judged().reasons).toEqual(['the habit always was not acknowledged in the last 2.49 s of the record']);
  });
});

describe('the run fails', () => {
  test('when an acknowledged write is not in the ledger of the final Primary', () => {
    run.logs['west'] = (run.logs['west'] ?? []).filter(({ seq }) => seq !== 3);
    run.tables['west'] = CraftedRun.record({ line: 5, count: 5 });
    const { ok, findings } = run.write().judged();
    expect(ok).toBe(false);
    expect(findings).toMatchObject({ writesLost: 1, lostExamples: [{ seq: 3, id: 'always-x-3', why: 'not in the ledger' }], orderViolations: 0 });
    expect(findings?.others['east']?.onlyHere).toBe(1);
  });

  test('when an acknowledged write was written anew under another id', () => {
    run.logs['west'] = (run.logs['west'] ?? []).map((each) => (each.seq === 3 ? { ...each, id: 'other' } : each));
    expect(run.write().findings().lostExamples).toMatchObject([{ seq: 3, why: 'the ledger holds other in its place' }]);
  });

  test('when the ledger names another site than the acknowledgement', () => {
    run.acks[0] = ack(entry(1, 'west'), 990, { servedBy: 'east' });
    expect(run.write().findings().writesLost).toBe(1);
  });

  test('when the ledger is empty', () => {
    run.logs['west'] = [];
    run.tables['west'] = '';
    expect(run.write().judged()).toMatchObject({ ok: false, findings: { writesLost: 6 } });
  });

  test('when an acknowledged write is the torn last line', () => {
    const path = run.write().path('west', 'orders.log');
    writeFileSync(path, readFileSync(path, 'utf8').trimEnd());
    expect(run.judged()).toMatchObject({ ok: false, findings: { writesLost: 1 } });
  });

  test('when an order or an id stands twice in the ledger', () => {
    run.logs['west']?.push({ ...entry(6, 'west'), id: 'again' });
    const { ok, findings } = run.write().judged();
    expect(ok).toBe(false);
    expect(findings?.duplicateExamples).toEqual(['always-x/6 stands twice in the ledger']);
    run.logs['west']?.splice(6, 1, { ...entry(7, 'west'), id: 'always-x-6' });
    expect(run.write().findings().duplicateExamples).toEqual(['id always-x-6 stands twice in the ledger']);
  });

  test('when one order was acknowledged under two ids', () => {
    run.acks.push(ack({ ...entry(6, 'west'), id: 'other' }, 1515));
    expect(run.write().findings().duplicateExamples).toEqual(['always-x/6 was acknowledged as always-x-6 and other']);
  });

  test('when a client’s orders stand out of order', () => {
    const log = run.logs['west'] ?? [];
    run.logs['west'] = [entry(2, 'east'), entry(1, 'east'), ...log.slice(2)];
    const { ok, findings } = run.write().judged();
    expect(ok).toBe(false);
    expect(findings?.orderViolationExamples).toEqual(['line 2: always-x/1 stands after always-x/2']);
  });

  test('when an order is nowhere although a later one is there', () => {
    run.logs['west']?.push(entry(8, 'west'));
    expect(run.write().findings().orderViolationExamples).toEqual(['always-x/7 is nowhere, always-x/8 is there']);
  });

  test('when the table is ahead of the log, or not from it', () => {
    run.tables['west'] = CraftedRun.record({ seq: 7, id: 'always-x-7', line: 7, count: 7 });
    expect(run.write().findings().orderViolationExamples).toEqual(['the table of west is ahead: always-x at line 7, the log has 6']);
    run.tables['west'] = CraftedRun.record({ id: 'other', line: 6, count: 6 });
    expect(run.write().judged().ok).toBe(false);
    run.tables['west'] = CraftedRun.record({ line: 6, count: 5 });
    expect(run.write().judged().ok).toBe(false);
  });

  test('when a site acknowledged while it could not be written', () => {
    run.acks[2] = ack(entry(3, 'east'), 1095);
    const { ok, findings } = run.write().judged();
    expect(ok).toBe(false);
    expect(findings?.acknowledgedUnwritable).toBe(1);
    expect(run.judged().reasons).toEqual(['1 writes were acknowledged by a site that could not be written']);
  });

  test('when a name server turned to a site before that could be written', () => {
    const answer = (ms: number, address: string): unknown => ({ kind: 'answer', habit: 'ttl', server: 's', at: at(ms), addresses: [address] });
    run.extra = [answer(980, '127.10.0.80'), answer(1099, '127.20.0.80')];
    expect(run.write().judged().reasons).toEqual(['s turned to west, which was not writable']);
    run.extra = [answer(980, '127.10.0.80'), answer(1101, '127.20.0.80')];
    expect(run.write().judged().reasons).toEqual([]);
  });

  test('when the site a name server turned to too early never acknowledged, if its address is named', () => {
    run.acks = run.acks.slice(0, 3);
    run.logs['east'] = (run.logs['east'] ?? []).slice(0, 3);
    run.tables['east'] = CraftedRun.record({ seq: 3, id: 'always-x-3', line: 3, count: 3 });
    run.changes = run.changes.filter(({ writable, site }) => writable === (site === 'east'));
    run.endAt = at(1100);
    run.extra = [1, 2].map((turn) => ({ kind: 'answer', habit: 'always', server: 's', at: at(turn), addresses: [turn === 1 ? '127.10.0.80' : '127.20.0.80'] }));
    run.write();
    expect(run.judged().reasons).toEqual([]);
    expect(run.judged(['--addresses', 'west=127.20.0.80']).reasons).toEqual(['s turned to west, which was not writable']);
  });

  test('when a habit was never acknowledged', () => {
    run.extra = [{ kind: 'start', at: at(980), habits: { ttl: 'ttl-x' } }];
    expect(run.write().judged().reasons).toEqual(['the habit ttl was never acknowledged']);
  });
});

describe('writers at once', () => {
  const eastLosesAt = (ms: number): void => {
    run.changes = run.changes.map((change) => (change.site === 'east' && !change.writable ? { ...change, atMs: at(ms) } : change));
  };

  test('are two when the target gains before the source loses', () => {
    eastLosesAt(1100.001);
    const { ok, findings } = run.write().judged();
    expect(ok).toBe(false);
    expect(findings).toMatchObject({ writersAtOnce: 2, writersOverlaps: [{ from: at(1100), to: at(1100.001) }] });
  });

  test('are two when both happen at the very same time', () => {
    eastLosesAt(1100);
    expect(run.write().findings().writersAtOnce).toBe(2);
  });

  test('are one when the source loses the least moment before', () => {
    eastLosesAt(1099.999);
    expect(run.write().findings().writersAtOnce).toBe(1);
  });

  test('are counted by site: one that loses and gains at the same time is one', () => {
    run.changes.push({ site: 'west', atMs: at(1200), writable: false }, { site: 'west', atMs: at(1200), writable: true });
    expect(run.write().findings().writersAtOnce).toBe(1);
  });

  test('are two when both sites are writable to the end, whatever Primary is named', () => {
    run.changes = run.changes.filter(({ site, writable }) => site === 'west' || writable);
    expect(run.write().judged(['--primary', 'west'])).toMatchObject({ ok: false, findings: { writersAtOnce: 2 } });
    expect(run.judged().reasons).toEqual(['at the end east and west can be written: name the Primary with --primary']);
  });
});
