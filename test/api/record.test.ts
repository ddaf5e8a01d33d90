import { createGate } from '../../src/api/gate.js';
import { ChangeoverError } from '../../src/domain/errors.js';
import { ask, served, tokens, type Served } from './support/serving.js';

let at: Served;
beforeEach(async () => {
  at = await served();
});
afterEach(() => at.app.close());

const vera = { as: tokens.vera };

describe('The record of a run', () => {
  test('is given with every entry and whether it is as it was written', async () => {
    await at.verbs.keeps('orders-1');
    const { status, json } = await ask(at, '/v1/runs/orders-1/record', vera);
    expect({ status, json }).toMatchObject({
      status: 200,
      json: { ok: true, findings: [], summary: { run: 'orders-1', requestedBy: 'ann', outcome: 'completed' }, entries: [{ sequence: 1, fact: { kind: 'request' } }, { sequence: 2, fact: { kind: 'outcome' } }], ledgerHead: { entries: 1 } },
    });
  });

  test('is there when Temporal is not, and never asks it', async () => {
    await at.verbs.keeps('orders-1');
    at.verbs.instead.run = () => {
      throw new ChangeoverError('Unreachable', 'Temporal does not answer.');
    };
    expect((await ask(at, '/v1/runs/orders-1', vera)).status).toBe(503);
    for (const path of ['/v1/runs/orders-1/record', '/v1/runs/orders-1/report', '/v1/records']) expect({ path, status: (await ask(at, path, vera)).status }).toEqual({ path, status: 200 });
  });

  test('that is not there is 404, and an id that leads elsewhere is none', async () => {
    expect(await ask(at, '/v1/runs/orders-2/record', vera)).toMatchObject({ status: 404, json: { code: 'NotFound' } });
    for (const run of ['..%2Fledger', 'x'.repeat(301)]) expect({ run, status: (await ask(at, `/v1/runs/${run}/record`, vera)).status }).toEqual({ run, status: 400 });
  });

  test('is for those who may look at the plan that it is about', async () => {
    await at.verbs.keeps('shop-1', { namespace: 'trade', name: 'shop' });
    const asked: unknown[] = [];
    const gate = createGate({
      identify: (token) => at.access.identify(token),
      async allows(_, action) {
        asked.push(action);
        return false;
      },
    });
    const guarded = await served({ gate, verbs: at.verbs });
    for (const part of ['record', 'report']) expect(await ask(guarded, `/v1/runs/shop-1/${part}`, vera)).toMatchObject({ status: 403, json: { detail: 'vera may not get runs.changeover.io for the plan trade/shop.' } });
    await guarded.app.close();
    const plan = { namespace: 'trade', name: 'shop' };
    expect(asked).toEqual([{ verb: 'get', plan }, { verb: 'get', plan }]);
  });
});

describe('The report of a run', () => {
  test('is one page that runs nothing, whatever people wrote, or Markdown', async () => {
    await at.verbs.keeps('orders-1', undefined, '<script>alert(1)</script>');
    const page = await ask(at, '/v1/runs/orders-1/report', vera);
    expect(page.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'content-security-policy': expect.stringMatching(/default-src 'none'.*sandbox/), 'x-content-type-options': 'nosniff' });
    expect(page.text).toContain('orders: east → west');
    expect(page.text).not.toContain('<script>');
    const text = await ask(at, '/v1/runs/orders-1/report?format=markdown', vera);
    expect(text.headers).toMatchObject({ 'content-type': 'text/markdown; charset=utf-8', 'content-disposition': 'inline; filename="orders-1.md"' });
    expect(text.text).toContain('# orders: east → west');
    expect(await ask(at, '/v1/runs/orders-1/report?format=pdf', vera)).toMatchObject({ status: 400, json: { errors: [{ in: 'query', field: 'format' }] } });
  });
});

describe('The list of records', () => {
  test('names those of a plan, as many as wanted', async () => {
    await at.verbs.keeps('orders-1');
    await at.verbs.keeps('shop-1', { namespace: 'infoscale-vtas', name: 'shop' });
    await at.verbs.keeps('orders-2');
    const runs = async (query: string) => ((await ask(at, `/v1/records${query}`, vera)).json['runs'] as { run: string }[]).map(({ run }) => run).toSorted();
    expect(await runs('')).toEqual(['orders-1', 'orders-2', 'shop-1']);
    expect(await runs('?plan=orders')).toEqual(['orders-1', 'orders-2']);
    expect(await runs('?plan=orders&limit=1')).toEqual(['orders-2']);
  });
});
