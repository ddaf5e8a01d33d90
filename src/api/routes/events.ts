import type { FastifyReply } from 'fastify';
import { ChangeoverError } from '../../domain/errors.js';
import { withProblems } from '../answers.js';
import type { ApiContext, App } from '../context.js';
import { EventStream } from '../event-stream.js';
import { lastEventHeader, noQuery, runPath } from '../schemas/requests.js';
import { eventStream } from '../schemas/views.js';
import type { RunRow } from '../verbs.js';
import { permittedRun } from './runs.js';

/** So often it is looked again whether who listens may still listen, milliseconds. */
const LOOK_AGAIN_MS = 60_000;

export function eventRoutes(app: App, context: ApiContext): void {
  const { limits } = context;
  let open = 0;
  app.get(
    '/v1/runs/:run/events',
    {
      config: { within: 'none' },
      schema: {
        operationId: 'followRun',
        summary: 'Follow a run as server-sent events',
        tags: ['runs'],
        params: runPath,
        querystring: noQuery,
        headers: lastEventHeader,
        response: {
          200: { description: 'Events until the run has ended', content: { 'text/event-stream': { schema: eventStream } } },
          204: { description: 'The run has ended and nothing was missed: do not come back', content: { 'text/event-stream': { schema: eventStream } } },
          ...withProblems({}, [400, 401, 403, 404, 429, 500, 503]),
        },
      },
    },
    async (request, reply) => {
      const row = await permittedRun(context, request, 'watch');
      const after = revisionAfter(request.headers['last-event-id'], row);
      if (after !== undefined && (await endedAt(context, row)) === after) return reply.code(204).send();
      if (open >= limits.streams) throw new ChangeoverError('Throttled', `${open} event streams are open; this server takes no more.`);
      open += 1;
      context.metrics.streams.set(open);
      try {
        const stillAllowed = async () => {
          const identity = await context.gate.identify(request);
          await context.gate.permit(identity, { verb: 'watch', plan: { namespace: row.namespace ?? context.installation.planNamespace, name: row.plan } });
        };
        await stream(context, { row, after, reply, stillAllowed });
      } finally {
        open -= 1;
        context.metrics.streams.set(open);
      }
      return reply;
    },
  );
}

interface Listening {
  readonly row: RunRow;
  readonly after: number | undefined;
  readonly reply: FastifyReply;
  readonly stillAllowed: () => Promise<void>;
}

async function stream(context: ApiContext, { row, after, reply, stillAllowed }: Listening): Promise<void> {
  const out = new EventStream(reply, { heartbeatMs: context.heartbeatMs, closing: context.closing });
  const lookAgain = setInterval(() => void stillAllowed().catch(() => out.close()), LOOK_AGAIN_MS);
  lookAgain.unref();
  try {
    for await (const event of context.events.listen(row, { signal: out.signal, after })) {
      if (event.kind === 'unreachable') out.send({ event: 'unreachable', data: { detail: event.message } });
      else {
        const { revision, status } = event.seen;
        out.send({ event: 'status', id: `${row.temporalRunId}.${revision}`, data: { revision, status } });
        if (status.endedAt !== null) out.send({ event: 'end', data: { phase: status.phase } });
      }
    }
  } catch (error) {
    out.send({ event: 'unreachable', data: { detail: error instanceof ChangeoverError ? error.message : 'The run cannot be followed.' } });
  } finally {
    clearInterval(lookAgain);
    out.close();
  }
}

/** The revision a listener saw last; undefined when it saw none, or one of another run. */
function revisionAfter(id: string | undefined, row: RunRow): number | undefined {
  const [run, revision] = id?.split('.') ?? [];
  return run === row.temporalRunId && revision !== undefined ? Number(revision) : undefined;
}

/** The last revision of a run that is over; null while it is open. */
async function endedAt(context: ApiContext, row: RunRow): Promise<number | null> {
  if (row.closedAt === null) return null;
  const found = new AbortController();
  for await (const event of context.events.listen(row, { signal: found.signal })) {
    if (event.kind === 'unreachable') return null;
    if (event.seen.status.endedAt !== null) return event.seen.revision;
  }
  return null;
}
