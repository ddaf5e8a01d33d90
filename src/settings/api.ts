import { z } from 'zod';
import { address } from './address.js';

const groups = z.array(z.string().min(1)).default([]);

const authentication = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({
    kind: z.literal('kubernetes'),
    /** The site whose API server reviews tokens and says who may do what. */
    site: z.string(),
    /** A token must be made for one of these. */
    audiences: z.array(z.string().min(1)).min(1).default(['changeover']),
  }),
  z.strictObject({
    kind: z.literal('oidc'),
    issuer: z.url(),
    audience: z.string().min(1),
    /** Where the issuer's keys are. */
    jwks: z.url(),
    /** Signatures that count. Never `none`, and nothing with a shared secret. */
    algorithms: z.array(z.enum(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'])).min(1).default(['RS256', 'ES256']),
    nameClaim: z.string().default('sub'),
    groupsClaim: z.string().default('groups'),
    /** Groups of the issuer that hold each role. */
    roles: z.strictObject({ viewer: groups, operator: groups, approver: groups }).prefault({}),
  }),
]);

/** The section `api` of the configuration. */
export const apiSettings = z
  .strictObject({
    listen: address.default('127.0.0.1:8480'),
    /** PEM files, read at the start. */
    tls: z.strictObject({ certificate: z.string(), key: z.string() }).optional(),
    /** Serve without TLS on an address that others can reach, because something before it ends TLS. */
    behindProxy: z.boolean().default(false),
    authentication: authentication.default({ kind: 'none' }),
    limits: z
      .strictObject({
        /** Largest body of a request. */
        bodyBytes: z.number().int().min(1024).max(1_048_576).default(65_536),
        /** Requests of one address. */
        requestsPerMinute: z.number().int().min(1).default(600),
        /** How long an answer may take; a preflight may take longer. */
        answerMs: z.number().int().min(100).default(15_000),
        preflightMs: z.number().int().min(1000).default(120_000),
        /** Event streams open at once. */
        streams: z.number().int().min(1).default(500),
      })
      .prefault({}),
  })
  .prefault({});

export type ApiSettings = z.infer<typeof apiSettings>;

/** The same with its paths made absolute by `at`. */
export function apiWithPaths(api: ApiSettings, at: (path: string) => string): ApiSettings {
  return api.tls === undefined ? api : { ...api, tls: { certificate: at(api.tls.certificate), key: at(api.tls.key) } };
}
