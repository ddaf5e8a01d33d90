import { z } from 'zod';
import { INFOSCALE_GROUP, mark } from '../../../domain/names.js';
import type { RawObject } from '../../../ports/objects.js';

/** A kind of the group, as the documents describe it. */
export interface Definition {
  readonly names: { readonly kind: string; readonly plural: string; readonly short: string };
  readonly scope: 'Namespaced' | 'Cluster';
  readonly description: string;
  readonly spec: z.ZodObject;
  readonly status: z.ZodObject;
  /** `wide`: shown with `-o wide` only. */
  readonly columns: readonly { readonly name: string; readonly jsonPath: string; readonly type?: 'integer'; readonly wide?: true }[];
}

/** The CustomResourceDefinition of a kind. The label says that it is ours. */
export function definitionObject({ names, scope, description, spec, status, columns }: Definition): RawObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${names.plural}.${INFOSCALE_GROUP}`, labels: { [mark.installed]: 'true' } },
    spec: {
      group: INFOSCALE_GROUP,
      scope,
      names: { kind: names.kind, listKind: `${names.kind}List`, plural: names.plural, singular: names.kind.toLowerCase(), shortNames: [names.short] },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: columns.map(({ name, jsonPath, type, wide }) => ({ name, type: type ?? 'string', jsonPath, ...(wide === undefined ? {} : { priority: 1 }) })),
          schema: {
            openAPIV3Schema: {
              type: 'object',
              description,
              properties: { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object' }, spec: structural(spec), status: structural(status) },
            },
          },
        },
      ],
    },
  };
}

/** A structural schema (apiextensions.k8s.io): what zod says, without the words the API server does not take. */
function structural(schema: z.ZodObject): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io: 'input',
    override: ({ jsonSchema }) => {
      delete jsonSchema.propertyNames;
      // Zod bounds every integer by what JavaScript can count to; the API server has 64 bits.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return rest;
}
