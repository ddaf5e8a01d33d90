import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Level, Log } from '../logging/log.js';
import type { App } from './context.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The run it is about, where no path names it. */
    concerns: string | null;
    /** The problem it was answered with. */
    failure: { readonly code: string; readonly error: unknown } | null;
  }
}

/** One line a request: who asked for what of which run, and how it was answered. Never a header, a body or a query. */
export function logRequests(app: App, log: Log): void {
  app.decorateRequest('concerns', null);
  app.decorateRequest('failure', null);
  app.addHook('onResponse', async (request, reply) => {
    const { failure } = request;
    log(levelOf(request, reply), `${request.method} ${request.url.split('?')[0]?.slice(0, 300) ?? ''}`, {
      request: String(request.id),
      run: runOf(request),
      who: request.identity?.name,
      from: request.ip,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      code: failure?.code,
      // What the sender is not told: names of hosts stand in it, and what only a program can use.
      cause: reply.statusCode >= 500 && failure !== null ? causesOf(failure.error) : undefined,
    });
  });
}

function levelOf({ routeOptions }: FastifyRequest, { statusCode }: FastifyReply): Level {
  if (statusCode >= 500) return statusCode === 503 ? 'warn' : 'error';
  // Asked for every few seconds by those who keep the process running.
  return routeOptions.url?.startsWith('/v1/') === true ? 'info' : 'debug';
}

function runOf({ concerns, params }: FastifyRequest): string | undefined {
  if (concerns !== null) return concerns;
  const named = (params as { readonly run?: unknown } | null)?.run;
  return typeof named === 'string' ? named : undefined;
}

function causesOf(error: unknown): string {
  const said: string[] = [];
  for (let cause: unknown = error; cause instanceof Error && said.length < 5; cause = cause.cause) said.push(cause.message);
  return said.join(' <- ');
}
