import swagger, { type SwaggerTransformObject } from '@fastify/swagger';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { App } from './context.js';

const description = `Move applications between sites, follow the moves and decide where a person is needed.

Problems are \`application/problem+json\` (RFC 9457) with the code and the advice of the table of errors. Answers may gain fields.
Who may do what: docs/api.md.`;

/** Collects every route into one OpenAPI document; call it before the routes are made. */
export async function describeRoutes(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Changeover', version: '1', description, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
      servers: [{ url: '/' }],
      tags: [
        { name: 'runs', description: 'Migrations' },
        { name: 'record', description: 'What is kept of runs beside Temporal' },
        { name: 'plans', description: 'What can be moved' },
        { name: 'sites', description: 'Between where' },
        { name: 'health', description: 'For those who keep the process running' },
      ],
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'A token of a Kubernetes ServiceAccount or user, or of an OpenID Connect issuer' } } },
      security: [{ bearer: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => onlyReferred(jsonSchemaTransformObject(document) as Document) as ReturnType<SwaggerTransformObject>,
  });
  app.get('/openapi.json', { schema: { hide: true } as object, config: { rateLimit: false } }, async () => app.swagger());
}

interface Document {
  readonly paths?: unknown;
  readonly components?: { readonly schemas?: Readonly<Record<string, unknown>> };
}

/** Without the schemas that no route refers to: each stands there twice, as it is sent and as it is answered. */
function onlyReferred(document: Document): Document {
  const schemas = document.components?.schemas ?? {};
  const wanted = new Set<string>();
  const look = (value: unknown): void => {
    for (const [, name = ''] of JSON.stringify(value ?? null).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (wanted.has(name)) continue;
      wanted.add(name);
      look(schemas[name]);
    }
  };
  look(document.paths);
  return { ...document, components: { ...document.components, schemas: Object.fromEntries(Object.entries(schemas).filter(([name]) => wanted.has(name)).toSorted(([a], [b]) => (a < b ? -1 : 1))) } };
}
