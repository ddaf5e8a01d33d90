import { request } from 'node:http';
import { openGate } from '../../src/api/gate.js';
import { assertSafe } from '../../src/api/serve.js';
import { apiSettings } from '../../src/settings/api.js';
import { errorOf } from '../cli/support.js';
import { ask, aRun, served, tokens, type Served } from './support/serving.js';

describe('Whoever has no role', () => {
  let at: Served;
  beforeAll(async () => {
    at = await served();
    await at.verbs.keeps('orders-1');
  });
  afterAll(() => at.app.close());

  const decision = { kind: 'ack', reason: 'x' };
  const everything: readonly (readonly [string, string, unknown?])[] = [
    ['GET', '/v1/runs'], ['POST', '/v1/runs', aRun], ['GET', '/v1/runs/orders-1'], ['GET', '/v1/runs/orders-1/events'], ['POST', '/v1/runs/orders-1/decisions', decision],
    ['POST', '/v1/preflight', { plan: 'orders', target: 'west' }], ['GET', '/v1/plans'], ['GET', '/v1/plans/orders'], ['GET', '/v1/sites'],
    ['GET', '/v1/runs/orders-1/record'], ['GET', '/v1/runs/orders-1/report'], ['GET', '/v1/records'],
    ['GET', '/v1/plans/orders/recovery'], ['POST', '/v1/plans/orders/recovery', { run: 'orders-1', way: 'undo', reason: 'x' }],
  ];

  test('is let in nowhere, and these are all the ways in', async () => {
    for (const [method, path, body] of everything) {
      expect({ path, ...(await ask(at, path, { method: method as 'GET', as: tokens.nobody, body })) }).toMatchObject({ path, status: 403, json: { code: 'NotAllowed' } });
      expect({ path, ...(await ask(at, path, { method: method as 'GET', as: null, body })) }).toMatchObject({ path, status: 401 });
    }
    const documented = Object.entries(at.app.swagger().paths ?? {}).flatMap(([path, methods]) => Object.keys(methods ?? {}).map((method) => `${method.toUpperCase()} ${path}`));
    const tried = everything.map(([method, path]) => `${method} ${path.replace('orders-1', '{run}').replace('/plans/orders', '/plans/{plan}')}`);
    expect(documented.filter((one) => one.includes('/v1/')).toSorted()).toEqual(tried.toSorted());
    expect(at.verbs.started).toEqual([]);
    expect(at.verbs.decided).toEqual([]);
    expect(at.verbs.recovered).toEqual([]);
  });

  test('may watch as a viewer, decide as an operator, approve as an approver, and no more', async () => {
    const may = async (as: string, kind: string) => (await ask(at, '/v1/runs/orders-1/decisions', { as, body: { kind, reason: 'x' } })).status;
    expect(await may(tokens.vera, 'ack')).toBe(403);
    expect(await may(tokens.otto, 'ack')).toBe(200);
    expect(await may(tokens.otto, 'approve')).toBe(403);
    expect(await may(tokens.ada, 'approve')).toBe(200);
    expect(await may(tokens.ada, 'reject')).toBe(200);
    expect(await may(tokens.ada, 'cancel')).toBe(403);
    expect((await ask(at, '/v1/runs', { as: tokens.ada, body: aRun })).status).toBe(403);
  });

  test('gets no yes while nobody can say who it is', async () => {
    at.access.away = true;
    expect(await ask(at, '/v1/runs')).toMatchObject({ status: 503, json: { code: 'Unreachable' } });
    at.access.away = false;
  });

  test('is let to health, metrics and the document, which say nothing of runs', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics', '/openapi.json']) {
      const answer = await ask(at, path, { as: null });
      expect(answer.status).toBe(200);
      expect(answer.text).not.toContain('orders-1');
    }
    expect((await ask(at, '/metrics', { as: null })).text).toMatch(/changeover_api_problems_total\{code="NotAllowed"\} \d+/);
    expect((await ask(at, '/v2/runs', { as: null })).json).toMatchObject({ code: 'NotFound', detail: 'There is no GET /v2/runs.' });
    at.verbs.instead.ready = () => {
      throw new Error('no Temporal at 10.0.0.1');
    };
    expect(await ask(at, '/readyz', { as: null })).toMatchObject({ status: 503, json: { detail: 'Temporal does not answer.' } });
  });
});

describe('Without authentication', () => {
  test('everybody on this machine is the one who started it, unverified, but not under a foreign host name', async () => {
    const at = await served({ gate: openGate('ann') });
    expect((await ask(at, '/v1/runs', { as: null, body: aRun })).status).toBe(202);
    expect(at.verbs.started[0]?.requestedBy).toEqual({ name: 'ann', verified: false, via: 'api' });
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request(`${at.url}/v1/runs`, { headers: { host: 'rebound.example.test' } }, (answer) => resolve(answer.resume().statusCode)).on('error', reject).end();
    });
    expect(status).toBe(403);
    await at.app.close();
  });

  const kubernetes = { kind: 'kubernetes', site: 'east' };
  const starts: readonly (readonly [string, unknown, boolean, RegExp | null])[] = [
    ['on loopback, asked for by name', {}, true, null],
    ['on IPv6 loopback, asked for by name', { listen: '[::1]:8480' }, true, null],
    ['on loopback, not asked for', {}, false, /--insecure-loopback/],
    ['on every address, asked for by name', { listen: '0.0.0.0:8480' }, true, /loopback only/],
    ['under a name that may mean any address', { listen: 'api.example.test:8480' }, true, /loopback only/],
    ['asked for beside authentication', { authentication: kubernetes }, true, /contradict/],
    ['not asked for, with authentication on loopback', { authentication: kubernetes }, false, null],
    ['not asked for, with authentication in the clear', { listen: '0.0.0.0:8480', authentication: kubernetes }, false, /in the clear/],
    ['not asked for, with authentication and TLS', { listen: '0.0.0.0:8480', authentication: kubernetes, tls: { certificate: 'c', key: 'k' } }, false, null],
    ['not asked for, with authentication behind a proxy', { listen: '0.0.0.0:8480', authentication: kubernetes, behindProxy: true }, false, null],
    ['with a site that is not there', { authentication: { kind: 'kubernetes', site: 'north' } }, false, /no site north/],
  ];
  test.each(starts)('%s: it starts only where it is closed to others', (_, settings, insecure, reason) => {
    const start = () => assertSafe(apiSettings.parse(settings), insecure, ['east', 'west']);
    const said = reason === null ? (start(), []) : errorOf(start).reasons;
    const fits = said.map((line) => reason?.test(line) ?? false);
    expect(fits).toEqual(reason === null ? [] : [true]);
  });
});
