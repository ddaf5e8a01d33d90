import fc from 'fast-check';
import { resolved, type Parameter, type Route, type Schema } from './openapi.js';

/** A request that is made from the document alone. */
export interface Made {
  readonly method: string;
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined: none. */
  readonly body: unknown;
}

/** Names that exist where the server is tested; of the others there is nothing. */
const existing: Readonly<Record<string, readonly string[]>> = { target: ['east', 'west'], expectedPrimary: ['east', 'west'], site: ['east', 'west'], run: ['orders-1'], plan: ['orders', 'shop'], namespace: ['infoscale-vtas'] };

/** Any value that fits a schema. */
export function fitting(named: Schema, name = ''): fc.Arbitrary<unknown> {
  const schema = resolved(named);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((one) => fitting(one, name)));
  if (schema.type === 'string') return text(schema, name);
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'integer') return fc.integer({ min: schema.minimum ?? -(2 ** 31), max: schema.maximum ?? 2 ** 31 });
  if (schema.type === 'array') return fc.array(fitting(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength: Math.min(schema.maxItems ?? 3, 3) });
  if (schema.type !== 'object') return fc.jsonValue();
  if (typeof schema.additionalProperties === 'object' && schema.properties === undefined) return fc.dictionary(text(schema.propertyNames ?? {}, ''), fitting(schema.additionalProperties), { maxKeys: 3 });
  const fields = Object.entries(schema.properties ?? {}).map(([field, inner]) => [field, fitting(inner, field)] as const);
  return fc.record(Object.fromEntries(fields), { requiredKeys: [...(schema.required ?? [])] });
}

function text({ pattern, format, minLength = 0, maxLength = 200 }: Schema, name: string): fc.Arbitrary<string> {
  const known = existing[name];
  const any =
    format === 'date-time'
      ? fc.date({ min: new Date('2000-01-01T00:00:00Z'), max: new Date('2100-01-01T00:00:00Z'), noInvalidDate: true }).map((date) => date.toISOString())
      : pattern === undefined
        ? fc.string({ minLength, maxLength })
        : fc.stringMatching(new RegExp(pattern, 'u'), { size: 'small' }).filter((made) => made.length >= minLength && made.length <= maxLength);
  return known === undefined ? any : fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: any });
}

/** A request that the document allows. */
export function allowed(route: Route): fc.Arbitrary<Made> {
  const { parameters = [], requestBody } = route.operation;
  const of = (place: Parameter['in']) => {
    const found = parameters.filter((one) => one.in === place);
    return fc.record(Object.fromEntries(found.map(({ name, schema }) => [name, fitting(schema, name).map(String)])), { requiredKeys: found.filter(({ required }) => required === true).map(({ name }) => name) });
  };
  const schema = requestBody?.content['application/json']?.schema;
  return fc.record({ method: fc.constant(route.method), path: of('path'), query: of('query'), headers: of('header'), body: schema === undefined ? fc.constant(undefined) : fitting(schema) });
}

const anyText = fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom('', ' ', '../..', '%00', "' OR 1=1 --", '"', '\\', 'null', '-1', '1e999', 'x'.repeat(500)));
const headerText = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCodePoint(code)), maxLength: 300 });

/** The same request with one thing changed, whatever comes of it. */
export function changed(route: Route): fc.Arbitrary<Made> {
  const names = (place: Parameter['in']): [string, ...string[]] => ['surprise', ...(route.operation.parameters ?? []).filter((one) => one.in === place).map(({ name }) => name)];
  return allowed(route).chain((made) => {
    const put = <K extends 'path' | 'query' | 'headers'>(part: K, place: Parameter['in'], value: fc.Arbitrary<string>) => fc.tuple(fc.constantFrom(...names(place)), value).map(([name, one]): Made => ({ ...made, [part]: { ...made[part], [name]: one } }));
    const ways = [
      put('query', 'query', anyText),
      put('headers', 'header', headerText),
      ...(Object.keys(made.path).length === 0 ? [] : [put('path', 'path', anyText)]),
      fc.constantFrom('PUT', 'DELETE', 'PATCH', 'OPTIONS').map((method): Made => ({ ...made, method })),
      ...(made.body === undefined ? [] : [changedBody(made.body).map((body): Made => ({ ...made, body })), changedBody(made.body).map((body): Made => ({ ...made, body })), fc.jsonValue().map((body): Made => ({ ...made, body }))]),
    ];
    return fc.oneof(...ways);
  });
}

/** One field of it, at any depth, is another value, is gone, or is one too many. */
function changedBody(body: unknown): fc.Arbitrary<unknown> {
  const anything = fc.oneof(fc.jsonValue({ maxDepth: 2 }), anyText, fc.double(), fc.constantFrom(-1, 0, 1, 2 ** 53, 1e308));
  if (Array.isArray(body)) return fc.oneof(anything, anything.map((one) => [...body, one]));
  if (typeof body !== 'object' || body === null) return anything;
  const fields = body as Readonly<Record<string, unknown>>;
  const added = fc.tuple(fc.oneof(fc.string({ maxLength: 10 }), fc.constantFrom('__proto__', 'constructor', 'toString')), anything).map(([name, one]) => Object.fromEntries([...Object.entries(fields), [name, one]]));
  const ways = Object.keys(fields).flatMap((name) => [
    changedBody(fields[name]).map((one) => ({ ...fields, [name]: one })),
    fc.constant(Object.fromEntries(Object.entries(fields).filter(([other]) => other !== name))),
  ]);
  return fc.oneof(added, ...ways);
}
