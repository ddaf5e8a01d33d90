import { jest } from '@jest/globals';
import { waitFor } from '../../lab/process/wait.js';
import { SupervisedApi } from '../../lab/scenario/api.js';
import { decisionKinds, type Status } from '../../src/domain/status.js';
import { outcome, phase } from '../../src/api/schemas/words.js';
import { expectServedBy, LAB_MS, nothingLost, RUN_MS, setVvr, sharedScenario, untilStepBegins } from './support/in-lab.js';
import { madeToken, nameOf, tokenOf, type Person } from './support/people.js';
import { PeopleByHttp } from './support/people-by-http.js';
import { setRole } from './support/roles.js';
import { expectNoSecret, histories, journalFiles } from './support/secrets.js';

/** The HTTP API in front of a real API server that says who everybody is, and of a real run. */
jest.setTimeout(RUN_MS);
const scenario = sharedScenario();
const api = new SupervisedApi(scenario.now.program);
const people = new PeopleByHttp(api);
const { ask, listen, answered } = people;

beforeAll(async () => {
  await people.prepare();
  await api.begin();
}, LAB_MS);

const revisions = (ids: readonly string[]) => ids.map((id) => Number(id.split('.')[1]));
const toWest = { procedure: 'planned-migration', plan: 'orders', target: 'west', expectedPrimary: 'east', reason: 'power works in the east', options: { approval: { approvers: [nameOf('ada')] } } };
const ofOtto = { as: 'otto', body: toWest, headers: { 'idempotency-key': 'change-4711' } } as const;
let run = '';

describe('Tokens', () => {
  test('of the cluster that reviews them are taken, and say who somebody is', async () => {
    expect(await ask('/v1/sites', { as: 'vera' })).toMatchObject({ status: 200, json: { sites: [{ site: 'east', unknown: null }, { site: 'west', unknown: null }] } });
    expect(await ask('/v1/plans', { as: 'vera' })).toMatchObject({ status: 200, json: { unread: [], plans: [{ plan: 'orders', openRun: null }] } });
    expect((await ask('/v1/sites', { as: { token: await madeToken('vera', { expiresInSeconds: 600, signed: true }) } })).status).toBe(200);
  });

  test('that are expired, unsigned, changed, of another audience or of another cluster are not', async () => {
    const good = people.tokenOf('otto');
    const bad = {
      expired: await madeToken('otto', { expiresInSeconds: -60, signed: true }),
      unsigned: await madeToken('otto', { expiresInSeconds: 600, signed: false }),
      changed: `${good.slice(0, -8)}${good.endsWith('AAAAAAAA') ? 'BBBBBBBB' : 'AAAAAAAA'}`,
      'of the API server itself': await tokenOf('otto', { audience: 'https://kubernetes.default.svc' }),
      'of another audience': await tokenOf('otto', { audience: 'somebody-else' }),
      'of another cluster': await tokenOf('otto', { site: 'west' }),
      nonsense: 'nonsense',
    };
    for (const [what, token] of Object.entries(bad)) expect({ what, ...(await ask('/v1/sites', { as: { token } })) }).toMatchObject({ what, status: 401, json: { code: 'Unauthenticated' } });
    expect(Object.values(bad).filter((token) => token !== 'nonsense' && api.log.includes(token))).toEqual([]);
  });
});

describe('Who may', () => {
  const may: readonly (readonly [Person, string, unknown, number])[] = [
    ['nora', '/v1/runs', undefined, 403],
    ['nora', '/v1/plans/orders', undefined, 403],
    ['vera', '/v1/runs', undefined, 200],
    ['vera', '/v1/records', undefined, 200],
    ['vera', '/v1/runs', toWest, 403],
    ['vera', '/v1/preflight', { plan: 'orders', target: 'west' }, 403],
    ['ada', '/v1/runs', undefined, 200],
    ['ada', '/v1/runs', toWest, 403],
    ['otto', '/v1/preflight', { plan: 'orders', target: 'west', expectedPrimary: 'east' }, 200],
  ];
  test.each(may)('%s ask for %s is what her roles say', async (person, path, body, status) => {
    expect(await ask(path, { as: person, body })).toMatchObject({ status });
  });

  test('see what a preflight finds', async () => {
    expect((await ask('/v1/preflight', { as: 'otto', body: { plan: 'orders', target: 'west', expectedPrimary: 'east' } })).json).toMatchObject({ passed: true, reasons: [] });
  });
});

describe('A migration by HTTP', () => {
  test('asked for twice under one key is one run', async () => {
    const [one, other] = await Promise.all([ask('/v1/runs', ofOtto), ask('/v1/runs', ofOtto)]);
    expect([one.status, other.status]).toEqual([202, 202]);
    run = String(one.json['run']);
    expect(other.json['run']).toBe(run);
    expect(one.location).toBe(`/v1/runs/${run}`);
    expect(new Set([one.json['repeated'], other.json['repeated']])).toEqual(new Set([false, true]));
    expect(await ask('/v1/runs', { ...ofOtto, body: { ...toWest, reason: 'another' } })).toMatchObject({ status: 422, json: { code: 'KeyReused' } });
    expect(await ask('/v1/runs', { ...ofOtto, headers: { 'idempotency-key': 'other' } })).toMatchObject({ status: 409, json: { code: 'Busy', run } });
    expect((await ask('/v1/runs', ofOtto)).json).toMatchObject({ run, repeated: true });
    const listed = await waitFor(async () => {
      const { runs } = (await ask('/v1/runs?plan=orders', { as: 'vera' })).json as { runs: { run: string }[] };
      return runs.length > 0 ? runs : undefined;
    }, { what: 'the run to be listed', deadlineMs: 20_000 });
    expect(listed.map((row) => row.run)).toEqual([run]);
  });

  test('waits for the one person who may approve, and takes no other', async () => {
    await waitFor(async () => ((await ask(`/v1/runs/${run}`, { as: 'vera' })).json as { status: { phase: string } | null }).status?.phase === 'waiting', { what: 'the run to wait for approval', deadlineMs: 60_000 });
    const { json } = await ask(`/v1/runs/${run}`, { as: 'vera' });
    expect(json).toMatchObject({ requestedBy: nameOf('otto'), decisions: expect.arrayContaining([expect.objectContaining({ kind: 'approve', by: [nameOf('ada')] })]) });
    const decisions = `/v1/runs/${run}/decisions`;
    const approve = { kind: 'approve', reason: 'the window is open' };
    expect(await ask(decisions, { as: 'otto', body: approve })).toMatchObject({ status: 403 });
    expect(await ask(decisions, { as: 'vera', body: { kind: 'ack', reason: 'mine' } })).toMatchObject({ status: 403 });
    expect(await ask(decisions, { as: 'ada', body: { ...approve, reason: ' ' } })).toMatchObject({ status: 400, json: { errors: [{ field: '/reason' }] } });
    expect(await ask(decisions, { as: 'otto', body: { kind: 'retry', reason: 'x' } })).toMatchObject({ status: 409, json: { code: 'Refused', run } });
    expect(await ask(decisions, { as: 'otto', body: { kind: 'ack', reason: 'mine', id: 'ack-1' } })).toMatchObject({ status: 200, json: { by: nameOf('otto'), verified: true, via: 'api' } });
  });

  test('is followed over a killed server, a lost connection and to the end, without a gap and without a repetition', async () => {
    const first = await listen(run);
    await first.until('"phase":"waiting"');
    const seen = first.ids.at(-1) ?? '';
    const starts = api.readyTimes();
    api.killHard();
    expect(await first.toTheEnd()).not.toContain('event: end');
    await api.awaitReady(starts + 1);
    const [stays, leaves] = [await listen(run, { 'last-event-id': seen }), await listen(run, { 'last-event-id': seen })];
    const approve = { as: 'ada', body: { kind: 'approve', reason: 'the window is open', id: 'yes-1' } } as const;
    const yes = await ask(`/v1/runs/${run}/decisions`, approve);
    expect(yes).toMatchObject({ status: 200, json: { by: nameOf('ada'), verified: true, via: 'api' } });
    expect((await ask(`/v1/runs/${run}/decisions`, approve)).json).toEqual(yes.json);
    await leaves.until('\nid: ');
    await leaves.leave();
    expect(await stays.toTheEnd()).toMatch(/event: end\ndata: {"phase":"completed","outcome":"completed"}\n\n$/);
    const back = await listen(run, { 'last-event-id': leaves.ids.at(-1) ?? '' });
    await back.toTheEnd();
    expect([...leaves.ids, ...back.ids]).toEqual(stays.ids);
    expect(revisions([seen, ...stays.ids])).toEqual([...new Set(revisions([seen, ...stays.ids]))].toSorted((a, b) => a - b));
    expect((await listen(run, { 'last-event-id': stays.ids.at(-1) ?? '' })).answer.status).toBe(204);
    answered.push(stays.text);
    await expectServedBy(scenario.now, 'west');
  });

  test('that is over takes no decision, and the same request again finds it', async () => {
    for (const kind of decisionKinds) {
      const as = kind === 'approve' || kind === 'reject' ? 'ada' : 'otto';
      expect({ kind, ...(await ask(`/v1/runs/${run}/decisions`, { as, body: { kind, reason: 'too late' } })) }).toMatchObject({ kind, status: 409, json: { code: 'Refused' } });
    }
    expect((await ask('/v1/runs', ofOtto)).json).toMatchObject({ run, repeated: true });
  });

  test('under a new key and with the primary as it was before, changes nothing and closes as refused', async () => {
    const { json, status } = await ask('/v1/runs', { ...ofOtto, headers: { 'idempotency-key': 'change-4712' } });
    expect(status).toBe(202);
    const late = await listen(String(json['run']));
    expect(await late.toTheEnd()).toContain('"outcome":"refused"');
    expect((await ask(`/v1/runs/${String(json['run'])}`, { as: 'vera' })).json).toMatchObject({ outcome: 'refused', decisions: [], status: { refusals: [expect.stringMatching(/west/)] } });
  });
});

describe('A migration by HTTP that waits for people', () => {
  const back = { ...toWest, target: 'east', expectedPrimary: 'west', reason: 'and back' };
  const start = async (options: object, key: string): Promise<string> => String((await ask('/v1/runs', { as: 'otto', body: { ...back, options }, headers: { 'idempotency-key': key } })).json['run']);
  const until = (id: string, what: string, holds: (seen: { readonly outcome: string | null; readonly status: Status | null }) => boolean) =>
    waitFor(async () => {
      const { json } = await ask(`/v1/runs/${id}`, { as: 'vera' });
      const seen = json as unknown as { readonly outcome: string | null; readonly status: Status | null };
      return holds(seen) ? seen : undefined;
    }, { what: `the run to ${what}`, deadlineMs: 60_000, intervalMs: 200 });
  const attest = { kind: 'attest-target-off', reason: 'its power is cut', statement: 'east is off' };

  test('and that nobody approves in time is undone, and takes no yes any more', async () => {
    const id = await start({ approval: { approvers: [nameOf('ada')], expiresAfterMs: 1_000 } }, 'change-4713');
    const { outcome: ends, status } = await until(id, 'end', ({ outcome: how }) => how !== null);
    expect({ ends, decisions: status?.decisions, said: JSON.stringify(status) }).toEqual({ ends: 'undone', decisions: [], said: expect.stringContaining('Nobody approved before') });
    expect(await ask(`/v1/runs/${id}/decisions`, { as: 'ada', body: { kind: 'approve', reason: 'now I am here' } })).toMatchObject({ status: 409, json: { code: 'Refused', detail: expect.stringContaining('is over') } });
    await expectServedBy(scenario.now, 'west');
  });

  test('in its crossing takes nothing that does not fit, and attests a site off by two people only', async () => {
    await setVvr('west', { migrateFailRemote: true });
    const id = await start({ attestations: 2 }, 'change-4714');
    await untilStepBegins('west', 'offline-source');
    await setRole('east', 'unreadable');
    await until(id, 'be held', ({ status }) => status?.phase === 'held');
    const decide = (as: Person, body: object, on = id) => ask(`/v1/runs/${on}/decisions`, { as, body });
    const wrong: readonly (readonly [Person, object, number, RegExp])[] = [
      ['otto', { kind: 'explode', reason: 'boredom' }, 400, /"field":"\/kind"/],
      ['otto', { ...attest, reason: '' }, 400, /"field":"\/reason"/],
      ['vera', attest, 403, /may not/],
      ['ada', attest, 403, /may not/],
      ['otto', { ...attest, statement: 'east is down' }, 409, /Type exactly: east is off/],
      ['otto', { ...attest, kind: 'attest-source-off', statement: 'west is off' }, 409, /attest-source-off is not possible now/],
      ['otto', { kind: 'retry', step: 'claim', reason: 'once more' }, 409, /claim is not held; swap-roles is/],
      ['ada', { kind: 'approve', reason: 'the window is open' }, 409, /approve is not possible now/],
    ];
    for (const [who, body, status, said] of wrong) expect(await decide(who, body)).toMatchObject({ status, text: expect.stringMatching(said) });
    expect(await decide('otto', attest, run)).toMatchObject({ status: 409, text: expect.stringMatching(/is over/) });
    expect(await decide('otto', attest, 'orders-19990101T000000Z-aaaaaa')).toMatchObject({ status: 404 });
    expect((await until(id, 'be held still', ({ status }) => status?.phase === 'held')).status).toMatchObject({ line: 'crossing', decisions: [] });

    expect(await decide('otto', attest)).toMatchObject({ status: 200 });
    const { status } = await until(id, 'wait for another', ({ status: now }) => now?.decisions.length === 1);
    expect(status?.held?.choices).toContainEqual(expect.objectContaining({ choice: attest.kind, attestedBy: [nameOf('otto')] }));
    expect(await decide('otto', attest)).toMatchObject({ status: 409, text: expect.stringMatching(/otto has attested already; somebody else must/) });
    expect(await decide('olga', attest)).toMatchObject({ status: 200 });
    const { outcome: ends, status: last } = await until(id, 'end', ({ outcome: how }) => how !== null);
    expect({ ends, by: last?.decisions.map(({ kind, by, verified }) => [kind, by, verified]) }).toEqual({ ends: 'undone', by: [[attest.kind, nameOf('otto'), true], [attest.kind, nameOf('olga'), true]] });
    await setVvr('west', { migrateFailRemote: false });
    await setRole('east', 'secondary');
    await expectServedBy(scenario.now, 'west');
  }, 2 * RUN_MS);
});

describe('Afterwards', () => {
  test('every filter is one that Temporal understands', async () => {
    const queries = [...phase.options.map((one) => `phase=${one}`), ...outcome.options.map((one) => `outcome=${one}`), 'site=west', 'since=2026-01-01T00:00:00Z'];
    const found: Record<string, number> = {};
    for (const query of queries) {
      const { status, json } = await ask(`/v1/runs?${query}`, { as: 'vera' });
      expect({ query, status }).toEqual({ query, status: 200 });
      found[query] = (json['runs'] as unknown[]).length;
    }
    expect(Object.entries(found).filter(([, many]) => many > 0)).toEqual(expect.arrayContaining([['outcome=completed', 1], ['outcome=refused', 1], ['outcome=undone', 2], ['site=west', 4]]));
    expect(found['outcome=failed']).toBe(0);
  });

  test('the record names who asked and who approved, and the report tells it', async () => {
    const record = await waitFor(async () => {
      const { status, json } = await ask(`/v1/runs/${run}/record`, { as: 'vera' });
      return status === 200 && (json['summary'] as { outcome: string | null }).outcome !== null ? json : undefined;
    }, { what: 'the record to be complete', deadlineMs: 30_000 });
    expect(record).toMatchObject({ ok: true, summary: { requestedBy: nameOf('otto'), verified: true, via: 'api', outcome: 'completed' } });
    expect(record['entries']).toContainEqual(expect.objectContaining({ fact: expect.objectContaining({ kind: 'decision', decision: expect.objectContaining({ kind: 'approve', by: nameOf('ada'), verified: true, via: 'api' }) }) }));
    const report = await ask(`/v1/runs/${run}/report`, { as: 'vera' });
    expect(report.status).toBe(200);
    for (const said of ['orders: east → west', 'the window is open', nameOf('ada')]) expect(report.text).toContain(said);
    expect((await ask(`/v1/runs/${run}/report`, { as: 'nora' })).status).toBe(403);
    expect((await ask('/v1/records?plan=orders', { as: 'vera' })).json).toMatchObject({ runs: expect.arrayContaining([expect.objectContaining({ run, outcome: 'completed' })]) });
  });

  test('its log is lines with run ids, and its numbers can be scraped', async () => {
    const lines = api.log.split('\n').filter((line) => line.includes(` run=${run} `));
    expect(lines.length).toBeGreaterThan(10);
    expect(lines).toContainEqual(expect.stringMatching(new RegExp(`who=${nameOf('ada')} from=127.0.0.1 status=200 ms=\\d+ POST /v1/runs/${run}/decisions$`)));
    const metrics = await (await fetch(`${api.url}/metrics`)).text();
    expect(metrics).toMatch(/changeover_api_request_duration_seconds_count\{method="GET",route="\/v1\/runs\/:run",status="200"\} \d+/);
    expect((await fetch(`${api.url}/readyz`)).status).toBe(200);
  });

  test('no answer, no line, no history and no record holds a secret of the lab or a token of who asked', async () => {
    const printed = { answers: answered.join('\n'), log: api.log, histories: await histories() };
    await expectNoSecret(journalFiles(), printed);
    for (const [where, text] of Object.entries(printed)) expect({ where, holds: people.whose(text) }).toEqual({ where, holds: [] });
  });

  test('nothing was lost', async () => {
    expect(await scenario.now.judge('west')).toMatchObject(nothingLost);
  });
});
