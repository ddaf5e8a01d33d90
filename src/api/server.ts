import { randomUUID } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyReply, type FastifyRequest, type FastifyServerOptions } from 'fastify';
import { validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { ChangeoverError } from '../domain/errors.js';
import type { Log } from '../logging/log.js';
import type { ApiSettings } from '../settings/api.js';
import type { ApiContext, App } from './context.js';
import { checkFields } from './fields.js';
import type { Gate } from './gate.js';
import { ApiMetrics } from './metrics.js';
import { describeRoutes } from './openapi.js';
import { problemOf } from './problem.js';
import { faultsOfSites, type Installation } from './request.js';
import { logRequests } from './request-log.js';
import { decisionRoutes } from './routes/decisions.js';
import { eventRoutes } from './routes/events.js';
import { healthRoutes } from './routes/health.js';
import { installationRoutes } from './routes/installation.js';
import { recordRoutes } from './routes/record.js';
import { recoveryRoutes } from './routes/recovery.js';
import { runRoutes } from './routes/runs.js';
import { RunEvents } from './run-events.js';
import { limitTime } from './time-limit.js';
import type { ApiVerbs } from './verbs.js';

export interface ServerOptions {
  readonly verbs: ApiVerbs;
  readonly gate: Gate;
  readonly installation: Installation;
  readonly limits: ApiSettings['limits'];
  /** PEM texts. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** Something before this server ends TLS and says whose request it is. */
  readonly behindProxy?: boolean;
  /** Without it nothing is logged. */
  readonly log?: Log;
  readonly heartbeatMs?: number;
  /** How long a follower waits for listeners who come back, milliseconds. */
  readonly lingerMs?: number;
  /** How long the end of the server waits for requests that are under way, milliseconds. */
  readonly finishWithinMs?: number;
}

const HEARTBEAT_MS = 15_000;
/** Shorter than those who end processes wait before they kill them, milliseconds. */
const FINISH_WITHIN_MS = 10_000;
/** How long a request may take to arrive, milliseconds. */
const ARRIVES_WITHIN_MS = 10_000;

/** The HTTP API over the operator's verbs. It holds no state but who listens; it can be started as often as wanted. */
export async function createServer(options: ServerOptions): Promise<App> {
  const { verbs, gate, limits, installation } = options;
  const app = Fastify(frameworkOptions(options)).withTypeProvider<ZodTypeProvider>() as App;
  const events = new RunEvents((run, following) => verbs.follow(run, following), options.lingerMs);
  const closing = new AbortController();
  const context: ApiContext = { verbs, gate, installation, limits, events, metrics: new ApiMetrics(() => events.followed), heartbeatMs: options.heartbeatMs ?? HEARTBEAT_MS, closing: closing.signal };

  app.setValidatorCompiler(validatorCompiler);
  // Answers are typed and tested against their schemas; checking each again would only make them slower.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.decorateRequest('identity', null as never);
  logRequests(app, options.log ?? (() => {}));
  answerProblems(app, context);
  await app.register(rateLimit, { max: limits.requestsPerMinute, timeWindow: 60_000, errorResponseBuilder: () => new ChangeoverError('Throttled', `More than ${limits.requestsPerMinute} requests in a minute came from this address.`) });
  await describeRoutes(app);
  app.addHook('onRequest', async (request, reply) => void reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff').header('cache-control', 'no-store'));
  app.addHook('onResponse', async (request, reply) => context.metrics.requests.observe({ method: request.method, route: request.routeOptions.url ?? 'none', status: String(reply.statusCode) }, reply.elapsedTime / 1000));
  app.addHook('preClose', async () => {
    closing.abort();
    events.close();
    // A connection on which nothing was ever asked is not idle to Node, and browsers open such ones.
    setTimeout(() => app.server.closeAllConnections(), options.finishWithinMs ?? FINISH_WITHIN_MS).unref();
  });
  healthRoutes(app, context);
  await app.register(async (guarded: App) => {
    guarded.addHook('onRoute', (route) => limitTime(route, limits.answerMs));
    guarded.addHook('onRequest', async (request) => void (request.identity = await gate.identify(request)));
    guarded.addHook('preValidation', (request) => checkFields(request, (body) => faultsOfSites(body, installation)));
    for (const routes of [runRoutes, decisionRoutes, eventRoutes, recordRoutes, recoveryRoutes, installationRoutes]) routes(guarded, context);
  });
  await app.ready();
  return app;
}

function frameworkOptions(options: ServerOptions): FastifyServerOptions {
  const { limits, tls, behindProxy = false } = options;
  return {
    ...(tls === undefined ? {} : { https: { cert: tls.certificate, key: tls.key } }),
    // One proxy stands before us: the address it says is believed, what the sender wrote before it is not.
    ...(behindProxy ? { trustProxy: (_address: string, hop: number) => hop < 1 } : {}),
    bodyLimit: limits.bodyBytes,
    requestTimeout: ARRIVES_WITHIN_MS,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    // Longer than a request line can be: what is too long is said by the schema, with the name of the field.
    routerOptions: { maxParamLength: 20_000 },
    genReqId: (raw) => safeId(raw.headers['x-request-id']) ?? randomUUID(),
    logger: false,
    frameworkErrors: (error, request, reply) => void send(error, request, reply),
  } as FastifyServerOptions;
}

/** A sender's own id goes through to the log, if it is harmless there. */
function safeId(value: string | readonly string[] | undefined): string | null {
  return typeof value === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(value) ? value : null;
}

function answerProblems(app: App, { metrics }: ApiContext): void {
  app.setErrorHandler((error, request, reply) => {
    const { code } = send(error, request, reply);
    metrics.problems.inc({ code });
    request.failure = { code, error };
  });
  app.setNotFoundHandler((request, reply) => void send(new ChangeoverError('NotFound', `There is no ${request.method} ${request.url.split('?')[0]?.slice(0, 200)}.`), request, reply));
}

function send(error: unknown, request: FastifyRequest, reply: FastifyReply): { readonly status: number; readonly code: string } {
  const problem = problemOf(error, String(request.id));
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  if (problem.status === 503) void reply.header('retry-after', '5');
  // A string: no schema of a route describes every problem, and the serializer is chosen by it.
  void reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  return problem;
}
