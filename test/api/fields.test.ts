import { z } from 'zod';
import { newDecision, newPreflight, newRun, type runsQuery } from '../../src/api/schemas/requests.js';
import { ask, aRun, served, type Served } from './support/serving.js';

let at: Served;
beforeAll(async () => {
  at = await served();
});
afterAll(() => at.app.close());

interface Node {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly additionalProperties?: Node | boolean;
  readonly propertyNames?: Node;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
}

interface Wrong {
  readonly at: readonly string[];
  readonly value: unknown;
  readonly why: string;
}

/** Of another type than every schema here wants at this place. */
const otherType: Readonly<Record<string, unknown>> = { string: 7, integer: 'seven', number: 'seven', boolean: 'yes', array: 'x', object: 'x' };

/** The schema with its named parts in their places. */
function whole(schema: z.ZodType): Node {
  const { $defs = {}, ...top } = z.toJSONSchema(schema, { io: 'input' }) as Node & { $defs?: Record<string, Node> };
  const place = (node: Node): Node => {
    const found = node.$ref === undefined ? node : ($defs[node.$ref.split('/').at(-1) ?? ''] ?? top);
    const properties = Object.fromEntries(Object.entries(found.properties ?? {}).map(([name, inner]) => [name, place(inner)]));
    return { ...found, ...(found.properties === undefined ? {} : { properties }), ...(found.items === undefined ? {} : { items: place(found.items) }) };
  };
  return place(top);
}

/** Every way in which each field of a schema can be wrong by itself. */
function wrongs(node: Node, path: readonly string[] = []): readonly Wrong[] {
  const own: Wrong[] = [];
  const add = (value: unknown, why: string) => own.push({ at: path, value, why });
  if (path.length > 0) {
    add(null, 'null');
    if (node.type !== undefined) add(otherType[node.type], `no ${node.type}`);
    if (node.enum !== undefined || node.const !== undefined) add('another-word', 'another word');
    if (node.minimum !== undefined) add(node.minimum - 1, 'too small');
    if (node.maximum !== undefined) add(node.maximum + 1, 'too large');
    if (node.type === 'integer') add((node.minimum ?? 0) + 0.5, 'no whole number');
    if (node.maxLength !== undefined) add('x'.repeat(node.maxLength + 1), 'too long');
    if (node.minLength !== undefined && node.minLength > 0) add('', 'empty');
    if (node.pattern !== undefined && !new RegExp(node.pattern).test(' ')) add(' ', 'only a blank');
    if (node.minItems !== undefined && node.minItems > 0) add([], 'an empty list');
    if (node.maxItems !== undefined) add(Array.from({ length: node.maxItems + 1 }, () => 'x'), 'too many');
  }
  if (node.properties !== undefined) {
    own.push({ at: [...path, 'surprise'], value: 1, why: 'no field of ours' });
    for (const name of node.required ?? []) if (node.properties[name]?.type !== undefined) own.push({ at: [...path, name], value: undefined, why: 'missing' });
  }
  if (node.propertyNames !== undefined) own.push({ at: [...path, 'Not A Name'], value: 'x', why: 'named otherwise' });
  const below = Object.entries(node.properties ?? {}).flatMap(([name, inner]) => wrongs(inner, [...path, name]));
  const named = node.propertyNames !== undefined && typeof node.additionalProperties === 'object' ? wrongs(node.additionalProperties, [...path, 'a-name']) : [];
  return [...own, ...below, ...named, ...(node.items === undefined ? [] : wrongs(node.items, [...path, '0']))];
}

function withField(body: unknown, [first, ...rest]: readonly string[], value: unknown): unknown {
  if (first === undefined) return value;
  if (Array.isArray(body)) return rest.length === 0 ? [value] : [withField(body[0] ?? {}, rest, value)];
  const fields = (body ?? (first === '0' ? [] : {})) as Record<string, unknown>;
  return Array.isArray(fields) ? [withField(fields[0], rest, value)] : { ...fields, [first]: withField(fields[first], rest, value) };
}

const options = { outageBudgetMs: 5000, approval: { approvers: ['ada'], expiresAfterMs: 5000 }, probePorts: [8080], probes: ['http://{address}/'] };
const bodies: readonly (readonly [string, string, z.ZodType, Record<string, unknown>])[] = [
  ['a new run', '/v1/runs', newRun, { ...aRun, namespace: 'dr', options }],
  ['a preflight', '/v1/preflight', newPreflight, { plan: 'orders', namespace: 'dr', target: 'west', expectedPrimary: 'east', options }],
  ['a decision', '/v1/runs/orders-1/decisions', newDecision, { kind: 'ack', step: 'swap-roles', reason: 'x', statement: 'x', id: 'a1' }],
];
const cases = bodies.flatMap(([what, path, schema, right]) =>
  wrongs(whole(schema)).map((wrong) => [`${what}: /${wrong.at.join('/')} is ${wrong.why}`, path, right, wrong] as const),
);

describe('Every field of', () => {
  test('each body is tried in more than a hundred ways, and the bodies are right before', async () => {
    expect(cases.length).toBeGreaterThan(100);
    expect((await ask(at, '/v1/preflight', { body: bodies[1]?.[3] })).status).toBe(200);
    expect((await ask(at, '/v1/runs/orders-1/decisions', { body: bodies[2]?.[3] })).status).toBe(200);
    expect((await ask(at, '/v1/runs', { body: bodies[0]?.[3] })).status).toBe(202);
    at.verbs.started.length = 0;
    at.verbs.decided.length = 0;
  });

  test.each(cases)('%s', async (_, path, right, wrong) => {
    const answer = await ask(at, path, { body: withField(right, wrong.at, wrong.value) });
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.json).toMatchObject({ code: 'Invalid', advice: 'Correct the input; nothing was changed.' });
    const fields = (answer.json['errors'] as { in: string; field: string }[]).map((one) => `${one.in} ${one.field}`);
    expect(fields.every((field) => field.startsWith(`body /${wrong.at.join('/')}`))).toBe(true);
    expect(at.verbs.started).toEqual([]);
    expect(at.verbs.decided).toEqual([]);
  });

  test.each(['[]', '"x"', 'null', '7', ''])('no body that is %s is taken', async (body) => {
    expect((await ask(at, '/v1/runs', { body })).status).toBe(400);
  });
});

describe('Wrong fields', () => {
  test('are named all at once, wherever they stand', async () => {
    const answer = await ask(at, '/v1/runs?limit=3', { body: { ...aRun, plan: 'Orders!', target: 'north', reason: ' ', more: 1 }, headers: { 'idempotency-key': 'with blank' } });
    const fields = (answer.json['errors'] as { in: string; field: string }[]).map((one) => `${one.in} ${one.field}`);
    expect(fields.toSorted()).toEqual(['body /more', 'body /plan', 'body /reason', 'body /target', 'header idempotency-key', 'query limit']);
    expect(answer.json['detail']).toBe('6 fields are wrong.');
  });

  test('are sites that are not there, and a target that is the primary', async () => {
    expect((await ask(at, '/v1/runs', { body: { ...aRun, target: 'north', expectedPrimary: 'south' } })).json['errors']).toEqual([
      { in: 'body', field: '/target', detail: 'There is no such site. Sites are: east, west.' },
      { in: 'body', field: '/expectedPrimary', detail: 'There is no such site. Sites are: east, west.' },
    ]);
    expect((await ask(at, '/v1/runs', { body: { ...aRun, target: 'east' } })).json).toMatchObject({ errors: [{ field: '/target' }] });
  });

  test('are probes that lead anywhere but to the target', async () => {
    for (const probe of ['http://169.254.169.254/', 'http://{address}@evil.example.test/', 'file:///etc/passwd', 'http://{address}.evil.example.test/', 'http://{address}:80@evil/']) {
      expect({ probe, ...(await ask(at, '/v1/runs', { body: { ...aRun, options: { probes: [probe] } } })) }).toMatchObject({ probe, status: 400 });
    }
  });

  const queries: readonly (readonly [keyof z.infer<typeof runsQuery>, string])[] = [
    ['plan', 'Orders"'], ['phase', 'soon'], ['outcome', 'good'], ['site', 'x" OR 1=1'], ['since', 'yesterday'], ['limit', '0'], ['limit', '201'], ['limit', 'ten'], ['cursor', '!'], ['cursor', 'YWJj'],
  ];
  test.each(queries)('are named in a query: %s=%s', async (field, value) => {
    expect(await ask(at, `/v1/runs?${field}=${encodeURIComponent(value)}`)).toMatchObject({ status: 400, json: { errors: [{ in: 'query', field }] } });
  });

  test('are named in a path and in a header', async () => {
    expect(await ask(at, '/v1/runs/a%20b')).toMatchObject({ status: 400, json: { errors: [{ in: 'path', field: 'run' }] } });
    expect(await ask(at, '/v1/plans/UPPER')).toMatchObject({ status: 400, json: { errors: [{ in: 'path', field: 'plan' }] } });
    expect(await ask(at, '/v1/runs/orders-1/events', { headers: { 'last-event-id': 'x' } })).toMatchObject({ status: 400, json: { errors: [{ in: 'header', field: 'last-event-id' }] } });
    expect((await ask(at, '/v1/runs/%zz')).status).toBe(400);
  });
});
