import type { RouteOptions } from 'fastify';
import { ChangeoverError } from '../domain/errors.js';
import { inTime } from '../in-time.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How long this route's answer may take, milliseconds; `none` for streams. */
    within?: number | 'none';
  }
}

/**
 * Gives each handler a time to answer in. The framework's own `handlerTimeout` forgets a request as soon as its body has been read
 * (it listens to the request's `close`), which is every POST.
 */
export function limitTime(route: RouteOptions, usualMs: number): void {
  const { handler, config } = route;
  const limit = config?.within ?? usualMs;
  if (limit === 'none') return;
  route.handler = async function limited(request, reply) {
    return inTime(Promise.resolve(handler.call(this, request, reply)), limit, () => {
      throw new ChangeoverError('Unreachable', 'There was no answer in time. What was asked for may still happen: read before trying again.');
    });
  };
}
