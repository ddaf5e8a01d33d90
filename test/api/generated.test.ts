import fc from 'fast-check';
import { aRow } from './support/fake-verbs.js';
import { misfits, resolved, routes, type Operation, type Route, type Schema } from './support/openapi.js';
import { allowed, changed, type Made } from './support/requests.js';
import { served, tokens, type Served } from './support/serving.js';

/** Requests that only the OpenAPI document makes, against the server as it is. */
const TRIED = 60;
const SEED = 20260301;

let at: Served;
beforeAll(async () => {
  at = await served();
  at.verbs.rows = [aRow()];
  at.verbs.changes(9, { phase: 'completed', endedAt: '2026-03-01T03:01:00.000Z' });
  await at.verbs.keeps('orders-1');
});
afterAll(() => at.app.close());

function urlOf(route: Route, { path, query }: Made): string {
  const filled = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''));
  const asked = new URLSearchParams(query).toString();
  return asked === '' ? filled : `${filled}?${asked}`;
}

async function answerTo(route: Route, made: Made) {
  const answer = await fetch(`${at.url}${urlOf(route, made)}`, {
    method: made.method,
    headers: { authorization: `Bearer ${tokens.otto}`, ...(made.body === undefined ? {} : { 'content-type': 'application/json' }), ...made.headers },
    ...(made.body === undefined ? {} : { body: JSON.stringify(made.body) }),
  });
  return { status: answer.status, type: answer.headers.get('content-type')?.split(';')[0] ?? 'none', text: await answer.text() };
}

type Answer = Awaited<ReturnType<typeof answerTo>>;

/** What of an answer the document does not say. A method that a path does not have is no operation of it. */
function undocumented(route: Route, { method }: Made, { status, type, text }: Answer): readonly string[] {
  const own = route.method === method;
  const documented = own ? route.operation.responses[String(status)] : status === 404 ? problems : undefined;
  if (documented === undefined || status === 500) return [`${status} is not foreseen: ${text.slice(0, 300)}`];
  if (text === '') return [];
  const content = documented.content?.[type];
  if (content === undefined) return [`${status} is not documented as ${type}`];
  return type.endsWith('json') ? misfits(content.schema, JSON.parse(text)) : [];
}

const problems: Operation['responses'][string] = { content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } };

/** What may be wrong with what the document allows: only the server knows its sites and its lists, and no schema says that one field fits another. */
const onlyTheServerKnows = /^(body \/(target|expectedPrimary|id|options\/approval\/approvals)|query cursor)$/;

function fieldsOf({ text }: Answer): readonly string[] {
  const { errors = [] } = JSON.parse(text) as { errors?: readonly { readonly in: string; readonly field: string }[] };
  return errors.map((one) => `${one.in} ${one.field}`);
}

function bodySchema({ operation }: Route): Schema | undefined {
  const schema = operation.requestBody?.content['application/json']?.schema;
  return schema === undefined ? undefined : resolved(schema);
}

const each = routes.map((route) => [route.operation.operationId, route] as const);
const told = () => at.verbs.started.length + at.verbs.decided.length + at.verbs.recovered.length;

describe('Requests made from the OpenAPI document', () => {
  test.each(each)('that it allows for %s are taken and answered as it says', async (_, route) => {
    await fc.assert(
      fc.asyncProperty(allowed(route), async (made) => {
        const answer = await answerTo(route, made);
        const refused = answer.status === 400 ? fieldsOf(answer).filter((field) => !onlyTheServerKnows.test(field)) : [];
        expect({ answer, faults: [...undocumented(route, made, answer), ...refused] }).toMatchObject({ faults: [] });
      }),
      { numRuns: TRIED, seed: SEED },
    );
  });

  test.each(each)('for %s with one thing changed are answered as it says, and what it does not allow does nothing', async (_, route) => {
    const schema = bodySchema(route);
    await fc.assert(
      fc.asyncProperty(changed(route), async (made) => {
        const before = told();
        const answer = await answerTo(route, made);
        const wrong = schema === undefined || made.method !== route.method ? [] : misfits(schema, JSON.parse(JSON.stringify(made.body ?? null)));
        const faults = [
          ...undocumented(route, made, answer),
          ...(wrong.length > 0 && answer.status !== 400 ? [`taken, although ${wrong.join(', ')}`] : []),
          ...(answer.status >= 400 && told() !== before ? ['refused, and yet something was done'] : []),
        ];
        expect({ answer, faults }).toMatchObject({ faults: [] });
      }),
      { numRuns: 2 * TRIED, seed: SEED },
    );
  });
});
