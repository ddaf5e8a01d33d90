import type { z } from 'zod';
import { apiDocument } from '../../src/api/document.js';
import * as views from '../../src/api/schemas/views.js';
import { ChangeoverError } from '../../src/domain/errors.js';
import { aRow, TEMPORAL_RUN } from './support/fake-verbs.js';
import { committed, document } from './support/openapi.js';
import { ask, aRun, limits, served, tokens, type Asked, type Served } from './support/serving.js';

const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));

describe('The OpenAPI document', () => {
  test('is as the code makes it (npm run generate)', async () => {
    expect((await apiDocument()).text).toBe(committed);
  });

  test('is of version 3.1, refers to nothing that is missing, and names each operation once', () => {
    expect(document.openapi).toBe('3.1.0');
    const referred = [...committed.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map((found) => found[1] ?? '');
    expect(referred.filter((name) => document.components.schemas[name] === undefined)).toEqual([]);
    const names = operations.map(({ operationId }) => operationId);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});

/** One request for each operation that is answered well, and what the answer must look like. */
const well: Readonly<Record<string, { readonly path: string; readonly asked?: Asked; readonly status: number; readonly schema?: z.ZodType }>> = {
  startRun: { path: '/v1/runs', asked: { body: aRun }, status: 202, schema: views.accepted },
  listRuns: { path: '/v1/runs', status: 200, schema: views.runsPage },
  getRun: { path: '/v1/runs/orders-1', status: 200, schema: views.run },
  decide: { path: '/v1/runs/orders-1/decisions', asked: { body: { kind: 'ack', reason: 'x' } }, status: 200, schema: views.decisionRecord },
  followRun: { path: '/v1/runs/orders-1/events', status: 200 },
  listRecords: { path: '/v1/records', status: 200, schema: views.pastRuns },
  getRecord: { path: '/v1/runs/orders-1/record', status: 200, schema: views.runRecord },
  getReport: { path: '/v1/runs/orders-1/report', status: 200 },
  preflight: { path: '/v1/preflight', asked: { body: { plan: 'orders', target: 'west' } }, status: 200, schema: views.preflightResult },
  assessRecovery: { path: '/v1/plans/orders/recovery', status: 200, schema: views.assessment },
  recoverRun: { path: '/v1/plans/orders/recovery', asked: { body: { run: 'orders-1', way: 'undo', reason: 'x' } }, status: 202, schema: views.accepted },
  listPlans: { path: '/v1/plans', status: 200, schema: views.plans },
  getPlan: { path: '/v1/plans/orders', status: 200, schema: views.plan },
  listSites: { path: '/v1/sites', status: 200, schema: views.sites },
  health: { path: '/healthz', asked: { as: null }, status: 200, schema: views.health },
  ready: { path: '/readyz', asked: { as: null }, status: 200, schema: views.health },
  metrics: { path: '/metrics', asked: { as: null }, status: 200 },
};

const over = { phase: 'completed' as const, endedAt: '2026-03-01T03:01:00.000Z' };

function fail(at: Served, error: Error): void {
  for (const verb of ['start', 'preflight', 'runs', 'run', 'decide', 'plans', 'sites', 'ready', 'record', 'pastRuns', 'assess', 'recover'] as const) {
    at.verbs.instead[verb] = () => {
      throw error;
    };
  }
}

/** How each documented problem is brought about, for whichever operation has it. */
const badly: Readonly<Record<string, (at: Served, operation: string) => { readonly path?: string; readonly asked?: Asked }>> = {
  204: (at) => {
    at.verbs.rows = [aRow({ closedAt: over.endedAt })];
    return { asked: { headers: { 'last-event-id': `${TEMPORAL_RUN}.9` } } };
  },
  400: (_, operation) => ({ path: `${well[operation]?.path ?? ''}?surprise=1` }),
  401: () => ({ asked: { as: null } }),
  403: () => ({ asked: { as: tokens.nobody } }),
  404: (_, operation) => ({ path: (well[operation]?.path ?? '').replace(/orders(-1)?/, 'nothing') }),
  409: (at, operation) => {
    at.verbs.instead.decide = () => {
      throw new ChangeoverError('Refused', 'not now');
    };
    if (operation === 'recoverRun') return { asked: { body: { run: 'orders-0', way: 'undo', reason: 'x' } } };
    return operation === 'startRun' ? { asked: { body: { ...aRun, plan: 'orders' } } } : {};
  },
  413: () => ({ asked: { body: { reason: 'x'.repeat(70_000) } } }),
  415: () => ({ asked: { body: 'x', headers: { 'content-type': 'text/csv' } } }),
  422: (at) => {
    const reused = (): never => {
      throw new ChangeoverError('KeyReused', 'used before');
    };
    at.verbs.instead.start = reused;
    at.verbs.instead.decide = reused;
    return {};
  },
  500: (at) => {
    fail(at, new Error('unexpected'));
    return {};
  },
  503: (at) => {
    fail(at, new ChangeoverError('Unreachable', 'Temporal does not answer.'));
    return {};
  },
};

describe('Every documented answer is given:', () => {
  const documented = operations.flatMap(({ operationId, responses }) => Object.keys(responses).map((status) => [operationId, Number(status)] as const));

  test.each(documented)('%s with %i', async (operation, status) => {
    const at = await served(status === 429 ? { limits: limits({ requestsPerMinute: 1 }) } : {});
    try {
      at.verbs.changes(9, over);
      await at.verbs.keeps('orders-1');
      const right = well[operation];
      if (right === undefined) throw new Error(`there is no request for ${operation}`);
      const { path = right.path, asked = {} } = right.status === status ? {} : (badly[status]?.(at, operation) ?? {});
      if (status === 429) await ask(at, '/v1/sites');
      const answer = await ask(at, path, { ...right.asked, ...asked });
      expect({ status: answer.status, text: answer.text }).toMatchObject({ status });
      const { content } = operations.find((one) => one.operationId === operation)?.responses[status] ?? {};
      const type = answer.headers['content-type']?.split(';')[0];
      expect([type ?? 'none', 'none']).toContain(status === 204 ? 'none' : Object.keys(content ?? {})[0]);
      const schema = status === right.status ? right.schema : status >= 400 ? views.problem : undefined;
      expect(schema?.safeParse(answer.json).error?.issues ?? []).toEqual([]);
    } finally {
      await at.app.close();
    }
  });
});
