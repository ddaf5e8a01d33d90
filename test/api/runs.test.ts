import { createGate } from '../../src/api/gate.js';
import { createLog } from '../../src/logging/log.js';
import { MemoryAccess } from '../../src/drivers/memory/access.js';
import { ask, aRun, limits, served, tokens, type Served } from './support/serving.js';
import { aRow } from './support/fake-verbs.js';
import { ChangeoverError } from '../../src/domain/errors.js';

let at: Served;
beforeEach(async () => {
  at = await served();
});
afterEach(() => at.app.close());

describe('Starting a run', () => {
  test('is accepted with the place where it is found, and asked for by whom the token names', async () => {
    const answer = await ask(at, '/v1/runs', { body: aRun });
    expect(answer.status).toBe(202);
    const { run } = answer.json;
    expect(answer.headers['location']).toBe(`/v1/runs/${String(run)}`);
    expect(answer.json).toMatchObject({ repeated: false, links: { self: `/v1/runs/${String(run)}` } });
    expect(at.verbs.started).toMatchObject([
      { run, unit: { namespace: 'infoscale-vtas', name: 'shop' }, target: 'west', expectedPrimary: 'east', sites: ['east', 'west'], reason: 'power works', requestedBy: { name: 'otto', verified: true, via: 'api' }, options: { waitForTtl: true, approval: null } },
    ]);
  });

  test('takes options over the configured ones', async () => {
    const options = { outageBudgetMs: 5000, waitForTtl: false, approval: { approvers: ['ada'] }, probes: ['https://{address}:8443/healthz', 'http://[{address}]/'] };
    expect((await ask(at, '/v1/runs', { body: { ...aRun, options } })).status).toBe(202);
    expect(at.verbs.started[0]?.options).toMatchObject({ outageBudgetMs: 5000, waitForTtl: false, approval: { approvers: ['ada'], expiresAfterMs: 3_600_000 }, shortTtlSeconds: 1, probes: options.probes });
  });

  test('with the same key and body again is the same run, and with another body a mistake', async () => {
    const headers = { 'idempotency-key': 'k1' };
    const first = await ask(at, '/v1/runs', { body: aRun, headers });
    const again = await ask(at, '/v1/runs', { body: { ...aRun }, headers });
    expect(again.status).toBe(202);
    expect(again.json).toMatchObject({ run: first.json['run'], repeated: true });
    expect(at.verbs.started).toHaveLength(1);
    const other = await ask(at, '/v1/runs', { body: { ...aRun, plan: 'books' }, headers });
    expect(other.status).toBe(422);
    expect(other.json).toMatchObject({ code: 'KeyReused' });
    expect(at.verbs.started).toHaveLength(1);
  });

  test('with a key that another person used is another run', async () => {
    const two = { identity: { name: 'olga', groups: [], verified: true }, roles: ['operator'] as const };
    await at.app.close();
    at = await served({ gate: createGate(new MemoryAccess({ a: { ...two, identity: { ...two.identity, name: 'otto' } }, b: two })) });
    const headers = { 'idempotency-key': 'k1' };
    expect((await ask(at, '/v1/runs', { as: 'a', body: aRun, headers })).status).toBe(202);
    expect((await ask(at, '/v1/runs', { as: 'b', body: { ...aRun, plan: 'books' }, headers })).status).toBe(202);
  });

  test('while another run of the plan is at work names that run', async () => {
    const answer = await ask(at, '/v1/runs', { body: { ...aRun, plan: 'orders' } });
    expect(answer.status).toBe(409);
    expect(answer.json).toMatchObject({ code: 'Busy', run: 'orders-1', detail: 'Run orders-1 of orders is at work; no other was started.', advice: expect.any(String) });
  });
});

describe('The list of runs', () => {
  test('comes in pages that a cursor continues, and never asks a run', async () => {
    at.verbs.rows = Array.from({ length: 5 }, (_, n) => aRow({ run: `orders-${n}` }));
    const first = await ask(at, '/v1/runs?limit=2');
    expect(first.json).toMatchObject({ runs: [{ run: 'orders-0', links: { self: '/v1/runs/orders-0' } }, { run: 'orders-1' }] });
    const second = await ask(at, `/v1/runs?limit=2&cursor=${String(first.json['next'])}`);
    const third = await ask(at, `/v1/runs?limit=2&cursor=${String(second.json['next'])}`);
    expect(third.json).toMatchObject({ runs: [{ run: 'orders-4' }], next: null });
    expect(at.verbs.asked).toBe(0);
  });

  test('is filtered, and a cursor of another filter is refused', async () => {
    at.verbs.rows = [aRow({ run: 'a', plan: 'shop' }), aRow({ run: 'b' }), aRow({ run: 'c' })];
    const page = await ask(at, '/v1/runs?plan=orders&limit=1');
    expect(page.json).toMatchObject({ runs: [{ run: 'b' }] });
    const wrong = await ask(at, `/v1/runs?limit=1&cursor=${String(page.json['next'])}`);
    expect(wrong).toMatchObject({ status: 400, json: { errors: [{ in: 'query', field: 'cursor' }] } });
  });
});

describe('One run', () => {
  test('is shown with its steps, its sentences and what can be decided', async () => {
    const answer = await ask(at, '/v1/runs/orders-1', { as: tokens.vera });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      run: 'orders-1', plan: 'orders', unavailable: null,
      status: { steps: [{ name: 'claim', state: 'done' }] },
      screen: { service: 'The application serves; east can write.' },
      decisions: [{ kind: 'pause' }, { kind: 'cancel', effect: 'Everything is undone.' }, { kind: 'ack' }],
    });
  });

  test('that does not answer is shown as far as it is known', async () => {
    at.verbs.instead.status = () => {
      throw new ChangeoverError('Unreachable', 'The run of orders does not answer.');
    };
    const answer = await ask(at, '/v1/runs/orders-1');
    expect(answer).toMatchObject({ status: 200, json: { run: 'orders-1', status: null, screen: null, decisions: [], unavailable: 'The run of orders does not answer.' } });
  });

  test('that nobody knows is not found', async () => {
    expect(await ask(at, '/v1/runs/orders-9')).toMatchObject({ status: 404, json: { code: 'NotFound', status: 404, type: 'tag:changeover.io,2026:errors/NotFound' } });
  });
});

describe('What is there', () => {
  test('is shown: plans, one plan, sites', async () => {
    expect(await ask(at, '/v1/plans', { as: tokens.vera })).toMatchObject({ status: 200, json: { plans: [{ plan: 'orders', openRun: 'orders-1' }] } });
    expect(await ask(at, '/v1/plans/orders')).toMatchObject({ status: 200, json: { plan: 'orders' } });
    expect(await ask(at, '/v1/plans/orders?namespace=elsewhere')).toMatchObject({ status: 404 });
    expect(await ask(at, '/v1/sites')).toMatchObject({ status: 200, json: { sites: [{ site: 'east', workers: ['worker@host'] }] } });
  });

  test('a preflight says every reason, and starts nothing', async () => {
    const answer = await ask(at, '/v1/preflight', { body: { plan: 'orders', target: 'west' } });
    expect(answer).toMatchObject({ status: 200, json: { passed: false, reasons: ['The link is down.'], status: { phase: 'refused' } } });
    expect(at.verbs.started).toEqual([]);
  });
});

describe('A run whose workflow is gone', () => {
  const way = { run: 'orders-1', way: 'undo', reason: 'the wrong button' };

  test('is looked at, and taken up in the name of whom the token names', async () => {
    expect(await ask(at, '/v1/plans/orders/recovery', { as: tokens.vera })).toMatchObject({ status: 200, json: { run: 'orders-1', advice: { kind: 'open', ways: ['undo'] } } });
    const answer = await ask(at, '/v1/plans/orders/recovery', { body: way });
    expect(answer).toMatchObject({ status: 202, json: { run: 'orders-1', repeated: false, links: { self: '/v1/runs/orders-1' } } });
    expect(answer.headers['location']).toBe('/v1/runs/orders-1');
    expect(at.verbs.recovered).toMatchObject([{ ...way, unit: { namespace: 'infoscale-vtas', name: 'orders' }, sites: ['east', 'west'], requestedBy: { name: 'otto', verified: true, via: 'api' } }]);
  });

  test('is taken up by nobody who may not start runs, under no other name, without a reason, or on a way that is none', async () => {
    expect(await ask(at, '/v1/plans/orders/recovery', { as: tokens.vera, body: way })).toMatchObject({ status: 403, json: { code: 'NotAllowed' } });
    expect(await ask(at, '/v1/plans/orders/recovery', { body: { ...way, run: 'orders-0' } })).toMatchObject({ status: 409, json: { code: 'Refused', detail: 'The records name run orders-1, not orders-0. Nothing was changed.' } });
    expect(await ask(at, '/v1/plans/orders/recovery', { body: { ...way, reason: ' ', way: 'sideways', requestedBy: 'ann' } })).toMatchObject({ status: 400, json: { errors: expect.arrayContaining([expect.objectContaining({ field: '/reason' }), expect.objectContaining({ field: '/way' })]) } });
    expect(at.verbs.recovered).toEqual([]);
  });
});

describe('Limits', () => {
  test('on the body, the kind of body and the number of requests are kept', async () => {
    expect(await ask(at, '/v1/runs', { body: { ...aRun, reason: 'x'.repeat(70_000) } })).toMatchObject({ status: 413, json: { code: 'Invalid' } });
    expect(await ask(at, '/v1/runs', { body: 'procedure=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } })).toMatchObject({ status: 415 });
    expect(await ask(at, '/v1/runs', { body: '{"procedure":' })).toMatchObject({ status: 400, json: { detail: 'The request cannot be read: is the body JSON?' } });
    await at.app.close();
    at = await served({ limits: limits({ requestsPerMinute: 2 }) });
    await ask(at, '/v1/sites');
    await ask(at, '/v1/sites');
    const third = await ask(at, '/v1/sites');
    expect(third).toMatchObject({ status: 429, json: { code: 'Throttled' } });
    expect(Number(third.headers['retry-after'])).toBeGreaterThan(0);
    expect((await ask(at, '/healthz', { as: null })).status).toBe(200);
  });

  test('on the time of an answer are kept, and it is said that it may still happen', async () => {
    await at.app.close();
    at = await served({ limits: limits({ answerMs: 100 }) });
    at.verbs.instead.sites = () => new Promise<never>(() => {});
    at.verbs.instead.start = () => new Promise<never>(() => {});
    for (const body of [undefined, aRun]) {
      const answer = await ask(at, body === undefined ? '/v1/sites' : '/v1/runs', { body });
      expect(answer).toMatchObject({ status: 503, json: { code: 'Unreachable', detail: expect.stringContaining('may still happen') } });
      expect(answer.headers['retry-after']).toBe('5');
    }
  });
});

describe('An unexpected failure', () => {
  test('says nothing of itself but the id under which it stands in the log', async () => {
    const lines: string[] = [];
    await at.app.close();
    at = await served({ log: createLog({ format: 'json', level: 'info' }, (line) => lines.push(line)) });
    at.verbs.instead.sites = () => {
      throw new Error('internal: password=hunter2');
    };
    const answer = await ask(at, '/v1/sites', { headers: { 'x-request-id': 'abc-1' } });
    expect(answer).toMatchObject({ status: 500, json: { code: 'Bug', detail: 'Something happened that the program does not know.', requestId: 'abc-1' } });
    expect(answer.headers['x-request-id']).toBe('abc-1');
    expect(answer.text).not.toContain('hunter2');
    await at.app.close();
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ level: 'error', message: 'GET /v1/sites', request: 'abc-1', who: 'otto', status: 500, code: 'Bug', cause: 'internal: password=[redacted]' }]);
  });
});

describe('The log', () => {
  test('has one line a request with who asked and which run it was about, and never a token, a query or a body', async () => {
    const lines: string[] = [];
    await at.app.close();
    at = await served({ log: createLog({ format: 'json', level: 'info' }, (line) => lines.push(line)) });
    const started = await ask(at, '/v1/runs', { body: { ...aRun, reason: 'a reason of mine' }, headers: { 'idempotency-key': 'my-key' } });
    await ask(at, '/v1/runs/orders-1?surprise=mine', { as: tokens.vera });
    await ask(at, '/healthz', { as: null });
    await ask(at, '/v1/sites', { as: 'wrong-token-of-somebody' });
    // A line is written when the answer has left.
    await at.app.close();
    const run = started.json['run'];
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { level: 'info', message: 'POST /v1/runs', who: 'otto', run, status: 202 },
      { level: 'info', message: 'GET /v1/runs/orders-1', who: 'vera', run: 'orders-1', status: 400, code: 'Invalid' },
      { level: 'info', message: 'GET /v1/sites', status: 401, code: 'Unauthenticated' },
    ]);
    expect(lines.join('')).not.toMatch(/mine|my-key|wrong-token|views|operates/);
  });
});
