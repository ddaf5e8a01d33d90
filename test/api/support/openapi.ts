import { read } from '../../docs/markdown.js';

/** What of JSON Schema (2020-12) the document uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
}

export interface Parameter {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
  readonly required?: boolean;
  readonly schema: Schema;
}

export interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>>;
}

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export const committed = read('docs/openapi.json');
export const document = JSON.parse(committed) as Document;

export interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

export const routes: readonly Route[] = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })));

/** The schema itself, where another is only named. */
export function resolved(schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const found = document.components.schemas[schema.$ref.split('/').at(-1) ?? ''];
  if (found === undefined) throw new Error(`the document has no ${schema.$ref}`);
  return found;
}

/** What is wrong with a value, as a reader of the document alone would say; `at` is a JSON pointer. */
export function misfits(named: Schema, value: unknown, at = ''): readonly string[] {
  const schema = resolved(named);
  if (schema.anyOf !== undefined) return schema.anyOf.some((one) => misfits(one, value).length === 0) ? [] : [`${at} fits none`];
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length > 0 && !types.some((type) => isOf(type, value))) return [`${at} is no ${types.join(' or ')}`];
  if (schema.const !== undefined && value !== schema.const) return [`${at} is not ${JSON.stringify(schema.const)}`];
  if (schema.enum !== undefined && !schema.enum.includes(value)) return [`${at} is none of the words`];
  if (typeof value === 'string') return textFits(schema, value) ? [] : [`${at} is another text`];
  if (typeof value === 'number') return value < (schema.minimum ?? -Infinity) || value > (schema.maximum ?? Infinity) ? [`${at} is out of range`] : [];
  if (Array.isArray(value)) {
    if (value.length < (schema.minItems ?? 0) || value.length > (schema.maxItems ?? Infinity)) return [`${at} has ${value.length} items`];
    return schema.items === undefined ? [] : value.flatMap((item, n) => misfits(schema.items ?? {}, item, `${at}/${n}`));
  }
  return typeof value === 'object' && value !== null ? fieldsMisfit(schema, value as Readonly<Record<string, unknown>>, at) : [];
}

function fieldsMisfit({ properties = {}, required = [], additionalProperties, propertyNames }: Schema, value: Readonly<Record<string, unknown>>, at: string): readonly string[] {
  const missing = required.filter((name) => !Object.hasOwn(value, name)).map((name) => `${at}/${name} is missing`);
  const wrong = Object.entries(value).flatMap(([name, inner]) => {
    if (propertyNames !== undefined && misfits(propertyNames, name).length > 0) return [`${at}/${name} is named otherwise`];
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (known !== undefined) return misfits(known, inner, `${at}/${name}`);
    if (additionalProperties === false) return [`${at}/${name} is not foreseen`];
    return typeof additionalProperties === 'object' ? misfits(additionalProperties, inner, `${at}/${name}`) : [];
  });
  return [...missing, ...wrong];
}

function isOf(type: string, value: unknown): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'integer':
      return Number.isInteger(value);
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    default:
      return typeof value === type;
  }
}

function textFits({ minLength = 0, maxLength = Infinity, pattern, format }: Schema, value: string): boolean {
  if (value.length < minLength || value.length > maxLength) return false;
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(value)) return false;
  return format !== 'date-time' || !Number.isNaN(Date.parse(value));
}
