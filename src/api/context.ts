import type { FastifyBaseLogger, FastifyInstance, RawReplyDefaultExpression, RawRequestDefaultExpression, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Identity } from '../domain/access.js';
import type { ApiSettings } from '../settings/api.js';
import type { Gate } from './gate.js';
import type { ApiMetrics } from './metrics.js';
import type { Installation } from './request.js';
import type { RunEvents } from './run-events.js';
import type { ApiVerbs } from './verbs.js';

/** What the routes share. */
export interface ApiContext {
  readonly verbs: ApiVerbs;
  readonly gate: Gate;
  readonly installation: Installation;
  readonly limits: ApiSettings['limits'];
  readonly events: RunEvents;
  readonly metrics: ApiMetrics;
  readonly heartbeatMs: number;
  /** Aborted when the server closes: streams end with it. */
  readonly closing: AbortSignal;
}

export type App = FastifyInstance<RawServerDefault, RawRequestDefaultExpression, RawReplyDefaultExpression, FastifyBaseLogger, ZodTypeProvider>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the gate before any handler under /v1 runs. */
    identity: Identity;
  }
}
